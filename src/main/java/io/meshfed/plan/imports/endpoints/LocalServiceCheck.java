package io.meshfed.plan.imports.endpoints;

import io.fabric8.kubernetes.api.model.Service;
import io.meshfed.api.Names;
import io.meshfed.api.condition.ImportReason;
import io.meshfed.plan.imports.world.Finding;
import io.meshfed.plan.imports.world.ImportTarget;
import io.meshfed.plan.imports.world.ServicePorts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Whether remote endpoints can join a local Service without making it worse: Istio merges WorkloadEntries only into a
 * ClusterIP Service with a selector, and the remote must serve the same ports.
 */
public final class LocalServiceCheck {
    private final ImportTarget target;
    private final Service service;

    private LocalServiceCheck(ImportTarget target, Service service) {
        this.target = target;
        this.service = service;
    }

    /**
     * Everything that prevents joining; empty if remote endpoints can join.
     *
     * @param others the other Services of the namespace
     */
    public static List<Finding.BlockingConflict> conflicts(ImportTarget target, Service service, List<Service> others) {
        LocalServiceCheck check = new LocalServiceCheck(target, service);
        Optional<Finding.BlockingConflict> kind = check.kind();
        return kind.isPresent()
                ? List.of(kind.get())
                : Stream.of(check.labels(), check.neighbours(others).stream(), check.ports().stream())
                        .flatMap(conflicts -> conflicts)
                        .toList();
    }

    private Optional<Finding.BlockingConflict> kind() {
        if ("ExternalName".equals(service.getSpec().getType())) {
            return conflict(
                    ImportReason.ExternalNameService,
                    "the local Service has type ExternalName, and Istio joins no endpoints into such a Service; delete it, or make it a ClusterIP Service with a selector");
        }
        if (isHeadless(service)) {
            return conflict(
                    ImportReason.HeadlessService,
                    "the local Service is headless (clusterIP: None), and Istio joins no endpoints into such a Service; delete it, or give it a cluster IP");
        }
        if (selector(service).isEmpty()) {
            return conflict(
                    ImportReason.SelectorlessService,
                    "the local Service has no selector, so Istio joins no endpoints into it; delete it, or give it a selector");
        }
        return Optional.empty();
    }

    /**
     * In Istio the labels of a WorkloadEntry's metadata win over those of its spec. If the selector asks for another value
     * of a label that the operator sets, the entry would not match it.
     */
    private Stream<Finding.BlockingConflict> labels() {
        return ours().entrySet().stream()
                .filter(label -> selector(service).containsKey(label.getKey())
                        && !label.getValue().equals(selector(service).get(label.getKey())))
                .map(
                        label -> new Finding.BlockingConflict(
                                ImportReason.SelectorTakesOurLabel,
                                "the selector of the local Service has " + label.getKey() + ": "
                                        + selector(service).get(label.getKey())
                                        + ", but the operator sets that label on its entries to another value; remove it from the selector"));
    }

    private Map<String, String> ours() {
        return new TreeMap<>(Map.of(
                Names.MANAGED_BY,
                Names.MESHFED,
                Names.IMPORTED_SERVICE_LABEL,
                target.name(),
                Names.TLS_MODE_LABEL,
                "istio"));
    }

    /** A WorkloadEntry joins every Service of its namespace whose selector matches it, not only the one it is for. */
    private Optional<Finding.BlockingConflict> neighbours(List<Service> others) {
        Map<String, String> labels = new TreeMap<>(selector(service));
        labels.putAll(ours());
        List<String> matching = others.stream()
                .filter(other -> !other.getMetadata().getName().equals(target.name()))
                .filter(other -> !"ExternalName".equals(other.getSpec().getType()) && !isHeadless(other))
                .filter(other -> !selector(other).isEmpty()
                        && labels.entrySet().containsAll(selector(other).entrySet()))
                .map(other -> other.getMetadata().getName())
                .sorted()
                .toList();
        return matching.isEmpty()
                ? Optional.empty()
                : conflict(
                        ImportReason.SelectorShared,
                        "the entries would also join " + (matching.size() == 1 ? "Service " : "Services ")
                                + String.join(", ", matching)
                                + " besides the imported one, because the selector matches the labels of the entries; give each Service a"
                                + " selector of its own");
    }

    private Optional<Finding.BlockingConflict> ports() {
        ServicePorts local = ServicePorts.of(service);
        if (local.ports().isEmpty()) {
            return conflict(
                    ImportReason.NoTcpPort,
                    "the local Service has no TCP port, and the gateway carries only TCP; add a TCP port, or delete this ImportedService");
        }
        if (target.spec().ports().isEmpty()) {
            return Optional.empty();
        }
        return local.disagreement(ServicePorts.of(target.spec().ports()))
                .flatMap(differences -> conflict(
                        ImportReason.PortMismatch,
                        "the ports of the remote (spec.ports) and of the local Service differ: " + differences
                                + "; make both the same"));
    }

    private static Optional<Finding.BlockingConflict> conflict(ImportReason reason, String message) {
        return Optional.of(new Finding.BlockingConflict(reason, message));
    }

    private static boolean isHeadless(Service service) {
        return "None".equals(service.getSpec().getClusterIP());
    }

    private static Map<String, String> selector(Service service) {
        Map<String, String> selector = service.getSpec().getSelector();
        return selector == null ? Map.of() : selector;
    }
}
