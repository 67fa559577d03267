package io.meshfed.reconcile.federation;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.Gateway;
import io.fabric8.istio.api.security.v1.PeerAuthentication;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.meshfed.api.ExportedMesh;
import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationSpec;
import io.meshfed.api.MeshFederationSpec.Mtls;
import io.meshfed.api.MeshFederationStatus.GatewayStatus;
import io.meshfed.api.ObjectMetas;
import io.meshfed.api.condition.Condition;
import io.meshfed.apply.Applier;
import io.meshfed.apply.Owner;
import io.meshfed.plan.imports.traffic.GatewayRulePlanner;
import io.meshfed.plan.imports.world.OutputKey;
import io.meshfed.plan.mesh.CataloguePlanner;
import io.meshfed.plan.mesh.ExportPlan;
import io.meshfed.plan.mesh.ExportPlanner;
import io.meshfed.plan.mesh.MtlsPlanner;
import io.meshfed.reconcile.CacheReadiness;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Outcomes;
import io.meshfed.status.Conditions;
import io.meshfed.watch.ClusterWatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What other meshes may reach and read: the passthrough Gateway, what the gateway follows for the hosts in it, the mutual
 * TLS mode, and the public facts of this mesh.
 */
public final class ExportStep {
    private final LocalCluster cluster;
    private final Applier applier;
    private final boolean mtlsManaged;

    /**
     * @param cluster gives the Services and what stands
     * @param mtlsManaged whether PeerAuthentications may be read and written
     */
    public ExportStep(LocalCluster cluster, Applier applier, boolean mtlsManaged) {
        this.cluster = cluster;
        this.applier = applier;
        this.mtlsManaged = mtlsManaged;
    }

    record Result(int services, List<String> notes, Optional<Condition> conflict, Optional<Duration> again) {}

    /**
     * What the export depends on beside the Services.
     *
     * @param rootNamespace of mesh-wide policy; empty: not known, and its policy stays as it is
     * @param trustDomain empty: not known, and the catalogue stays as it is
     * @param roots likewise
     * @param istiod what istiod runs on; empty: not known
     * @param revocation the CAs of this mesh and their revocation lists, PEM; empty if it has none
     */
    record Facts(
            Optional<String> rootNamespace,
            Optional<String> trustDomain,
            Optional<List<ExportedMesh.PublicRoot>> roots,
            Optional<ExportedMesh.Istiod> istiod,
            Optional<String> revocation,
            GatewayStatus gateway) {}

    CacheReadiness sight(MeshFederation mesh, Optional<String> rootNamespace) {
        Stream<ClusterWatch<?>> always = Stream.of(
                cluster.all(Service.class),
                cluster.all(Namespace.class),
                cluster.all(ExportedMesh.class),
                cluster.all(ImportedService.class),
                cluster.all(DestinationRule.class),
                cluster.in(Gateway.class, mesh.getSpec().gateway().namespace()));
        Stream<ClusterWatch<?>> rules = rootNamespace.filter(n -> mtlsManaged).map(this::peerAuthentications).stream()
                .map(w -> w);
        return CacheReadiness.of(Stream.concat(always, rules).toList());
    }

    private boolean strict(MeshFederation mesh) {
        return mtlsManaged && mesh.getSpec().mtls() == Mtls.Strict;
    }

    /** What the user reads when spec.mtls asks for more than the role allows, or than somebody else's rule lets be. */
    private Optional<Condition> modeConflict(MeshFederation mesh, String rootNamespace) {
        if (mesh.getSpec().mtls() != Mtls.Strict) {
            return Optional.empty();
        }
        if (!mtlsManaged) {
            return Optional.of(Condition.yes(
                    Conditions.CONFLICT,
                    "MtlsNotPermitted",
                    "spec.mtls is Strict, and the operator's role has no PeerAuthentications: install the chart with"
                            + " mtls.managed=true, or set spec.mtls: Unmanaged"));
        }
        return MtlsPlanner.conflict(mesh, rootNamespace, foreign(mesh, rootNamespace))
                .map(message -> Condition.yes(Conditions.CONFLICT, "ForeignPeerAuthentication", message));
    }

    private ClusterWatch<PeerAuthentication> peerAuthentications(String rootNamespace) {
        return cluster.in(PeerAuthentication.class, rootNamespace);
    }

