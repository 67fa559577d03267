package io.meshfed.testbed.live;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import io.meshfed.testbed.TestbedException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The downward API: what a pod may ask about itself. */
record PodFields(Pod pod, String podIp, String hostIp) {
    private static final Pattern ENTRY = Pattern.compile("metadata\\.(labels|annotations)\\['([^']+)']");

    /** The value of a {@code fieldRef}. */
    String field(String path) {
        Matcher entry = ENTRY.matcher(path);
        if (entry.matches()) {
            return map(entry.group(1)).getOrDefault(entry.group(2), "");
        }
        return switch (path) {
            case "metadata.name" -> pod.getMetadata().getName();
            case "metadata.namespace" -> pod.getMetadata().getNamespace();
            case "metadata.uid" -> pod.getMetadata().getUid();
            case "metadata.labels" -> lines(map("labels"));
            case "metadata.annotations" -> lines(map("annotations"));
            case "spec.nodeName" -> pod.getSpec().getNodeName();
            case "spec.serviceAccountName" -> pod.getSpec().getServiceAccountName();
            case "status.hostIP", "status.hostIPs" -> hostIp;
            case "status.podIP", "status.podIPs" -> podIp;
            default -> throw new TestbedException("the downward API has no field " + path);
        };
    }

    /** The value of a {@code resourceFieldRef}: the limit or request, or all that the node has. */
    String resource(Container container, ResourceFieldSelector selector) {
        String[] path = selector.getResource().split("\\.", 2);
        Map<String, Quantity> amounts = Optional.ofNullable(container.getResources())
                .map(r -> path[0].equals("limits") ? r.getLimits() : r.getRequests())
                .orElse(Map.of());
        BigDecimal amount = Optional.ofNullable(amounts.get(path[1]))
                .map(Quantity::getAmountInBytes)
                .orElseGet(() -> ofTheNode(path[1]));
        BigDecimal divisor = Optional.ofNullable(selector.getDivisor())
                .map(Quantity::getAmountInBytes)
                .filter(d -> d.signum() > 0)
                .orElse(BigDecimal.ONE);
        return amount.divide(divisor, 0, RoundingMode.CEILING).toPlainString();
    }

    private static BigDecimal ofTheNode(String resource) {
        return switch (resource) {
            case "cpu" -> BigDecimal.valueOf(Runtime.getRuntime().availableProcessors());
            case "memory" -> BigDecimal.valueOf(4L << 30);
            default -> throw new TestbedException("the node has no resource " + resource);
        };
    }

    private Map<String, String> map(String which) {
        var metadata = pod.getMetadata();
        return Optional.ofNullable(which.equals("labels") ? metadata.getLabels() : metadata.getAnnotations())
                .orElse(Map.of());
    }

    private static String lines(Map<String, String> map) {
        return new TreeMap<>(map)
                .entrySet().stream()
                        .map(e -> e.getKey() + "=\""
                                + e.getValue()
                                        .replace("\\", "\\\\")
                                        .replace("\"", "\\\"")
                                        .replace("\n", "\\n")
                                + "\"")
                        .collect(Collectors.joining("\n"));
    }
}
