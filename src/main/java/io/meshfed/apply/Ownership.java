package io.meshfed.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.api.Names;
import io.meshfed.api.ObjectMetas;
import java.util.Optional;

/** Ours, shared, foreign: who an object belongs to (design rule 2). */
public final class Ownership {
    private Ownership() {}

    /** Whether an object carries both of meshfed's marks, whichever custom resource it was written for. */
    public static boolean managed(HasMetadata object) {
        return ObjectMetas.hasOurLabel(object)
                && ObjectMetas.annotations(object).containsKey(Names.OWNER_UID);
    }

    /** Network of the mesh that made a {@code cacerts} for this one; empty: none did. */
    public static Optional<String> issuedBy(HasMetadata object) {
        return ObjectMetas.annotation(object, Names.ISSUED_BY);
    }
}
