package io.meshfed.reconcile.trust;

import io.meshfed.api.ExportedMesh;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus;
import io.meshfed.api.RemoteMeshStatus.IssuedStatus;
import io.meshfed.api.RemoteMeshStatus.RemoteTrustStatus;
import io.meshfed.remote.RemoteSecret;
import io.meshfed.trust.world.RemoteCacertsWorld;
import java.util.Optional;

/** Reads the {@code cacerts} of another mesh that this mesh issues. */
public final class RemoteCacertsReader {
    private RemoteCacertsReader() {}

    /**
     * What {@code trust} must know of it.
     *
     * @param secret what was last seen of the Secret in the remote cluster
     * @param ownNetwork network of this mesh
     * @param istiod what the remote's catalogue says of its istiod; empty: nothing
     * @return empty if this mesh does not issue the remote's {@code cacerts}
     */
    static Optional<RemoteCacertsWorld> read(
            RemoteMesh remote, RemoteSecret secret, String ownNetwork, Optional<ExportedMesh.Istiod> istiod) {
        return remote.getSpec().trust().issueCacerts() == null
                ? Optional.empty()
                : Optional.of(world(secret, ownNetwork, istiod, reported(remote)));
    }

    static RemoteCacertsWorld world(
            RemoteSecret secret,
            String ownNetwork,
            Optional<ExportedMesh.Istiod> istiod,
            Optional<IssuedStatus> reported) {
        if (!secret.readable() || undecodable(secret)) {
            return RemoteCacertsWorld.UNREADABLE;
        }
        return new RemoteCacertsWorld(
                true,
                secret.secret().flatMap(cacerts -> SecretBytes.readable(cacerts)
                        .map(data -> SecretBytes.cacerts(cacerts, data, Optional.of(ownNetwork)))),
                istiod,
                reported);
    }

    /** Whether the Secret exists and has a value that is null or not base64. */
    public static boolean undecodable(RemoteSecret secret) {
        return secret.secret()
                .filter(cacerts -> SecretBytes.readable(cacerts).isEmpty())
                .isPresent();
    }

    /** What the status of the RemoteMesh last reported of it. */
    public static Optional<IssuedStatus> reported(RemoteMesh remote) {
        return Optional.ofNullable(remote.getStatus())
                .map(RemoteMeshStatus::trust)
                .map(RemoteTrustStatus::issued);
    }
}
