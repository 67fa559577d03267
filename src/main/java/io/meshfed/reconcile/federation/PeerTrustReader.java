package io.meshfed.reconcile.federation;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.meshfed.api.ExportedMesh;
import io.meshfed.api.ExportedMesh.PublicRoot;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshSpec.Root;
import io.meshfed.api.Trust;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.trust.world.CrlMaterial;
import io.meshfed.trust.world.NamedRoot;
import io.meshfed.trust.world.RemoteCacertsWorld;
import io.meshfed.trust.world.RemoteRoots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What each RemoteMesh asks to trust, and how its mesh stands to this one's roots, as far as that can be read now. */
public final class PeerTrustReader {
    private final LocalCluster cluster;
    private final Function<String, Optional<ExportedMesh.Spec>> catalogues;
    private final Issued issued;
    private final String operatorNamespace;

    /** What is known of the {@code cacerts} that is made here for other meshes. */
    @FunctionalInterface
    public interface Issued {
        /**
         * @param ownNetwork network of this mesh
         * @param istiod what the remote's catalogue says that its istiod runs on; empty: it does not say
         * @return empty if the remote's is not made here
         */
        Optional<RemoteCacertsWorld> of(RemoteMesh remote, String ownNetwork, Optional<ExportedMesh.Istiod> istiod);
    }

    /**
     * @param catalogues what the mesh of a RemoteMesh publishes of itself now; empty: it cannot be read
     * @param issued the {@code cacerts} of that mesh, if it is made here
     * @param operatorNamespace where ConfigMaps with roots live
     */
    public PeerTrustReader(
            LocalCluster cluster,
            Function<String, Optional<ExportedMesh.Spec>> catalogues,
            Issued issued,
            String operatorNamespace) {
        this.cluster = cluster;
        this.catalogues = catalogues;
        this.issued = issued;
        this.operatorNamespace = operatorNamespace;
    }

    List<RemoteRoots> all(String ownNetwork) {
        return cluster.all(RemoteMesh.class).list().stream()
                // One that is being deleted counts until it is gone: its root must not leave before its entries.
                .map(remote -> of(remote, ownNetwork))
                .toList();
    }

    /** Where revocation lists come from. */
    CrlMaterial lists(Trust spec) {
        Optional<Map<String, String>> configMap = Optional.ofNullable(spec.crl())
                .flatMap(crl -> Optional.ofNullable(crl.configMapName()))
                .flatMap(name -> cluster.in(ConfigMap.class, operatorNamespace).get(operatorNamespace, name))
                .flatMap(map -> Optional.ofNullable(map.getData()));
        Map<String, String> shown = new HashMap<>();
        for (RemoteMesh remote : cluster.all(RemoteMesh.class).list()) {
            String name = remote.getMetadata().getName();
            catalogues
                    .apply(name)
                    .ifPresent(page -> shown.put(
                            name, Optional.ofNullable(page.revocation()).orElse("")));
        }
        return new CrlMaterial(configMap.orElse(Map.of()), shown);
    }

    private RemoteRoots of(RemoteMesh remote, String ownNetwork) {
        String name = remote.getMetadata().getName();
        Optional<ExportedMesh.Spec> page = catalogues.apply(name);
        Optional<List<PublicRoot>> catalogue = page.map(ExportedMesh.Spec::roots);
        List<NamedRoot> found = new ArrayList<>();
        boolean unknown = false;
        for (Root root : remote.getSpec().trust().roots()) {
            Optional<NamedRoot> named = root.fromPeer()
                    ? Optional.of(NamedRoot.fromPeer(root.name(), Optional.ofNullable(root.sha256()), catalogue))
                    : fromHere(root);
            named.ifPresent(found::add);
            unknown |= named.isEmpty();
        }
        return new RemoteRoots(
                name,
                remote.getSpec().trustDomain(),
                found,
                unknown,
                Set.copyOf(remote.getSpec().trust().acceptedRoots()),
                catalogue,
                issued.of(remote, ownNetwork, page.flatMap(PeerTrustReader::istiod)));
    }

    /** Another mesh's API server need not have held it to our schema. */
    private static Optional<ExportedMesh.Istiod> istiod(ExportedMesh.Spec page) {
        return Optional.ofNullable(page.istiod()).filter(istiod -> istiod.seen() != null);
    }

    private Optional<NamedRoot> fromHere(Root root) {
        return Optional.ofNullable(root.pem())
                .or(() -> Optional.ofNullable(root.configMapKeyRef())
                        .flatMap(ref -> cluster.in(ConfigMap.class, operatorNamespace)
                                .get(operatorNamespace, ref.name())
                                .flatMap(c -> Optional.ofNullable(c.getData()))
                                .flatMap(data -> Optional.ofNullable(data.get(ref.key())))))
                .map(pem -> new NamedRoot(root.name(), pem, Optional.ofNullable(root.sha256())));
    }
}
