package io.meshfed.reconcile.trust;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationStatus;
import io.meshfed.api.Names;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.Trust;
import io.meshfed.plan.mesh.IstioConfig;
import io.meshfed.reconcile.FederationView;
import io.meshfed.reconcile.FederationView.TrustSnapshot;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.remote.RemoteClusters;
import io.meshfed.trust.cacerts.CertificateTrouble;
import io.meshfed.trust.world.IstiodSettings;
import io.meshfed.trust.world.TrustWorld;
import io.meshfed.watch.ClusterWatch;
import java.util.Map;
import java.util.Optional;

/** Gathers what {@code trust} plans from: issuer, {@code cacerts}, istiod's settings and published roots, peers. */
public final class TrustReader {
    private static final String ROOT_KEY = "root-cert.pem";

    private final LocalCluster cluster;
    private final FederationView view;
    private final PeerTrustReader peers;
    private final String operatorNamespace;

    /**
     * @param view gives the snapshot that the MeshFederation's reconciler published
     * @param operatorNamespace where issuer Secrets and ConfigMaps with roots live
     */
    public TrustReader(LocalCluster cluster, FederationView view, RemoteClusters remotes, String operatorNamespace) {
        this.cluster = cluster;
        this.view = view;
        this.peers = new PeerTrustReader(cluster, remotes, operatorNamespace);
        this.operatorNamespace = operatorNamespace;
    }

    /** The caches for a mesh; starts the watches that do not run yet. */
    public TrustCaches caches(MeshFederation mesh) {
        String controlPlane = mesh.getSpec().mesh().controlPlaneNamespace();
        Optional<String> revision = Optional.ofNullable(mesh.getSpec().mesh().revision());
        ClusterWatch<ConfigMap> values =
                cluster.one(ConfigMap.class, controlPlane, IstioConfig.valuesConfigMapName(revision));
        return new TrustCaches(
                cluster.in(Secret.class, operatorNamespace),
                cluster.in(ConfigMap.class, operatorNamespace),
                cluster.all(RemoteMesh.class),
                cluster.one(Secret.class, controlPlane, Names.CACERTS_SECRET),
                values,
                cluster.one(ConfigMap.class, controlPlane, IstioConfig.chartValuesConfigMapName(revision)),
                cluster.one(ConfigMap.class, controlPlane, publishedRootsName(values)),
                migrates(mesh)
                        ? Optional.of(cluster.one(Secret.class, controlPlane, Names.SELF_SIGNED_CA_SECRET))
                        : Optional.empty());
    }

    private static boolean migrates(MeshFederation mesh) {
        return mesh.getSpec().trust().existingCA() == Trust.ExistingCa.Migrate;
    }

    private static String publishedRootsName(ClusterWatch<ConfigMap> injectorValues) {
        Optional<String> values = TrustCaches.only(injectorValues).flatMap(map -> value(map, IstioConfig.VALUES_KEY));
        try {
            return IstioConfig.publishedRootsConfigMapName(values);
        } catch (IllegalArgumentException e) {
            // MeshConfigured reports what cannot be read; the usual name is the best guess where nothing is written.
            return IstioConfig.publishedRootsConfigMapName(Optional.empty());
        }
    }

    /** @param istio istiod's configuration; empty: it cannot be read */
    public IstiodSettings settings(TrustCaches caches, Optional<IstioConfig> istio) {
        Optional<IstioConfig> seen = istio.filter(IstioConfig::meshConfigSeen);
        return new IstiodSettings(
                multiroot(caches), seen.map(IstioConfig::xdsAgent), seen.flatMap(IstioConfig::workloadTTL));
    }

    private static Optional<Boolean> multiroot(TrustCaches caches) {
        try {
            return TrustCaches.only(caches.chartValues())
                    .flatMap(map -> value(map, IstioConfig.CHART_VALUES_KEY))
                    .flatMap(IstioConfig::multiroot);
        } catch (IllegalArgumentException e) {
            // The chart keeps its values for tools only; istiod's published roots show its behaviour in the end.
            return Optional.empty();
        }
    }

