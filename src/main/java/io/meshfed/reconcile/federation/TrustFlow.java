package io.meshfed.reconcile.federation;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.meshfed.api.ExportedMesh;
import io.meshfed.api.ExportedMesh.PublicRoot;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationStatus;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshSpec.Root;
import io.meshfed.api.Trust;
import io.meshfed.apply.Applier;
import io.meshfed.apply.Owner;
import io.meshfed.apply.Ownership;
import io.meshfed.plan.IstioConfig;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Outcomes;
import io.meshfed.reconcile.Sight;
import io.meshfed.remote.ClusterWatch;
import io.meshfed.trust.IstiodSettings;
import io.meshfed.trust.NamedRoot;
import io.meshfed.trust.PresentCacerts;
import io.meshfed.trust.RemoteRoots;
import io.meshfed.trust.RevocationMaterial;
import io.meshfed.trust.TrustAction;
import io.meshfed.trust.TrustPlan;
import io.meshfed.trust.TrustPlanner;
import io.meshfed.trust.TrustWorld;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Trust of this mesh: reads issuer, cacerts and what istiod published, and carries out what {@code trust} decides. */
public final class TrustFlow {
    private static final String CACERTS = "cacerts";
    private static final String SELF_SIGNED = "istio-ca-secret";
    private static final String ROOT_KEY = "root-cert.pem";

    private final LocalCluster cluster;
    private final Function<String, Optional<ExportedMesh.Spec>> catalogues;
    private final Applier applier;
    private final TrustPlanner planner;
    private final CertificateFlow certificates;
    private final String operatorNamespace;

    /**
     * @param catalogues what the mesh of a RemoteMesh publishes of itself now; empty: it cannot be read
     * @param certificates asks cert-manager
     * @param operatorNamespace where issuer Secrets and ConfigMaps with roots live
     */
    public TrustFlow(
            LocalCluster cluster,
            Function<String, Optional<ExportedMesh.Spec>> catalogues,
            Applier applier,
            TrustPlanner planner,
            CertificateFlow certificates,
            String operatorNamespace) {
        this.cluster = cluster;
        this.catalogues = catalogues;
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

    Sight sight(MeshFederation mesh) {
        // A RemoteMesh that cannot be read looks as if nobody asked for its roots any more.
        Sight sight = Sight.of(watches(mesh)).and(cluster.all(RemoteMesh.class));
        // Without leave to read it there is nothing to take over, which is told where it matters.
        boolean waiting = migrates(mesh) && Sight.of(List.of(selfSigned(mesh))).waiting();
        Sight certificate = certificates.sight(mesh);
        return new Sight(
                sight.waiting() || waiting || certificate.waiting(),
                sight.trouble().or(certificate::trouble));
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
        Trust spec = mesh.getSpec().trust();
        Optional<Secret> cacerts =
                cluster.one(Secret.class, controlPlane, CACERTS).get(controlPlane, CACERTS);
        CertificateFlow.Result certificate = certificates.run(mesh);
        TrustPlan plan = planner.plan(new TrustWorld(
                mesh.getMetadata().getName(),
                trustDomain,
                spec,
                spec.type() == Trust.Type.CertManager
                        ? certificate.secret().map(TrustFlow::decoded)
                        : Optional.ofNullable(spec.issuer()).flatMap(i -> secret(i.secretName())),
                cacerts.map(s -> new PresentCacerts(decoded(s), origin(s))),
                // A ConfigMap without the key is an istiod that was seen and not understood, not one that is absent.
                publishedRoots(mesh).get(controlPlane, publishedRootsName(mesh)).map(c -> value(c, ROOT_KEY)
                        .orElse("")),
                settings(mesh, istio),
                migrates(mesh)
                        ? selfSigned(mesh).get(controlPlane, SELF_SIGNED).map(TrustFlow::decoded)
                        : Optional.empty(),
                remoteRoots(),
                revocation(spec),
                certificate.trouble(),
                Optional.ofNullable(mesh.getStatus()).map(MeshFederationStatus::trust)));
        return new Result(plan, carryOut(mesh, plan.action(), cacerts, certificate.outcomes()));
    }

    private static PresentCacerts.Origin origin(Secret cacerts) {
        if (Ownership.managed(cacerts)) {
            return PresentCacerts.Origin.OURS;
        }
        return Ownership.handedOver(cacerts) ? PresentCacerts.Origin.HANDED_OVER : PresentCacerts.Origin.FOREIGN;
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
                    owner, secret(operatorNamespace, name, "kubernetes.io/tls", create.tlsSecretData())));
        } else if (action instanceof TrustAction.WriteCacerts write) {
            String controlPlane = mesh.getSpec().mesh().controlPlaneNamespace();
            // The type of a Secret cannot change; an adopted one keeps its own.
            String type = cacerts.map(Secret::getType).orElse("Opaque");
            outcomes.add(applier.writeExactly(
                    owner, secret(controlPlane, CACERTS, type, write.data()), cacerts.map(s -> s.getMetadata()
                            .getResourceVersion())));
        }
        return outcomes;
    }

    private static HasMetadata secret(String namespace, String name, String type, Map<String, byte[]> data) {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withType(type)
                .withData(data.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, e -> Base64.getEncoder()
                        .encodeToString(e.getValue()))))
                .build();
    }

    private Optional<Map<String, byte[]>> secret(String name) {
        return cluster.in(Secret.class, operatorNamespace)
                .get(operatorNamespace, name)
                .map(TrustFlow::decoded);
    }

    private static Map<String, byte[]> decoded(Secret secret) {
        return Optional.ofNullable(secret.getData()).orElse(Map.of()).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, e -> Base64.getDecoder().decode(e.getValue())));
    }

    private static Optional<String> value(ConfigMap map, String key) {
        return Optional.ofNullable(map.getData()).map(d -> d.get(key));
    }

    private RevocationMaterial revocation(Trust spec) {
        Optional<String> name =
                Optional.ofNullable(spec.crl()).flatMap(crl -> Optional.ofNullable(crl.configMapName()));
        Map<String, String> catalogued = cluster.all(RemoteMesh.class).list().stream()
                .map(remote -> remote.getMetadata().getName())
                .flatMap(remote -> catalogues.apply(remote).stream()
                        .map(page -> Map.entry(
                                remote, Optional.ofNullable(page.revocation()).orElse(""))))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        return new RevocationMaterial(
                name.flatMap(map ->
                                cluster.in(ConfigMap.class, operatorNamespace).get(operatorNamespace, map))
                        .flatMap(map -> Optional.ofNullable(map.getData()))
                        .orElse(Map.of()),
                catalogued);
    }

    private List<RemoteRoots> remoteRoots() {
        return cluster.all(RemoteMesh.class).list().stream()
                // One that is being deleted counts until it is gone: its root must not leave before its entries.
                .map(this::remoteRoots)
                .toList();
    }

    private RemoteRoots remoteRoots(RemoteMesh remote) {
        String name = remote.getMetadata().getName();
        Optional<List<PublicRoot>> catalogue = catalogues.apply(name).map(ExportedMesh.Spec::roots);
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
                catalogue);
    }

    private Optional<NamedRoot> fromHere(Root root) {
        return Optional.ofNullable(root.pem())
                .or(() -> Optional.ofNullable(root.configMapKeyRef())
                        .flatMap(ref -> cluster.in(ConfigMap.class, operatorNamespace)
                                .get(operatorNamespace, ref.name())
                                .flatMap(c -> value(c, ref.key()))))
                .map(pem -> new NamedRoot(root.name(), pem, Optional.ofNullable(root.sha256())));
    }
}
