package io.meshfed.reconcile.federation;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationStatus;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.Trust;
import io.meshfed.apply.Applier;
import io.meshfed.apply.Owner;
import io.meshfed.plan.mesh.IstioConfig;
import io.meshfed.reconcile.CacheReadiness;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Outcomes;
import io.meshfed.reconcile.SecretBytes;
import io.meshfed.trust.TrustPlan;
import io.meshfed.trust.TrustPlanner;
import io.meshfed.trust.cacerts.CertificateTrouble;
import io.meshfed.trust.issued.RemoteCacertsPlan;
import io.meshfed.trust.rotation.TrustAction;
import io.meshfed.trust.world.IstiodSettings;
import io.meshfed.trust.world.TrustWorld;
import io.meshfed.watch.ClusterWatch;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Trust of this mesh: reads issuer, cacerts and what istiod published, and carries out what {@code trust} decides. */
public final class TrustStep {
    private static final String CACERTS = "cacerts";
    private static final String SELF_SIGNED = "istio-ca-secret";
    private static final String ROOT_KEY = "root-cert.pem";

    private final LocalCluster cluster;
    private final PeerTrustReader peers;
    private final Applier applier;
    private final TrustPlanner planner;
    private final CertificateStep certificates;
    private final String operatorNamespace;
    private volatile Optional<Known> known = Optional.empty();

    /** What the last look at this mesh found beside what watches show: no keys. */
    private record Known(String federation, IstiodSettings settings, Optional<String> trustDomain) {}

    /**
     * @param peers how other meshes stand to this one's trust
     * @param certificates asks cert-manager
     * @param operatorNamespace where issuer Secrets and ConfigMaps with roots live
     */
    public TrustStep(
            LocalCluster cluster,
            PeerTrustReader peers,
            Applier applier,
            TrustPlanner planner,
            CertificateStep certificates,
            String operatorNamespace) {
        this.cluster = cluster;
        this.peers = peers;
        this.applier = applier;
        this.planner = planner;
        this.certificates = certificates;
        this.operatorNamespace = operatorNamespace;
    }

    private List<ClusterWatch<?>> watches(MeshFederation mesh) {
        String controlPlane = mesh.getSpec().mesh().controlPlaneNamespace();
        return List.of(
                cluster.in(Secret.class, operatorNamespace),
                cluster.in(ConfigMap.class, operatorNamespace),
                // Without the remotes their roots would look unwanted.
                cluster.all(RemoteMesh.class),
                cluster.one(Secret.class, controlPlane, CACERTS),
                values(mesh),
                chartValues(mesh),
                publishedRoots(mesh));
    }

    CacheReadiness sight(MeshFederation mesh) {
        CacheReadiness sight = sightToIssue(mesh);
        // Without leave to read it there is nothing to take over, which is told where it matters.
        boolean waiting =
                migrates(mesh) && CacheReadiness.of(List.of(selfSigned(mesh))).waiting();
        CacheReadiness certificate = certificates.sight(mesh);
        return new CacheReadiness(
                sight.waiting() || waiting || certificate.waiting(),
                sight.trouble().or(certificate::trouble));
    }

    /** What is needed for other meshes, too. */
    private CacheReadiness sightToIssue(MeshFederation mesh) {
        // A RemoteMesh that cannot be read looks as if nobody asked for its roots any more.
        return CacheReadiness.of(watches(mesh)).and(cluster.all(RemoteMesh.class));
    }

    private static boolean migrates(MeshFederation mesh) {
        return mesh.getSpec().trust().existingCA() == Trust.ExistingCa.Migrate;
    }

    private ClusterWatch<Secret> selfSigned(MeshFederation mesh) {
        return cluster.one(Secret.class, mesh.getSpec().mesh().controlPlaneNamespace(), SELF_SIGNED);
    }

    private ClusterWatch<ConfigMap> values(MeshFederation mesh) {
        return cluster.one(
                ConfigMap.class,
                mesh.getSpec().mesh().controlPlaneNamespace(),
                IstioConfig.valuesConfigMapName(
                        Optional.ofNullable(mesh.getSpec().mesh().revision())));
    }

