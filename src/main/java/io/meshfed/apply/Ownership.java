package io.meshfed.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.api.Names;
import io.meshfed.api.ObjectMetas;
import java.util.Optional;

/** Which objects meshfed wrote, by its label and its annotation. Whose object it is among several: {@link Owner#owns}. */
public final class Ownership {
    private Ownership() {}

    /** Whether an object carries both of meshfed's marks, whichever custom resource it was written for. */
    public static boolean managed(HasMetadata object) {
        return ObjectMetas.hasOurLabel(object)
                && ObjectMetas.annotations(object).containsKey(Names.OWNER_UID);
    }

    /** Network of the mesh that issued a {@code cacerts} for this mesh; empty: it was not issued by another mesh. */
    public static Optional<String> issuedBy(HasMetadata object) {
        return ObjectMetas.annotation(object, Names.ISSUED_BY);
    }
}
