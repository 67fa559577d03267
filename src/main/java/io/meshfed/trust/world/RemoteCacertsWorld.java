package io.meshfed.trust.world;

import io.meshfed.api.ExportedMesh;
import io.meshfed.api.RemoteMeshStatus.IssuedStatus;
import io.meshfed.trust.cacerts.PresentCacerts;
import java.util.Optional;

/**
 * The {@code cacerts} that this mesh issues for another one, as it is in the remote cluster.
 *
 * @param readable whether it can be read now; if not, nothing is known of it
 * @param cacerts the other mesh's Secret; empty if it does not exist
 * @param istiod the roots of the other mesh's istiod, by its catalogue; empty: it does not say
 * @param before what the status last reported about it
 */
public record RemoteCacertsWorld(
        boolean readable,
        Optional<PresentCacerts> cacerts,
        Optional<ExportedMesh.Istiod> istiod,
        Optional<IssuedStatus> before) {

    /** Nothing is known of it now. */
    public static final RemoteCacertsWorld UNREADABLE =
            new RemoteCacertsWorld(false, Optional.empty(), Optional.empty(), Optional.empty());

    /** Whether the catalogue names the present Secret, so that what it says about istiod is newer than the Secret. */
    public boolean istiodIsFresh() {
        return cacerts.isPresent() && istiod.map(ExportedMesh.Istiod::cacerts).equals(cacerts.map(PresentCacerts::uid));
    }
}
