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

/** The status of a remote. */
final class RemoteStatus {
    private RemoteStatus() {}

    static List<Condition> conditions(RemoteMesh remote) {
        return remote.getStatus() == null ? List.of() : remote.getStatus().conditions();
    }

    /** The stored condition, if it is of the current generation. */
    static Optional<Condition> stored(RemoteMesh remote, ConditionType type) {
        return Conditions.find(conditions(remote), type)
                .filter(c -> remote.getMetadata().getGeneration().equals(c.observedGeneration()));
    }

    /** @param addressing empty: it cannot be chosen now, and an earlier choice stays */
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

    /** The stored status with other conditions. */
    static RemoteMeshStatus keeping(RemoteMesh remote, List<Condition> conditions) {
        RemoteMeshStatus stored = Optional.ofNullable(remote.getStatus())
                .orElseGet(() -> new RemoteMeshStatus(null, null, null, null, null, null));
        return new RemoteMeshStatus(
                stored.observedGeneration(),
                conditions,
                stored.addressing(),
                stored.gateway(),
                stored.imports(),
                stored.trust());
    }

    /**
     * The draft of Trusted, which the MeshFederation's reconciler made if the remote has roots of its own.
     *
     * @param issued draft of CacertsIssued; empty if this mesh does not issue the remote's cacerts
     */
    static Condition trusted(RemoteMesh remote, FederationView.ActiveMesh mesh, Optional<Condition> issued) {
        return Optional.ofNullable(mesh.trusted().get(remote.getMetadata().getName()))
                .or(() -> issued.filter(Condition::holds)
                        .map(i -> Condition.yes(
                                ConditionType.Trusted,
                                TrustReason.CommonRoot,
                                "this mesh issues the remote's cacerts, so both meshes have the same root")))
                .orElseGet(() -> Condition.unknown(
                        ConditionType.Trusted,
                        RemoteReason.CommonRootAssumed,
                        "spec.trust.roots is empty, so the operator assumes that both meshes share a root; it cannot check"
                                + " that"));
    }

    static String readyMessage(RemoteMesh remote) {
        if (remote.getSpec().suspend()) {
            return "suspended: the operator writes nothing for this remote";
        }
        return remote.getSpec().drained() ? "drained: its endpoints get no traffic" : "its gateway is known";
    }
}
