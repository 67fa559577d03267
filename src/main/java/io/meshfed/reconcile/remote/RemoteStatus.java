package io.meshfed.reconcile.remote;

import io.meshfed.api.Condition;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus;
import io.meshfed.api.RemoteMeshStatus.Addressing;
import io.meshfed.api.RemoteMeshStatus.LastKnownGateway;
import io.meshfed.reconcile.FederationView;
import java.util.List;
import java.util.Optional;

/** The status of a remote, and its words. */
final class RemoteStatus {
    private RemoteStatus() {}

    static List<Condition> conditions(RemoteMesh remote) {
        return remote.getStatus() == null ? List.of() : remote.getStatus().conditions();
    }

    /** @param addressing empty: none was chosen now, and an earlier choice stays */
    static RemoteMeshStatus of(
            RemoteMesh remote,
            List<Condition> conditions,
            Optional<Addressing> addressing,
            Optional<LastKnownGateway> gateway,
            int imports) {
        Optional<Addressing> before = Optional.ofNullable(remote.getStatus()).map(RemoteMeshStatus::addressing);
        return new RemoteMeshStatus(
                remote.getMetadata().getGeneration(),
                conditions,
                addressing.or(() -> before).orElse(null),
                gateway.orElse(null),
                imports);
    }

    /** Trusted, as the MeshFederation sees it. */
    static Condition trusted(RemoteMesh remote, FederationView.ActiveMesh mesh) {
        return Optional.ofNullable(mesh.trusted().get(remote.getMetadata().getName()))
                .orElseGet(
                        () -> Condition.unknown(
                                "Trusted",
                                "CommonRootAssumed",
                                "spec.trust.roots is empty, so both meshes are taken to share a root; nothing here can see whether they do"));
    }

    static String readyMessage(RemoteMesh remote) {
        if (remote.getSpec().suspend()) {
            return "suspended: nothing of this remote is touched";
        }
        return remote.getSpec().drained() ? "drained: its endpoints are out of balancing" : "its gateway is known";
    }
}
