package io.meshfed.plan.mesh;

import io.fabric8.istio.api.api.networking.v1alpha3.ServerTLSSettingsTLSmode;
import io.fabric8.istio.api.networking.v1.Gateway;
import io.fabric8.istio.api.networking.v1.GatewayBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationSpec.Exports;
import io.meshfed.api.Names;
import io.meshfed.api.ObjectMetas;
import io.meshfed.plan.hosts.ServiceHost;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Decides which Services other meshes may reach, and writes the Istio Gateway that lets exactly those through. */
public final class ExportPlanner {
    /** Name of the Istio Gateway. */
    public static final String GATEWAY_NAME = "meshfed-exports";

    private static final String EXPORT_TO = "networking.istio.io/exportTo";

    private ExportPlanner() {}

    /**
     * A Service is exported if both selectors of {@code spec.exports} match it, unless the passthrough gateway cannot
     * serve it: type ExternalName, no TCP port, the gateway's own Service, or an {@code exportTo} annotation that hides it
     * from the gateway's namespace. A headless Service is exported, as one pool without names for its pods.
     *
     * @param services every Service of the cluster; a Service that is not among them counts as deleted
     * @param namespaceLabels labels of every namespace by name; a Service of a namespace that is missing is not exported
     */
    public static ExportPlan plan(
            MeshFederation mesh, List<Service> services, Map<String, Map<String, String>> namespaceLabels) {
        Exports exports = mesh.getSpec().exports();
        if (exports == null) {
            return new ExportPlan(List.of(), List.of(), List.of(), List.of());
        }
        List<Service> exported = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        services.stream()
                .filter(service -> selected(exports, service, namespaceLabels))
                .sorted(Comparator.comparing(ObjectMetas::path))
                .forEach(service -> {
                    Optional<String> obstacle = obstacle(mesh, service);
                    if (obstacle.isEmpty()) {
                        exported.add(service);
                    }
                    obstacle.map(reason -> "not exported: " + reason)
                            .or(() -> reservation(service))
                            .ifPresent(note -> notes.add(ObjectMetas.describe(service) + ": " + note));
                });
        String clusterDomain = mesh.getSpec().mesh().clusterDomain();
        List<String> hosts = exported.stream()
                .map(service -> ServiceHost.of(service, clusterDomain).toString())
                .sorted()
                .toList();
        return new ExportPlan(
                hosts, exported, hosts.isEmpty() ? List.of() : List.<HasMetadata>of(gateway(mesh, hosts)), notes);
    }

    /**
     * Whether one Service is exported, by the same rules.
     *
     * @param namespaceLabels labels of its namespace
     */
    public static boolean exports(MeshFederation mesh, Service service, Map<String, String> namespaceLabels) {
        Exports exports = mesh.getSpec().exports();
        return exports != null
                && selected(exports, service, Map.of(service.getMetadata().getNamespace(), namespaceLabels))
                && obstacle(mesh, service).isEmpty();
    }

    private static boolean selected(
            Exports exports, Service service, Map<String, Map<String, String>> namespaceLabels) {
        Map<String, String> namespace =
                namespaceLabels.get(service.getMetadata().getNamespace());
        return namespace != null
                && exports.namespaceSelector().matches(namespace)
                && exports.serviceSelector().matches(service.getMetadata().getLabels());
    }

    private static Optional<String> obstacle(MeshFederation mesh, Service service) {
        if ("ExternalName".equals(service.getSpec().getType())) {
            return Optional.of("type ExternalName has no endpoints in this mesh; export the Service that it points to");
        }
        if (isOwnGateway(mesh, service)) {
            return Optional.of("it is the east-west gateway itself; remove the export label");
        }
        if (ports(service).stream().noneMatch(ExportPlanner::isTcp)) {
            return Optional.of("it has no TCP port, and the gateway carries only TCP");
        }
        if (!visible(service, mesh.getSpec().gateway().namespace())) {
            return Optional.of("annotation " + EXPORT_TO + " hides it from the gateway; add namespace "
                    + mesh.getSpec().gateway().namespace() + " to the annotation");
        }
        return Optional.empty();
    }

    private static Optional<String> reservation(Service service) {
        if (ports(service).stream().anyMatch(port -> !isTcp(port))) {
            return Optional.of("exported with its TCP ports only");
        }
        if ("None".equals(service.getSpec().getClusterIP())) {
            return Optional.of("headless: exported as one pool; other meshes cannot resolve the names of its pods");
        }
        if (service.getSpec().getSelector() == null
                || service.getSpec().getSelector().isEmpty()) {
            return Optional.of("has no selector: other meshes reach only endpoints that are pods with a proxy");
        }
        return Optional.empty();
    }

    private static boolean isOwnGateway(MeshFederation mesh, Service service) {
        var gateway = mesh.getSpec().gateway();
        return gateway.namespace().equals(service.getMetadata().getNamespace())
                && gateway.selector().equals(service.getSpec().getSelector());
    }

    /** Istio's rule: no annotation means everywhere; else a list of namespaces, with "." for its own and "*" for all. */
    private static boolean visible(Service service, String from) {
        String exportTo = ObjectMetas.annotation(service, EXPORT_TO).orElse("");
        if (exportTo.isBlank()) {
            return true;
        }
        return Arrays.stream(exportTo.split(","))
                .map(String::trim)
                .anyMatch(namespace -> namespace.equals("*")
                        || namespace.equals(from)
                        || (namespace.equals(".")
                                && from.equals(service.getMetadata().getNamespace())));
    }

    private static List<ServicePort> ports(Service service) {
        @Nullable List<ServicePort> ports = service.getSpec().getPorts();
        return ports == null ? List.of() : ports;
    }

    private static boolean isTcp(ServicePort port) {
        return port.getProtocol() == null || "TCP".equals(port.getProtocol());
    }

    private static Gateway gateway(MeshFederation mesh, List<String> hosts) {
        var gateway = mesh.getSpec().gateway();
        return new GatewayBuilder()
                .withNewMetadata()
                .withName(GATEWAY_NAME)
                .withNamespace(gateway.namespace())
                .addToLabels(Names.MANAGED_BY, Names.MESHFED)
                .endMetadata()
                .withNewSpec()
                .withSelector(new TreeMap<>(gateway.selector()))
                .addNewServer()
                .withHosts(hosts)
                .withNewPort()
                .withNumber(gateway.port().longValue())
                .withName("tls")
                .withProtocol("TLS")
                .endPort()
                .withNewTls()
                .withMode(ServerTLSSettingsTLSmode.AUTO_PASSTHROUGH)
                .endTls()
                .endServer()
                .endSpec()
                .build();
    }
}
