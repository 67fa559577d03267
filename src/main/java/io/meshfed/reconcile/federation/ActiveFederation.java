package io.meshfed.reconcile.federation;

import io.meshfed.api.MeshFederation;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.status.Conditions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides which of several MeshFederations is active: the oldest. Timestamps have a resolution of a second; on a tie the
 * one that is active already stays active, else the one with the smaller UID, because outputs belong to the active one and are
 * foreign to every other.
 */
final class ActiveFederation {
    private ActiveFederation() {}

    /** @param active name of the one that is active now; empty: this process does not know */
    static Optional<MeshFederation> of(List<MeshFederation> all, Optional<String> active) {
        return all.stream()
                .min(Comparator.<MeshFederation, String>comparing(
                                m -> m.getMetadata().getCreationTimestamp())
                        .thenComparing(
                                m -> !active.equals(Optional.of(m.getMetadata().getName())))
                        .thenComparing(m -> !wasActive(m))
                        .thenComparing(m -> m.getMetadata().getUid()));
    }

    /** An inactive MeshFederation has only the condition that says so. */
    private static boolean wasActive(MeshFederation mesh) {
        return mesh.getStatus() != null
                && Conditions.find(mesh.getStatus().conditions(), ConditionType.TrustReady)
                        .isPresent();
    }
}
