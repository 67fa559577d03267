package io.meshfed.reconcile.federation;

import io.meshfed.api.MeshFederation;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which MeshFederation speaks for the mesh when there are several: the oldest, then the smallest UID. */
final class ActiveFederation {
    private ActiveFederation() {}

    static Optional<MeshFederation> of(List<MeshFederation> all) {
        return all.stream()
                .min(Comparator.<MeshFederation, String>comparing(
                                m -> m.getMetadata().getCreationTimestamp())
                        .thenComparing(m -> m.getMetadata().getUid()));
    }
}
