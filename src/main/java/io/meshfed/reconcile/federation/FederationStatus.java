package io.meshfed.reconcile.federation;

import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationStatus;
import io.meshfed.api.condition.Condition;
import java.util.List;
import java.util.Optional;

/** The status of a MeshFederation. */
final class FederationStatus {
    private FederationStatus() {}

    static List<Condition> conditions(MeshFederation mesh) {
        return mesh.getStatus() == null ? List.of() : mesh.getStatus().conditions();
    }

    /** Values that the steps did not find are copied from the stored status. */
    static MeshFederationStatus of(MeshFederation mesh, List<Condition> conditions, FederationSteps.Found found) {
        Optional<MeshFederationStatus> before = Optional.ofNullable(mesh.getStatus());
        return new MeshFederationStatus(
                mesh.getMetadata().getGeneration(),
                conditions,
                found.trustDomain().orElse(null),
                found.trust().or(() -> before.map(MeshFederationStatus::trust)).orElse(null),
                found.gateway(),
                found.exported()
                        .or(() -> before.map(MeshFederationStatus::exportedServices))
                        .orElse(null));
    }

    /** The stored status with other conditions. */
    static MeshFederationStatus keeping(MeshFederation mesh, List<Condition> conditions) {
        MeshFederationStatus stored = Optional.ofNullable(mesh.getStatus())
                .orElseGet(() -> new MeshFederationStatus(null, null, null, null, null, null));
        return new MeshFederationStatus(
                stored.observedGeneration(),
                conditions,
                stored.trustDomain(),
                stored.trust(),
                stored.gateway(),
                stored.exportedServices());
    }
}
