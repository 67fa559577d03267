package io.meshfed.remote;

import io.meshfed.remote.kubeconfig.Validity;
import java.util.Optional;

/** One connection to another cluster with one credential. */
interface Link extends AutoCloseable {
    /** Whether a complete list was seen. */
    boolean synced();

    Connection connection();

    /** How long the credential is valid; empty: it does not say. */
    Optional<Validity> validity();

    @Override
    void close();
}
