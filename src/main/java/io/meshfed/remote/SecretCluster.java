package io.meshfed.remote;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import java.util.function.Function;

/** The connection to the one Secret that is written in a remote, and why there is none. */
final class SecretCluster implements AutoCloseable {
    private final Runnable onChange;

    // Guarded by this.
    private String wanted = "";
    private Optional<SecretLink> link = Optional.empty();
    private Optional<Connection.Refused> refused = Optional.empty();
    private boolean closed;

    SecretCluster(Runnable onChange) {
        this.onChange = onChange;
    }

    /**
     * @param fingerprint of what is wanted; nothing happens when it is the same as before
     * @param open makes the link, given what to run when it changes
     */
    void ensure(String fingerprint, Function<Runnable, SecretLink> open) {
        synchronized (this) {
            if (closed || wanted.equals(fingerprint)) {
                return;
            }
            wanted = fingerprint;
            link.ifPresent(SecretLink::close);
            link = Optional.empty();
            refused = Optional.empty();
            try {
                link = Optional.of(open.apply(onChange));
            } catch (RefusedKubeconfigException e) {
                refused = Optional.of(new Connection.Refused(e.reason(), e.getMessage()));
            } catch (RuntimeException e) {
                refused = Optional.of(Connection.Refused.unusable(e));
            }
        }
        onChange.run();
    }

    synchronized RemoteSecret view() {
        return refused.map(why -> new RemoteSecret(why, Optional.empty(), Optional.empty()))
                .or(() -> link.map(SecretLink::view))
                .orElseGet(RemoteSecret::notConfigured);
    }

    synchronized Optional<KubernetesClient> client() {
        return link.map(SecretLink::client);
    }

    @Override
    public synchronized void close() {
        closed = true;
        link.ifPresent(SecretLink::close);
    }
}
