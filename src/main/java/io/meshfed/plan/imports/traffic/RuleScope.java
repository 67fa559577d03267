package io.meshfed.plan.imports.traffic;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import java.util.List;

/** Which hosts a DestinationRule is for and who sees it, as Istio reads it. */
final class RuleScope {
    private RuleScope() {}

    /** Whether a rule names a host, in full or, in its own namespace, by its first word. */
    static boolean names(DestinationRule rule, String host, String clusterDomain) {
        String named = rule.getSpec().getHost();
        boolean complete = named.contains(".") || named.contains("*");
        return host.equals(
                complete ? named : named + "." + rule.getMetadata().getNamespace() + ".svc." + clusterDomain);
    }

    /** Whether a rule is for a host because its wildcard covers it. */
    static boolean covers(DestinationRule rule, String host) {
        String named = rule.getSpec().getHost();
        return named.startsWith("*") && host.endsWith(named.substring(1));
    }

    /** Whether a rule has a host at all; one that somebody else wrote may lack it. */
    static boolean isComplete(DestinationRule rule) {
        return rule.getSpec() != null && rule.getSpec().getHost() != null;
    }

    /** Whether clients of a namespace see a rule; one with a selector is for its own namespace alone. */
    static boolean seenFrom(String namespace, DestinationRule rule) {
        String home = rule.getMetadata().getNamespace();
        return rule.getSpec().getWorkloadSelector() == null
                ? seenFrom(namespace, home, rule.getSpec().getExportTo())
                : namespace.equals(home);
    }

    /** Whether what is exported so is seen from a namespace. Nothing said is taken for everywhere, Istio's default. */
    static boolean seenFrom(String namespace, String home, List<String> exportTo) {
        return exportTo.isEmpty()
                || exportTo.contains("*")
                || exportTo.contains(namespace)
                || (exportTo.contains(".") && namespace.equals(home));
    }
}