    private ClusterWatch<ConfigMap> chartValues(MeshFederation mesh) {
        return cluster.one(
                ConfigMap.class,
                mesh.getSpec().mesh().controlPlaneNamespace(),
                IstioConfig.chartValuesConfigMapName(
                        Optional.ofNullable(mesh.getSpec().mesh().revision())));
    }

    private ClusterWatch<ConfigMap> publishedRoots(MeshFederation mesh) {
        return cluster.one(ConfigMap.class, mesh.getSpec().mesh().controlPlaneNamespace(), publishedRootsName(mesh));
    }

    /**
     * When istiod ran here first, which shows in the roots that it publishes; empty if it never did, and long ago where
     * that cannot be told.
     */
    Optional<Instant> istiodSince(MeshFederation mesh) {
        ClusterWatch<ConfigMap> published = publishedRoots(mesh);
        return published.synced()
                ? published.list().stream()
                        .map(roots -> Instant.parse(roots.getMetadata().getCreationTimestamp()))
                        .min(Comparator.naturalOrder())
                : Optional.of(Instant.EPOCH);
    }

    private String publishedRootsName(MeshFederation mesh) {
        Optional<String> values =
                values(mesh).list().stream().findFirst().flatMap(c -> value(c, IstioConfig.VALUES_KEY));
        try {
            return IstioConfig.publishedRootsConfigMapName(values);
        } catch (IllegalArgumentException e) {
            // MeshConfigured names what cannot be read; the usual name is the best guess for a look that only reads.
            return IstioConfig.publishedRootsConfigMapName(Optional.empty());
        }
    }

    /**
     * What was decided, and what stood in the way of doing it.
     *
     * @param plan speaks of what was observed before
     */
    record Result(TrustPlan plan, Outcomes outcomes) {}

    /**
     * Decides and acts; every watch must be in sight.
     *
     * @param istio istiod's configuration; empty: it cannot be read
     * @param trustDomain of this mesh; empty: not known
     */
    Result run(MeshFederation mesh, Optional<IstioConfig> istio, Optional<String> trustDomain) {
        String controlPlane = mesh.getSpec().mesh().controlPlaneNamespace();
        Optional<Secret> cacerts =
                cluster.one(Secret.class, controlPlane, CACERTS).get(controlPlane, CACERTS);
        Known now = new Known(mesh.getMetadata().getName(), settings(mesh, istio), trustDomain);
        known = Optional.of(now);
        CertificateStep.Result certificate = certificates.run(mesh);
        Optional<Map<String, byte[]>> issuer = mesh.getSpec().trust().type() == Trust.Type.CertManager
                ? certificate.secret().map(SecretBytes::decoded)
                : issuer(mesh);
        TrustPlan plan = planner.plan(planner.verify(world(mesh, now, cacerts, issuer, certificate.trouble())));
        return new Result(plan, carryOut(mesh, plan.action(), cacerts, certificate.outcomes()));
    }

    /**
     * What to do about the {@code cacerts} of another mesh, which this one makes.
     *
     * @return empty while this mesh's own trust was not looked at, or cannot be
     */
    public Optional<RemoteCacertsPlan> issue(String remote) {
        return known.flatMap(now -> cluster.all(MeshFederation.class)
                .get("", now.federation())
                .filter(mesh -> sightToIssue(mesh).clear())
                .map(mesh -> {
                    String controlPlane = mesh.getSpec().mesh().controlPlaneNamespace();
                    return world(
                            mesh,
                            now,
                            cluster.one(Secret.class, controlPlane, CACERTS).get(controlPlane, CACERTS),
                            issuer(mesh),
                            Optional.empty());
                })
                .filter(world -> world.remotes().stream()
                        .anyMatch(r -> r.remote().equals(remote) && r.issued().isPresent()))
                .map(world -> planner.issue(planner.verify(world), remote)));
    }

