package io.meshfed.remote;

import io.meshfed.api.ExportedMesh;
import io.meshfed.remote.kubeconfig.Validity;
import java.util.Optional;

/**
 * What is known of one remote cluster at a moment.
 *
 * @param connection state of the connection
 * @param gateway what was last seen of the gateway's Service, kept while the connection is down; empty: never seen since the start,
 *     which says nothing about the gateway
 * @param catalogue what the other mesh publishes of itself, if it can be read now; empty: it cannot, or there is none. Older words
 *     are not kept: who waits for another mesh must not go by them
 * @param credential how long the credential in use is good (a JWT's {@code iat} and {@code exp}, a client certificate's dates);
 *     empty: it does not say
 */
public record RemoteSnapshot(
        Connection connection,
        Optional<GatewayObservation> gateway,
        Optional<ExportedMesh.Spec> catalogue,
        Optional<Validity> credential) {

    /** The gateway as it was seen before stays while it cannot be seen. */
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
