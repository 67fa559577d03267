package io.meshfed.reconcile.federation;

import io.meshfed.api.MeshFederation;
import io.meshfed.status.Conditions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which MeshFederation speaks for the mesh when there are several: the oldest. Times of creation count in seconds, and
 * two that come out of one file are equally old: then the one that speaks already, else the smaller UID. Who speaks owns
 * what was written, and another one would find it foreign.
 */
final class ActiveFederation {
    private ActiveFederation() {}

    /** @param speaking name of the one that speaks now, where this process knows */
    static Optional<MeshFederation> of(List<MeshFederation> all, Optional<String> speaking) {
        return all.stream()
                .min(Comparator.<MeshFederation, String>comparing(
                                m -> m.getMetadata().getCreationTimestamp())
                        .thenComparing(m ->
                                !speaking.equals(Optional.of(m.getMetadata().getName())))
                        .thenComparing(m -> !hasSpoken(m))
                        .thenComparing(m -> m.getMetadata().getUid()));
    }

    /** One that waits for its turn has no condition but that it waits. */
    private static boolean hasSpoken(MeshFederation mesh) {
        return mesh.getStatus() != null
                && Conditions.find(mesh.getStatus().conditions(), "TrustReady").isPresent();
    }
}
