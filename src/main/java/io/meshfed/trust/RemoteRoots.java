package io.meshfed.trust;

import java.util.List;

/**
 * The roots that one RemoteMesh asks to trust.
 *
 * @param remote name of the RemoteMesh
 * @param roots what could be read; empty when both meshes share one root
 * @param unknown true: something that it refers to could not be read now; what is in the bundle stays
 */
public record RemoteRoots(String remote, List<NamedRoot> roots, boolean unknown) {

    public RemoteRoots {
        roots = List.copyOf(roots);
    }
}
