package io.meshfed.trust.world;

import io.meshfed.api.ExportedMesh;
import io.meshfed.api.RemoteMeshStatus.IssuedStatus;
import io.meshfed.trust.cacerts.PresentCacerts;
import java.util.Optional;

/**
 * The {@code cacerts} that this mesh makes for another one.
 *
 * @param readable whether it can be read now; if not, nothing is known of it
 * @param cacerts the other mesh's Secret; empty if it does not exist
 * @param istiod what the other mesh's catalogue says that its istiod runs on; empty: it does not say
 * @param before what was last reported of it
 */
public record RemoteCacertsWorld(
        boolean readable,
        Optional<PresentCacerts> cacerts,
        Optional<ExportedMesh.Istiod> istiod,
        Optional<IssuedStatus> before) {

    /** Nothing is known of it now. */
    public static final RemoteCacertsWorld UNREADABLE =
            new RemoteCacertsWorld(false, Optional.empty(), Optional.empty(), Optional.empty());

    /** Whether the catalogue's word is younger than the Secret that stands there. */
    public boolean istiodIsFresh() {
        return cacerts.isPresent() && istiod.map(ExportedMesh.Istiod::cacerts).equals(cacerts.map(PresentCacerts::uid));
    }
}
