package io.meshfed.reconcile.remotemesh;

import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus;
import io.meshfed.api.RemoteMeshStatus.Addressing;
import io.meshfed.api.RemoteMeshStatus.LastKnownGateway;
import io.meshfed.api.RemoteMeshStatus.RemoteTrustStatus;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.RemoteReason;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.reconcile.FederationView;
import io.meshfed.status.Conditions;
import java.util.List;
import java.util.Optional;

/** The status of a remote, and its words. */
final class RemoteStatus {
    private RemoteStatus() {}

    static List<Condition> conditions(RemoteMesh remote) {
        return remote.getStatus() == null ? List.of() : remote.getStatus().conditions();
    }

    /** A condition as it was last written, of the present generation. */
    static Optional<Condition> stored(RemoteMesh remote, String type) {
        return Conditions.find(conditions(remote), type)
                .filter(c -> remote.getMetadata().getGeneration().equals(c.observedGeneration()));
    }

    /** @param addressing empty: none was chosen now, and an earlier choice stays */
    static RemoteMeshStatus of(
            RemoteMesh remote,
            List<Condition> conditions,
            Optional<Addressing> addressing,
            Optional<LastKnownGateway> gateway,
            int imports,
            Optional<RemoteTrustStatus> trust) {
        Optional<Addressing> before = Optional.ofNullable(remote.getStatus()).map(RemoteMeshStatus::addressing);
        return new RemoteMeshStatus(
                remote.getMetadata().getGeneration(),
                conditions,
                addressing.or(() -> before).orElse(null),
                gateway.orElse(null),
                imports,
                trust.orElse(null));
    }

    /**
     * Trusted, as the MeshFederation sees it.
     *
     * @param issued the condition CacertsIssued; empty where the remote's cacerts is not made here
     */
    static Condition trusted(RemoteMesh remote, FederationView.ActiveMesh mesh, Optional<Condition> issued) {
        return Optional.ofNullable(mesh.trusted().get(remote.getMetadata().getName()))
                .or(() -> issued.filter(Condition::holds)
                        .map(i -> Condition.yes(
                                ConditionType.Trusted,
                                TrustReason.CommonRoot,
                                "this mesh makes the remote's cacerts, so both stand on one root")))
                .orElseGet(
                        () -> Condition.unknown(
                                ConditionType.Trusted,
                                RemoteReason.CommonRootAssumed,
                                "spec.trust.roots is empty, so both meshes are taken to share a root; nothing here can see whether they do"));
    }

    static String readyMessage(RemoteMesh remote) {
        if (remote.getSpec().suspend()) {
            return "suspended: nothing of this remote is touched";
        }
        return remote.getSpec().drained() ? "drained: its endpoints are out of balancing" : "its gateway is known";
    }
}
