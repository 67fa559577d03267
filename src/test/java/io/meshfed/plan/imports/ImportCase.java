package io.meshfed.plan.imports;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.api.ImportedService;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus;
import io.meshfed.api.RemoteMeshStatus.Addressing;
import io.meshfed.api.Selector;
import io.meshfed.plan.Yaml;
import io.meshfed.plan.gateway.RemoteGatewayPlanner;
import io.meshfed.plan.imports.traffic.GatewayRulePlanner;
import io.meshfed.plan.imports.world.ImportWorld;
import io.meshfed.plan.imports.world.IpFamily;
import io.meshfed.plan.imports.world.LocalMesh;
import io.meshfed.plan.imports.world.RemoteParticipation;
import io.meshfed.plan.imports.world.RemoteState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The input side of one golden folder; README.md in the folder above tells the form. */
record ImportCase(Path folder) {
    private static final String REGISTERED = "golden/registered";
    private static final String REFUSAL = "golden/refusal";
    private static final String RESOLVED = "golden/resolved.";

    /** LocalMesh, with the labels of the import's namespace beside it. */
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

    private MeshInput mesh() {
        return Serialization.unmarshal(text("in-mesh.yaml").orElseThrow(), MeshInput.class);
    }

    ImportWorld world() {
        MeshInput mesh = mesh();
        List<DestinationRule> rules = new ArrayList<>(read("in-rules.yaml", DestinationRule.class));
        if (!Boolean.FALSE.equals(mesh.gatewayRuleStands())) {
            gatewayRule().ifPresent(rules::add);
        }
        return new ImportWorld(
                read("in-import.yaml", ImportedService.class).get(0),
                mesh.mesh(),
                read("in-remotes.yaml", RemoteMesh.class).stream()
                        .map(ImportCase::remote)
                        .toList(),
                mesh.namespaceLabels() == null ? Map.of() : mesh.namespaceLabels(),
                localService(),
                ofKind("in-present.yaml", "ServiceEntry", ServiceEntry.class).stream()
                        .findFirst(),
                ofKind("in-present.yaml", "WorkloadEntry", WorkloadEntry.class),
                rules,
                exportedThrough(mesh),
                read("in-other-services.yaml", Service.class));
    }

    private Optional<Service> localService() {
        return read("in-service.yaml", Service.class).stream().findFirst();
    }

    private Optional<String> exportedThrough(MeshInput mesh) {
        return localService().flatMap(service -> Optional.ofNullable(mesh.exportedThrough()));
    }

    /** What keeps the import's policy out of the east-west gateway; the planner of the MeshFederation makes it. */
    Optional<DestinationRule> gatewayRule() {
        MeshInput mesh = mesh();
        ImportedService service = read("in-import.yaml", ImportedService.class).get(0);
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
                                read("in-rules.yaml", DestinationRule.class))));
    }

    /** The istio-remote Gateways that stand in this world; the planner of a RemoteMesh makes them, not this one. */
    List<Gateway> gateways() {
        Optional<String> ownNetwork = world().mesh().map(LocalMesh::network);
        return read("in-remotes.yaml", RemoteMesh.class).stream()
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

    private static RemoteState remote(RemoteMesh resource) {
        RemoteMeshStatus status = resource.getStatus();
        List<String> addresses = addresses(resource);
        Map<String, String> annotations = resource.getMetadata().getAnnotations();
        annotations = annotations == null ? Map.of() : annotations;
        Map<String, List<String>> resolved = new HashMap<>();
        annotations.forEach((key, value) -> {
            if (key.startsWith(RESOLVED)) {
                resolved.put(key.substring(RESOLVED.length()), List.of(value.split(" ")));
            }
        });
        Addressing addressing = status.addressing();
        return new RemoteState(
                resource.getMetadata().getName(),
                resource.getSpec().network(),
                resource.getSpec().trustDomain(),
                Optional.ofNullable(resource.getSpec().locality()),
                addressing,
                addressing == Addressing.RemoteGateway && !"false".equals(annotations.get(REGISTERED)),
                addresses,
                resource.getSpec().gateway().port(),
                resolved,
                RemoteParticipation.of(resource.getSpec()),
                Optional.ofNullable(annotations.get(REFUSAL)));
    }

    private <T> List<T> ofKind(String file, String kind, Class<T> type) {
        return documents(file)
                .filter(text -> kind.equals(Serialization.unmarshal(text, JsonNode.class)
                        .path("kind")
                        .asText()))
                .map(text -> Serialization.unmarshal(text, type))
                .toList();
    }

    private <T> List<T> read(String file, Class<T> type) {
        return documents(file).map(text -> Serialization.unmarshal(text, type)).toList();
    }

    private Stream<String> documents(String file) {
        return text(file).stream()
                .flatMap(all -> Arrays.stream(all.split("(?m)^---\\s*$")))
                .filter(text -> !text.isBlank());
    }

    /** A file of this folder, or the one of that name that all folders share. */
    private Optional<String> text(String file) {
        return Stream.of(folder.resolve(file), folder.resolveSibling(file))
                .filter(Files::exists)
                .findFirst()
                .map(ImportCase::readString);
    }

    private static String readString(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every golden folder, by name. */
    static List<ImportCase> all() {
        try (Stream<Path> folders = Files.list(Path.of("src/test/resources/golden/imports"))) {
            TreeMap<String, ImportCase> sorted = new TreeMap<>();
            folders.filter(Files::isDirectory)
                    .forEach(f -> sorted.put(f.getFileName().toString(), new ImportCase(f)));
            return List.copyOf(sorted.values());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
