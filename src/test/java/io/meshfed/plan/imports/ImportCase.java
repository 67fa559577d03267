package io.meshfed.plan.imports;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.meshfed.api.ImportedService;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus.Addressing;
import io.meshfed.api.Selector;
import io.meshfed.plan.Golden;
import io.meshfed.plan.Yaml;
import io.meshfed.plan.gateway.RemoteGatewayPlanner;
import io.meshfed.plan.imports.traffic.GatewayRulePlanner;
import io.meshfed.plan.imports.world.ImportWorld;
import io.meshfed.plan.imports.world.IpFamily;
import io.meshfed.plan.imports.world.LocalMesh;
import io.meshfed.plan.imports.world.RemoteParticipation;
import io.meshfed.plan.imports.world.RemoteState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The input of one golden folder; its README.md describes the files. */
record ImportCase(Path folder) {
    /** in-local-mesh.yaml: LocalMesh, and the other facts of the world that are not objects. */
    record MeshInput(
            @Nullable String name,
            @Nullable String network,
            @Nullable String trustDomain,
            @Nullable Set<String> trustDomainAliases,
            @Nullable String locality,
            @Nullable IpFamily ipFamily,
            @Nullable Selector importNamespaces,
            @Nullable Map<String, String> namespaceLabels,
            @Nullable String rootNamespace,
            @Nullable String exportedThrough,
            @Nullable Boolean gatewayRuleStands) {

        Optional<LocalMesh> mesh() {
            return Optional.ofNullable(name)
                    .map(n -> new LocalMesh(
                            n,
                            network,
                            trustDomain,
                            trustDomainAliases == null ? Set.of() : trustDomainAliases,
                            "cluster.local",
                            "istio-system",
                            rootNamespace == null ? "istio-system" : rootNamespace,
                            Optional.ofNullable(locality),
                            Optional.ofNullable(ipFamily),
                            importNamespaces == null ? Selector.EVERYTHING : importNamespaces));
        }
    }

    /** in-remote-state.yaml, by name of the RemoteMesh: what its reconciler knows beside its spec and status. */
    record RemoteInput(
            @Nullable Boolean gatewayRegistered,
            @Nullable Map<String, List<String>> resolved,
            @Nullable String refusal) {
        static final RemoteInput NONE = new RemoteInput(null, null, null);
    }

    /** All of in-remote-state.yaml. */
    static final class RemoteInputs extends TreeMap<String, RemoteInput> {
        private static final long serialVersionUID = 1L;
    }

    private MeshInput mesh() {
        return Golden.read(folder, "in-local-mesh.yaml", MeshInput.class);
    }

    private RemoteInput remoteInput(String name) {
        return Golden.text(folder, "in-remote-state.yaml")
                .map(text -> Yaml.of(text, RemoteInputs.class))
                .map(inputs -> inputs.get(name))
                .orElse(RemoteInput.NONE);
    }

    private List<RemoteMesh> remotes() {
        return Golden.readAll(folder, "in-remotes.yaml", "RemoteMesh", RemoteMesh.class);
    }

    private ImportedService service() {
        return Golden.read(folder, "in-import.yaml", ImportedService.class);
    }

    private List<DestinationRule> rules() {
        return Golden.readAll(folder, "in-rules.yaml", "DestinationRule", DestinationRule.class);
    }

    ImportWorld world() {
        MeshInput mesh = mesh();
        List<DestinationRule> rules = new ArrayList<>(rules());
        if (!Boolean.FALSE.equals(mesh.gatewayRuleStands())) {
            gatewayRule().ifPresent(rules::add);
        }
        return new ImportWorld(
                service(),
                mesh.mesh(),
                remotes().stream().map(this::remote).toList(),
                mesh.namespaceLabels() == null ? Map.of() : mesh.namespaceLabels(),
                localService(),
                Golden.readAll(folder, "in-present.yaml", "ServiceEntry", ServiceEntry.class).stream()
                        .findFirst(),
                Golden.readAll(folder, "in-present.yaml", "WorkloadEntry", WorkloadEntry.class),
                rules,
                exportedThrough(mesh),
                Golden.readAll(folder, "in-other-services.yaml", "Service", Service.class));
    }

    private Optional<Service> localService() {
        return Golden.readAll(folder, "in-service.yaml", "Service", Service.class).stream()
                .findFirst();
    }

    private Optional<String> exportedThrough(MeshInput mesh) {
        return localService().flatMap(service -> Optional.ofNullable(mesh.exportedThrough()));
    }

    /** The rule that keeps the import's policy out of the east-west gateway; the planner of the MeshFederation makes it. */
    Optional<DestinationRule> gatewayRule() {
        MeshInput mesh = mesh();
        ImportedService service = service();
        return exportedThrough(mesh)
                .flatMap(gateway -> GatewayRulePlanner.plan(
                        Yaml.mesh(
                                """
                                mesh: {network: east-network}
                                trust: {type: External}
                                gateway: {namespace: %s}
                                """
                                        .formatted(gateway)),
                        mesh.rootNamespace() == null ? "istio-system" : mesh.rootNamespace(),
                        new GatewayRulePlanner.Exported(
                                service.getMetadata().getName(),
                                service.getMetadata().getNamespace(),
                                Optional.of(service),
                                rules())));
    }

    /** The istio-remote Gateways of this world, which the planner of a RemoteMesh makes. */
    List<Gateway> gateways() {
        Optional<String> ownNetwork = world().mesh().map(LocalMesh::network);
        return remotes().stream()
                .filter(resource -> remote(resource).gatewayRegistered())
                .filter(resource -> remote(resource).refusal().isEmpty())
                .filter(resource ->
                        !ownNetwork.equals(Optional.of(remote(resource).network())))
                .map(resource -> RemoteGatewayPlanner.plan(resource, "meshfed-gateway", addresses(resource)))
                .toList();
    }

    private static List<String> addresses(RemoteMesh resource) {
        List<String> addresses = resource.getSpec().gateway().addresses();
        return addresses.isEmpty() && resource.getStatus().gateway() != null
                ? resource.getStatus().gateway().addresses()
                : addresses;
    }

    private RemoteState remote(RemoteMesh resource) {
        RemoteInput input = remoteInput(resource.getMetadata().getName());
        Addressing addressing = resource.getStatus().addressing();
        return new RemoteState(
                resource.getMetadata().getName(),
                resource.getSpec().network(),
                resource.getSpec().trustDomain(),
                Optional.ofNullable(resource.getSpec().locality()),
                addressing,
                addressing == Addressing.RemoteGateway && !Boolean.FALSE.equals(input.gatewayRegistered()),
                addresses(resource),
                resource.getSpec().gateway().port(),
                input.resolved() == null ? Map.of() : input.resolved(),
                RemoteParticipation.of(resource.getSpec()),
                Optional.ofNullable(input.refusal()));
    }

    /** Every golden folder, by name. */
    static List<ImportCase> all() {
        return Golden.cases("imports", "").map(ImportCase::new).toList();
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
