package io.meshfed.remote;

import io.meshfed.api.ExportedMesh;
import io.meshfed.remote.kubeconfig.Validity;
import java.util.Optional;

/**
 * The last seen state of one remote cluster.
 *
 * @param connection state of the connection
 * @param gateway what was last seen of the gateway's Service, kept while the connection is down; empty: never seen since the start,
 *     which does not mean that there is none
 * @param catalogue the catalogue of the other mesh, if it can be read now; empty: it cannot, or there is none. An older catalogue
 *     is not kept, because a rotation that waits for another mesh must not rely on it
 * @param credential how long the credential in use is valid (a JWT's {@code iat} and {@code exp}, a client certificate's dates);
 *     empty: it does not say
 */
public record RemoteSnapshot(
        Connection connection,
        Optional<GatewayObservation> gateway,
        Optional<ExportedMesh.Spec> catalogue,
        Optional<Validity> credential) {

    /** The gateway's last seen state is kept while it cannot be read. */
    static RemoteSnapshot through(
            RemoteSnapshot before, Connection connection, Optional<RemoteLink> link, Optional<Validity> credential) {
        return new RemoteSnapshot(
                connection,
                link.flatMap(RemoteLink::gateway).or(before::gateway),
                link.flatMap(RemoteLink::catalogue),
                credential);
    }

    static RemoteSnapshot notConfigured() {
        return new RemoteSnapshot(new Connection.NotConfigured(), Optional.empty(), Optional.empty(), Optional.empty());
    }
}
