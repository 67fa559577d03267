package io.meshfed.plan.imports.traffic;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import java.util.List;

/** From which namespaces a DestinationRule is seen, as Istio reads {@code exportTo}. */
final class RuleVisibility {
    private RuleVisibility() {}

    /** Whether clients of a namespace see a rule; one with a selector applies to its own namespace only. */
    static boolean seenFrom(String namespace, DestinationRule rule) {
        String home = rule.getMetadata().getNamespace();
        return rule.getSpec().getWorkloadSelector() == null
                ? seenFrom(namespace, home, rule.getSpec().getExportTo())
                : namespace.equals(home);
    }

    /**
     * Whether clients of a namespace see what is exported so.
     *
     * @param home namespace of the exported object
     * @param exportTo empty means every namespace, Istio's default
     */
    static boolean seenFrom(String namespace, String home, List<String> exportTo) {
        return exportTo.isEmpty()
                || exportTo.contains("*")
                || exportTo.contains(namespace)
                || (exportTo.contains(".") && namespace.equals(home));
    }
}
