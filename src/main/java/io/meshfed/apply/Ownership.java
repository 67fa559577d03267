package io.meshfed.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.api.Names;
import java.util.Map;
import java.util.Optional;

/** Ours, shared, foreign: who an object belongs to (design rule 2). */
public final class Ownership {
    private Ownership() {}

    /** Whether an object carries both of meshfed's marks, whichever custom resource it was written for. */
    public static boolean managed(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return labels != null
                && Names.MESHFED.equals(labels.get(Names.MANAGED_BY))
                && annotations != null
                && annotations.containsKey(Names.OWNER_UID);
    }

    /** Network of the mesh that made a {@code cacerts} for this one; empty: none did. */
    public static Optional<String> issuedBy(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getAnnotations()).map(a -> a.get(Names.ISSUED_BY));
    }

    /** Whether a user handed an object over by annotation. */
    public static boolean handedOver(HasMetadata object) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return annotations != null && "true".equals(annotations.get(Names.ADOPT));
    }
}
