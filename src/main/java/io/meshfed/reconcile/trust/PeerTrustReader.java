package io.meshfed.reconcile.trust;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.meshfed.api.ExportedMesh;
import io.meshfed.api.ExportedMesh.PublicRoot;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshSpec.Root;
import io.meshfed.api.Trust;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.remote.RemoteClusters;
import io.meshfed.trust.world.CrlMaterial;
import io.meshfed.trust.world.NamedRoot;
import io.meshfed.trust.world.RemoteRoots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which roots each RemoteMesh asks to trust, and what its mesh publishes of its own trust now. */
final class PeerTrustReader {
    private final LocalCluster cluster;
    private final RemoteClusters remotes;
    private final String operatorNamespace;

    /** @param operatorNamespace where ConfigMaps with roots live */
    PeerTrustReader(LocalCluster cluster, RemoteClusters remotes, String operatorNamespace) {
        this.cluster = cluster;
        this.remotes = remotes;
        this.operatorNamespace = operatorNamespace;
    }

    /** @param ownNetwork network of this mesh */
    List<RemoteRoots> all(String ownNetwork) {
        return cluster.all(RemoteMesh.class).list().stream()
                // One that is being deleted counts until it is gone: its root must not be removed before its entries.
                .map(remote -> of(remote, ownNetwork))
                .toList();
    }

    /** The sources of revocation lists. */
    CrlMaterial lists(Trust spec) {
        Optional<Map<String, String>> configMap = Optional.ofNullable(spec.crl())
                .flatMap(crl -> Optional.ofNullable(crl.configMapName()))
                .flatMap(name -> cluster.in(ConfigMap.class, operatorNamespace).get(operatorNamespace, name))
                .flatMap(map -> Optional.ofNullable(map.getData()));
        Map<String, String> published = new HashMap<>();
        for (RemoteMesh remote : cluster.all(RemoteMesh.class).list()) {
            String name = remote.getMetadata().getName();
            catalogue(name)
                    .ifPresent(catalogue -> published.put(
                            name, Optional.ofNullable(catalogue.revocation()).orElse("")));
        }
        return new CrlMaterial(configMap.orElse(Map.of()), published);
    }

    private Optional<ExportedMesh.Spec> catalogue(String remote) {
        return remotes.snapshot(remote).catalogue();
    }

    private RemoteRoots of(RemoteMesh remote, String ownNetwork) {
        String name = remote.getMetadata().getName();
        Optional<ExportedMesh.Spec> catalogue = catalogue(name);
        Optional<List<PublicRoot>> published = catalogue.map(ExportedMesh.Spec::roots);
        List<NamedRoot> found = new ArrayList<>();
        boolean unknown = false;
        for (Root root : remote.getSpec().trust().roots()) {
            Optional<NamedRoot> named = root.fromPeer()
                    ? Optional.of(NamedRoot.fromPeer(root.name(), Optional.ofNullable(root.sha256()), published))
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
                published,
                RemoteCacertsReader.read(
                        remote, remotes.secret(name), ownNetwork, catalogue.flatMap(PeerTrustReader::istiod)));
    }

    /** The other mesh's API server may not have validated the object against our schema. */
    private static Optional<ExportedMesh.Istiod> istiod(ExportedMesh.Spec catalogue) {
        return Optional.ofNullable(catalogue.istiod()).filter(istiod -> istiod.seen() != null);
    }

    private Optional<NamedRoot> fromHere(Root root) {
        return Optional.ofNullable(root.pem())
                .or(() -> Optional.ofNullable(root.configMapKeyRef())
                        .flatMap(ref -> cluster.in(ConfigMap.class, operatorNamespace)
                                .get(operatorNamespace, ref.name())
                                .flatMap(map -> Optional.ofNullable(map.getData()))
                                .flatMap(data -> Optional.ofNullable(data.get(ref.key())))))
                .map(pem -> new NamedRoot(root.name(), pem, Optional.ofNullable(root.sha256())));
    }
}
