package io.meshfed.plan.imports.endpoints;

import io.fabric8.kubernetes.api.model.Service;
import io.meshfed.api.Names;
import io.meshfed.plan.imports.world.ImportConditions;
import io.meshfed.plan.imports.world.ImportTarget;
import io.meshfed.plan.imports.world.ServicePorts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whether remote endpoints can join a local Service without making it worse: Istio merges WorkloadEntries only into a
 * ClusterIP Service with a selector, and everything that Service or a neighbour offers must be what the remote offers.
 */
public final class LocalServiceCheck {
    private final ImportTarget target;
    private final Service service;
    private final ImportConditions findings;
    private boolean joinable = true;

    private LocalServiceCheck(ImportTarget target, Service service, ImportConditions findings) {
        this.target = target;
        this.service = service;
        this.findings = findings;
    }

    /** Checks a Service; whatever stands against joining becomes a conflict. */
    public static LocalServiceCheck of(
            ImportTarget target, Service service, List<Service> others, ImportConditions findings) {
        LocalServiceCheck check = new LocalServiceCheck(target, service, findings);
        check.kind();
        if (check.joinable) {
            check.labels();
            check.neighbours(others);
            check.ports();
        }
        return check;
    }

    public boolean joinable() {
        return joinable;
    }

    private void kind() {
        if ("ExternalName".equals(service.getSpec().getType())) {
            stop(
                    "ExternalNameService",
                    "the local Service is of type ExternalName, into which nothing can be joined; delete it, or make it a ClusterIP Service with a selector");
        } else if (isHeadless(service)) {
            stop(
                    "HeadlessService",
                    "the local Service is headless (clusterIP: None), into which Istio joins nothing; delete it, or give it a cluster IP");
        } else if (selector(service).isEmpty()) {
            stop(
                    "SelectorlessService",
                    "the local Service has no selector, so Istio joins nothing into it; delete it, or give it a selector");
        }
    }

    /** Istio lets labels of a WorkloadEntry's metadata win over those of its spec: a selector on ours would miss it. */
    private void labels() {
        ours().forEach((key, value) -> {
            String wanted = selector(service).get(key);
            if (wanted != null && !wanted.equals(value)) {
                stop(
                        "SelectorTakesOurLabel",
                        "the selector of the local Service asks for " + key + ": " + wanted
                                + ", a label that meshfed sets itself; take it out of the selector");
            }
        });
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

    /** A WorkloadEntry joins every Service of its namespace whose selector it meets, not only the one it is for. */
    private void neighbours(List<Service> others) {
        Map<String, String> labels = new TreeMap<>(selector(service));
        labels.putAll(ours());
        List<String> caught = others.stream()
                .filter(other -> !other.getMetadata().getName().equals(target.name()))
                .filter(other -> !"ExternalName".equals(other.getSpec().getType()) && !isHeadless(other))
                .filter(other -> !selector(other).isEmpty()
                        && labels.entrySet().containsAll(selector(other).entrySet()))
                .map(other -> other.getMetadata().getName())
                .sorted()
                .toList();
        if (!caught.isEmpty()) {
            stop(
                    "SelectorShared",
                    "the entries would join " + (caught.size() == 1 ? "Service " : "Services ")
                            + String.join(", ", caught)
                            + " too, because the selector there matches their labels; give the Services selectors of their own");
        }
    }

    private void ports() {
        ServicePorts here = ServicePorts.of(service);
        if (here.ports().isEmpty()) {
            stop("NoTcpPort", "the local Service has no TCP port, and nothing else can be carried to another mesh");
            return;
        }
        if (!target.spec().ports().isEmpty()) {
            Optional<String> disagreement =
                    here.disagreement(ServicePorts.of(target.spec().ports()));
            disagreement.ifPresent(d -> stop(
                    "PortMismatch",
                    "the ports of the remote (spec.ports) and of the local Service differ: " + d
                            + "; make both the same"));
        }
    }

    private void stop(String reason, String message) {
        joinable = false;
        findings.stoppedByConflict(reason, message);
    }

    private static boolean isHeadless(Service service) {
        return "None".equals(service.getSpec().getClusterIP());
    }

    private static Map<String, String> selector(Service service) {
        Map<String, String> selector = service.getSpec().getSelector();
        return selector == null ? Map.of() : selector;
    }
}
