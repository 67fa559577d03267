package io.meshfed.trust;

import io.meshfed.api.ExportedMesh;
import java.util.Optional;

/**
 * The {@code cacerts} that this mesh makes for another one.
 *
 * @param readable whether it can be read now; if not, nothing is known of it
 * @param cacerts the other mesh's Secret; empty if it does not exist
 * @param istiod what the other mesh's catalogue says that its istiod runs on; empty: it does not say
 */
public record IssuedWorld(boolean readable, Optional<PresentCacerts> cacerts, Optional<ExportedMesh.Istiod> istiod) {

    /** Nothing is known of it now. */
    public static final IssuedWorld UNREADABLE = new IssuedWorld(false, Optional.empty(), Optional.empty());
}