    Result run(MeshFederation mesh, Facts facts) {
        Map<String, Map<String, String>> namespaces = cluster.all(Namespace.class).list().stream()
                .collect(Collectors.toMap(n -> n.getMetadata().getName(), ObjectMetas::labels));
        ExportPlan plan = ExportPlanner.plan(mesh, cluster.all(Service.class).list(), namespaces);
        Optional<PeerAuthentication> strict = facts.rootNamespace()
                .filter(root -> strict(mesh))
                .flatMap(root -> MtlsPlanner.plan(mesh, root, foreign(mesh, root)));
        Optional<ExportedMesh> catalogue = facts.trustDomain().flatMap(domain -> facts.roots()
                .map(roots -> CataloguePlanner.plan(
                        mesh,
                        domain,
                        facts.gateway().addresses(),
                        facts.gateway().port(),
                        roots,
                        facts.istiod(),
                        facts.revocation())));
        // Rules first: no host is let through before the policy of its import is kept out.
        List<HasMetadata> wanted = Stream.of(
                        gatewayRules(mesh, facts.rootNamespace(), plan),
                        plan.objects().stream(),
                        strict.stream(),
                        catalogue.stream())
                .flatMap(s -> s)
                .map(HasMetadata.class::cast)
                .toList();
        Outcomes outcomes = new Outcomes();
        for (HasMetadata object : wanted) {
            outcomes.add(applier.apply(Owner.of(mesh), object, find(mesh, object)));
        }
        Set<OutputKey> keys = wanted.stream().map(OutputKey::of).collect(Collectors.toSet());
        standing(mesh, facts.rootNamespace())
                .filter(o -> !keys.contains(OutputKey.of(o)))
                .filter(o -> catalogue.isPresent() || !(o instanceof ExportedMesh))
                .map(applier::delete)
                .forEach(outcomes::add);
        Optional<Condition> conflict =
                facts.rootNamespace().flatMap(root -> modeConflict(mesh, root)).or(outcomes::conflict);
        return new Result(plan.hosts().size(), plan.notes(), conflict, outcomes.again());
    }

    private Stream<DestinationRule> gatewayRules(MeshFederation mesh, Optional<String> rootNamespace, ExportPlan plan) {
        MeshFederationSpec.Mesh own = mesh.getSpec().mesh();
        return plan.exported().stream()
                .map(service -> {
                    String name = service.getMetadata().getName();
                    String namespace = service.getMetadata().getNamespace();
                    return new GatewayRulePlanner.Exported(
                            name,
                            namespace,
                            cluster.all(ImportedService.class).get(namespace, name),
                            cluster.rulesFor(namespace, name, own.clusterDomain()));
                })
                .flatMap(exported ->
                        GatewayRulePlanner.plan(mesh, rootNamespace.orElse(own.controlPlaneNamespace()), exported)
                                .stream());
    }

    private List<PeerAuthentication> foreign(MeshFederation mesh, String rootNamespace) {
        return peerAuthentications(rootNamespace).list(rootNamespace).stream()
                .filter(p -> !Owner.of(mesh).owns(p))
                .toList();
    }

    private Optional<? extends HasMetadata> find(MeshFederation mesh, HasMetadata object) {
        String name = object.getMetadata().getName();
        if (object instanceof ExportedMesh) {
            return cluster.all(ExportedMesh.class).get("", name);
        }
        String namespace = object.getMetadata().getNamespace();
        if (object instanceof DestinationRule) {
            return cluster.all(DestinationRule.class).get(namespace, name);
        }
        return object instanceof PeerAuthentication
                ? peerAuthentications(namespace).get(namespace, name)
                : cluster.in(Gateway.class, namespace).get(namespace, name);
    }

    /** What stands of all this, in the order in which it may go. */
    Stream<HasMetadata> standing(MeshFederation mesh, Optional<String> rootNamespace) {
        String namespace = mesh.getSpec().gateway().namespace();
        Stream<? extends HasMetadata> rules = rootNamespace.filter(n -> mtlsManaged).stream()
                .flatMap(root -> peerAuthentications(root).list(root).stream());
        return Stream.of(
                        cluster.in(Gateway.class, namespace).list(namespace).stream(),
                        cluster.all(ExportedMesh.class).list().stream(),
                        rules,
                        cluster.all(DestinationRule.class).list().stream())
                .flatMap(s -> s)
                .map(HasMetadata.class::cast)
                .filter(Owner.of(mesh)::owns);
    }
}
