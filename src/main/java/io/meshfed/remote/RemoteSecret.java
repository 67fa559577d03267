package io.meshfed.remote;

import io.fabric8.kubernetes.api.model.Secret;
import io.meshfed.remote.kubeconfig.Validity;
import java.util.Optional;

/**
 * The Secret of another cluster that this operator writes, at one moment.
 *
 * @param connection state of the connection, which has a credential of its own
 * @param secret the Secret as it is now; empty: it does not exist, or there is no connection
 * @param credential how long the credential is valid; empty: it does not say
 */
public record RemoteSecret(Connection connection, Optional<Secret> secret, Optional<Validity> credential) {

    static RemoteSecret through(Connection connection, Optional<SecretLink> link, Optional<Validity> credential) {
        return new RemoteSecret(
                connection,
                connection instanceof Connection.Connected ? link.flatMap(SecretLink::secret) : Optional.empty(),
                credential);
    }

    static RemoteSecret notConfigured() {
        return new RemoteSecret(new Connection.NotConfigured(), Optional.empty(), Optional.empty());
    }

    /** Whether it can be read now, so that its absence means something. */
    public boolean readable() {
        return connection instanceof Connection.Connected;
    }

    /** Does not show the content. */
    @Override
    public String toString() {
        return "RemoteSecret[connection=" + connection + ", secret=" + (secret.isPresent() ? "present" : "absent")
                + ", credential=" + credential + "]";
    }
}
