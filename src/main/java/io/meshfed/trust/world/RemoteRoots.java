package io.meshfed.trust.world;

import io.meshfed.api.ExportedMesh.PublicRoot;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The roots that one RemoteMesh asks to trust, and how its mesh stands to ours.
 *
 * @param remote name of the RemoteMesh
 * @param trustDomain of that mesh, as the RemoteMesh says
 * @param roots what could be read; empty when both meshes share one root
 * @param unknown true: something that it refers to could not be read now; what is in the bundle stays
 * @param acceptedRoots fingerprints that every workload of that mesh accepts, as its administrators say
 * @param catalogue what that mesh publishes of its roots now; empty: it cannot be read now
 * @param issued the {@code cacerts} of that mesh, if this one makes it
 */
public record RemoteRoots(
        String remote,
        String trustDomain,
        List<NamedRoot> roots,
        boolean unknown,
        Set<String> acceptedRoots,
        Optional<List<PublicRoot>> catalogue,
        Optional<RemoteCacertsWorld> issued) {

    public RemoteRoots {
        roots = List.copyOf(roots);
        acceptedRoots = Set.copyOf(acceptedRoots);
        catalogue = catalogue.map(List::copyOf);
    }
}
