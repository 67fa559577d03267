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
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.FederationReason;
import io.meshfed.apply.Applier;
import io.meshfed.apply.Owner;
import io.meshfed.plan.imports.traffic.GatewayRulePlanner;
import io.meshfed.plan.imports.world.OutputKey;
import io.meshfed.plan.mesh.CataloguePlanner;
import io.meshfed.plan.mesh.ExportPlan;
import io.meshfed.plan.mesh.ExportPlanner;
import io.meshfed.plan.mesh.MtlsPlanner;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Outcomes;
import io.meshfed.watch.ClusterWatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What other meshes may reach and read: the passthrough Gateway, the gateway's DestinationRules for the hosts in it, the mutual TLS
 * mode, and the catalogue of this mesh (ExportedMesh).
 */
public final class ExportStep {
    private final LocalCluster cluster;
    private final Applier applier;
    private final boolean mtlsManaged;

    /**
     * @param cluster gives the Services and the existing objects
     * @param mtlsManaged whether PeerAuthentications may be read and written
     */
    public ExportStep(LocalCluster cluster, Applier applier, boolean mtlsManaged) {
        this.cluster = cluster;
        this.applier = applier;
        this.mtlsManaged = mtlsManaged;
    }

    /**
     * What was exported.
     *
     * @param notes Services that were left out, and why
     * @param conflict draft of Conflict; empty: nothing is in the way
     */
    record Result(int services, List<String> notes, Optional<Condition> conflict, Outcomes outcomes) {}

    /**
     * What the export depends on besides the Services.
     *
     * @param rootNamespace of mesh-wide policy; empty: not known, and the existing policy is left unchanged
     * @param trustDomain empty: not known, and the existing catalogue is left unchanged
     * @param roots empty: not known, and the existing catalogue is left unchanged
     * @param istiod the roots that istiod uses; empty: not known
     * @param revocation the CAs of this mesh and their revocation lists, PEM; empty if it has none
     */
    record Facts(
            Optional<String> rootNamespace,
            Optional<String> trustDomain,
            Optional<List<ExportedMesh.PublicRoot>> roots,
            Optional<ExportedMesh.Istiod> istiod,
            Optional<String> revocation,
            GatewayStatus gateway) {}

    /** The caches for this step; starts the watches that do not run yet. */
    List<ClusterWatch<?>> caches(MeshFederation mesh) {
        return List.of(
                cluster.all(Service.class),
                cluster.all(Namespace.class),
                cluster.all(ExportedMesh.class),
                cluster.all(ImportedService.class),
                cluster.all(DestinationRule.class),
                cluster.in(Gateway.class, mesh.getSpec().gateway().namespace()));
    }

    /** The caches of mesh-wide policy, likewise. */
    List<ClusterWatch<?>> policyCaches(Optional<String> rootNamespace) {
        return rootNamespace.filter(n -> mtlsManaged).stream()
                .<ClusterWatch<?>>map(this::peerAuthentications)
                .toList();
    }

    private boolean strict(MeshFederation mesh) {
        return mtlsManaged && mesh.getSpec().mtls() == Mtls.Strict;
    }

    /** Reports that the role or another PeerAuthentication prevents what {@code spec.mtls} asks for. */
    private Optional<Condition> modeConflict(MeshFederation mesh, String rootNamespace) {
        if (mesh.getSpec().mtls() != Mtls.Strict) {
            return Optional.empty();
        }
        if (!mtlsManaged) {
            return Optional.of(Condition.yes(
                    ConditionType.Conflict,
                    FederationReason.MtlsNotPermitted,
                    "spec.mtls is Strict, but the operator's role does not include PeerAuthentications: install the chart with"
                            + " mtls.managed=true, or set spec.mtls: Unmanaged"));
        }
        return MtlsPlanner.conflict(mesh, rootNamespace, foreign(mesh, rootNamespace))
                .map(message ->
                        Condition.yes(ConditionType.Conflict, FederationReason.ForeignPeerAuthentication, message));
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
        // DestinationRules first: no host is exposed before the policy of its import is kept away from the gateway.
        List<HasMetadata> wanted = Stream.of(
                        gatewayRules(mesh, facts.rootNamespace(), plan),
                        plan.objects().stream(),
                        strict.stream(),
                        catalogue.stream())
                .flatMap(s -> s)
                .map(HasMetadata.class::cast)
                .toList();
        Outcomes written = wanted.stream()
                .map(object -> applier.apply(Owner.of(mesh), object, find(mesh, object)))
                .collect(Outcomes.collect());
        Set<OutputKey> keys = wanted.stream().map(OutputKey::of).collect(Collectors.toSet());
        Outcomes deleted = existing(mesh, facts.rootNamespace())
                .filter(o -> !keys.contains(OutputKey.of(o)))
                .filter(o -> catalogue.isPresent() || !(o instanceof ExportedMesh))
                .map(applier::delete)
                .collect(Outcomes.collect());
        Outcomes outcomes = written.and(deleted);
        Optional<Condition> conflict =
                facts.rootNamespace().flatMap(root -> modeConflict(mesh, root)).or(outcomes::conflict);
        return new Result(plan.hosts().size(), plan.notes(), conflict, outcomes);
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

    /** The existing objects of this step, in the order in which they may be deleted. */
    Stream<HasMetadata> existing(MeshFederation mesh, Optional<String> rootNamespace) {
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