    private TrustWorld world(
            MeshFederation mesh,
            Known now,
            Optional<Secret> cacerts,
            Optional<Map<String, byte[]>> issuer,
            Optional<CertificateTrouble> trouble) {
        String controlPlane = mesh.getSpec().mesh().controlPlaneNamespace();
        Trust spec = mesh.getSpec().trust();
        return new TrustWorld(
                mesh.getMetadata().getName(),
                now.trustDomain(),
                spec,
                issuer,
                formerIssuer(mesh),
                cacerts.map(s -> SecretBytes.cacerts(s, SecretBytes.decoded(s), Optional.empty())),
                // A ConfigMap without the key is an istiod that was seen and not understood, not one that is absent.
                publishedRoots(mesh).get(controlPlane, publishedRootsName(mesh)).map(c -> value(c, ROOT_KEY)
                        .orElse("")),
                now.settings(),
                migrates(mesh)
                        ? selfSigned(mesh).get(controlPlane, SELF_SIGNED).map(SecretBytes::decoded)
                        : Optional.empty(),
                peers.all(mesh.getSpec().mesh().network()),
                peers.lists(spec),
                trouble,
                Optional.ofNullable(mesh.getStatus()).map(MeshFederationStatus::trust));
    }

    private IstiodSettings settings(MeshFederation mesh, Optional<IstioConfig> istio) {
        Optional<IstioConfig> seen = istio.filter(IstioConfig::meshConfigSeen);
        return new IstiodSettings(
                multiroot(mesh), seen.map(IstioConfig::xdsAgent), seen.flatMap(IstioConfig::workloadTTL));
    }

    private Optional<Boolean> multiroot(MeshFederation mesh) {
        try {
            return chartValues(mesh).list().stream()
                    .findFirst()
                    .flatMap(c -> value(c, IstioConfig.CHART_VALUES_KEY))
                    .flatMap(IstioConfig::multiroot);
        } catch (IllegalArgumentException e) {
            // A note of the chart for tools; istiod's own behaviour tells in the end.
            return Optional.empty();
        }
    }

    private Outcomes carryOut(MeshFederation mesh, TrustAction action, Optional<Secret> cacerts, Outcomes outcomes) {
        // CA material survives the custom resource: no ownerReference on either Secret.
        Owner owner = Owner.of(mesh).surviving();
        if (action instanceof TrustAction.CreateIssuer create) {
            String name = mesh.getSpec().trust().issuer().secretName();
            outcomes.add(applier.createOnce(
                    owner, SecretBytes.secret(operatorNamespace, name, "kubernetes.io/tls", create.tlsSecretData())));
        } else if (action instanceof TrustAction.WriteCacerts write) {
            String controlPlane = mesh.getSpec().mesh().controlPlaneNamespace();
            // The type of a Secret cannot change; an adopted one keeps its own.
            String type = cacerts.map(Secret::getType).orElse("Opaque");
            outcomes.add(applier.writeExactly(
                    owner,
                    SecretBytes.secret(controlPlane, CACERTS, type, write.data()),
                    cacerts.map(s -> s.getMetadata().getResourceVersion())));
        }
        return outcomes;
    }

    private Optional<Map<String, byte[]>> issuer(MeshFederation mesh) {
        return Optional.ofNullable(mesh.getSpec().trust().issuer())
                .flatMap(issuer ->
                        cluster.in(Secret.class, operatorNamespace).get(operatorNamespace, issuer.secretName()))
                .map(SecretBytes::decoded);
    }

    /** What the status remembers; a Secret that is no issuer, or one on another root, is not signed with. */
    private Optional<Map<String, byte[]>> formerIssuer(MeshFederation mesh) {
        Optional<String> named =
                Optional.ofNullable(mesh.getSpec().trust().issuer()).map(Trust.Issuer::secretName);
        return Optional.ofNullable(mesh.getStatus())
                .map(MeshFederationStatus::trust)
                .map(MeshFederationStatus.TrustStatus::issuer)
                .filter(name -> !named.equals(Optional.of(name)))
                .flatMap(name -> cluster.in(Secret.class, operatorNamespace).get(operatorNamespace, name))
                .map(SecretBytes::decoded);
    }

    private static Optional<String> value(ConfigMap map, String key) {
        return Optional.ofNullable(map.getData()).map(d -> d.get(key));
    }
}
