package io.meshfed.remote;

import io.meshfed.remote.kubeconfig.Validity;
import java.util.Optional;

/** One connection to another cluster with one credential. */
interface Link extends AutoCloseable {
    /** Whether a complete answer has been seen. */
    boolean synced();

    Connection connection();

    /** How long the credential is good by its own words; empty: it does not say. */
    Optional<Validity> validity();

    @Override
    void close();
}
