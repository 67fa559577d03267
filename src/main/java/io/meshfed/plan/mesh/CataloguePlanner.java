package io.meshfed.plan.mesh;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.meshfed.api.ExportedMesh;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.Names;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The ExportedMesh, which other meshes read: public facts of this mesh. */
public final class CataloguePlanner {
    /** Name of the only ExportedMesh of a cluster. */
    public static final String NAME = ExportedMesh.NAME;

    private CataloguePlanner() {}

    /**
     * The ExportedMesh. Its form does not depend on the order of the arguments.
     *
     * @param trustDomain the trust domain in force
     * @param addresses addresses of the gateway, or the last known ones; if empty, the gateway is left out, which means
     *     to a reader that it is not known
     * @param port port of the gateway
     * @param roots public root certificates; of several with one fingerprint the first counts
     * @param istiod the roots that istiod uses; empty: not known
     * @param revocation this mesh's CAs and their CRLs, PEM; empty if it has none
     */
    public static ExportedMesh plan(
            MeshFederation mesh,
            String trustDomain,
            List<String> addresses,
            int port,
            List<ExportedMesh.PublicRoot> roots,
            Optional<ExportedMesh.Istiod> istiod,
            Optional<String> revocation) {
        Map<String, ExportedMesh.PublicRoot> distinct = new TreeMap<>(Comparator.naturalOrder());
        roots.forEach(root -> distinct.putIfAbsent(root.sha256(), root));
        List<String> sorted = List.copyOf(new TreeSet<>(addresses));
        ExportedMesh page = new ExportedMesh();
        page.setMetadata(new ObjectMetaBuilder()
                .withName(NAME)
                .addToLabels(Names.MANAGED_BY, Names.MESHFED)
                .build());
        page.setSpec(new ExportedMesh.Spec(
                mesh.getSpec().mesh().network(),
                trustDomain,
                sorted.isEmpty() ? null : new ExportedMesh.Gateway(sorted, port),
                List.copyOf(distinct.values()),
                istiod.orElse(null),
                revocation.orElse(null)));
        return page;
    }
}