    /**
     * What trust is planned from.
     *
     * @param snapshot istiod's settings and the trust domain
     * @param cacerts Secret {@code cacerts}; the plan holds for this version only
     * @param issuer the decoded Secret to sign with
     * @param trouble why cert-manager does not deliver it; empty: no reason is known
     */
    public TrustWorld world(
            MeshFederation mesh,
            TrustCaches caches,
            TrustSnapshot snapshot,
            Optional<Secret> cacerts,
            Optional<Map<String, byte[]>> issuer,
            Optional<CertificateTrouble> trouble) {
        Trust spec = mesh.getSpec().trust();
        return new TrustWorld(
                mesh.getMetadata().getName(),
                snapshot.trustDomain(),
                spec,
                issuer,
                formerIssuer(mesh, caches),
                cacerts.map(s -> SecretBytes.cacerts(s, SecretBytes.decoded(s), Optional.empty())),
                // A ConfigMap without the key comes from an istiod that publishes no readable root, not from none.
                TrustCaches.only(caches.publishedRoots())
                        .map(map -> value(map, ROOT_KEY).orElse("")),
                snapshot.settings(),
                caches.selfSigned().flatMap(TrustCaches::only).map(SecretBytes::decoded),
                peers.all(mesh.getSpec().mesh().network()),
                peers.lists(spec),
                trouble,
                Optional.ofNullable(mesh.getStatus()).map(MeshFederationStatus::trust));
    }

    /**
     * What the {@code cacerts} of another mesh is planned from.
     *
     * @param remote name of the RemoteMesh
     * @return empty until the trust of this mesh was planned, while a cache is not ready, and if this mesh does not issue that
     *     {@code cacerts}
     */
    public Optional<TrustWorld> publishedWorld(String remote) {
        return view.mesh()
                .flatMap(active -> active.trust().flatMap(snapshot -> cluster.all(MeshFederation.class)
                        .get("", active.federation())
                        .flatMap(mesh -> worldToIssue(mesh, snapshot))))
                .filter(world -> world.remotes().stream()
                        .anyMatch(r -> r.remote().equals(remote) && r.issued().isPresent()));
    }

    private Optional<TrustWorld> worldToIssue(MeshFederation mesh, TrustSnapshot snapshot) {
        TrustCaches caches = caches(mesh);
        return caches.readinessToIssue().clear()
                ? Optional.of(
                        world(mesh, caches, snapshot, caches.currentCacerts(), issuer(mesh, caches), Optional.empty()))
                : Optional.empty();
    }

    /** The Secret that {@code spec.trust.issuer} names, decoded. */
    public Optional<Map<String, byte[]>> issuer(MeshFederation mesh, TrustCaches caches) {
        return Optional.ofNullable(mesh.getSpec().trust().issuer())
                .flatMap(issuer -> caches.operatorSecrets().get(operatorNamespace, issuer.secretName()))
                .map(SecretBytes::decoded);
    }

    /** The issuer in the status, if the spec names another one. {@code trust} checks whether it may still sign with it. */
    private Optional<Map<String, byte[]>> formerIssuer(MeshFederation mesh, TrustCaches caches) {
        Optional<String> named =
                Optional.ofNullable(mesh.getSpec().trust().issuer()).map(Trust.Issuer::secretName);
        return Optional.ofNullable(mesh.getStatus())
                .map(MeshFederationStatus::trust)
                .map(MeshFederationStatus.TrustStatus::issuer)
                .filter(name -> !named.equals(Optional.of(name)))
                .flatMap(name -> caches.operatorSecrets().get(operatorNamespace, name))
                .map(SecretBytes::decoded);
    }

    private static Optional<String> value(ConfigMap map, String key) {
        return Optional.ofNullable(map.getData()).map(data -> data.get(key));
    }
}
