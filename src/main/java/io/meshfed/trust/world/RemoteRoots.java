package io.meshfed.trust.world;

import io.meshfed.api.ExportedMesh.PublicRoot;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The roots that one RemoteMesh asks to trust, and what is known about its mesh.
 *
 * @param remote name of the RemoteMesh
 * @param trustDomain of that mesh, from the spec of the RemoteMesh
 * @param roots what could be read; empty when both meshes share one root
 * @param unknown true: something that it refers to cannot be read now; roots in the bundle are kept
 * @param acceptedRoots fingerprints of roots that, according to that mesh's administrators, all of its workloads accept
 * @param catalogue what that mesh publishes about its roots now; empty: it cannot be read now
 * @param issued the {@code cacerts} of that mesh, if this one issues it
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
