package io.meshfed.reconcile;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import java.util.Collection;
import java.util.List;

/** DestinationRules by host, so that ten thousand imports do not each look through ten thousand rules. */
final class RuleHosts {
    static final String INDEX = "host";

    /** The key of all rules whose host is a wildcard. */
    static final String WILDCARDS = "*";

    private RuleHosts() {}

    static Collection<String> keys(DestinationRule rule) {
        if (rule.getSpec() == null || rule.getSpec().getHost() == null) {
            return List.of();
        }
        String host = rule.getSpec().getHost();
        if (host.startsWith("*")) {
            return List.of(WILDCARDS);
        }
        return List.of(host.contains(".") ? host : shortName(rule.getMetadata().getNamespace(), host));
    }

    /** Key of a host without a dot, which Istio completes with the rule's own namespace; no host ends in a slash. */
    static String shortName(String namespace, String name) {
        return namespace + "/" + name + "/";
    }

    static boolean covers(DestinationRule rule, String fullHost) {
        String host = rule.getSpec().getHost();
        return !host.startsWith("*") || fullHost.endsWith(host.substring(1));
    }
}
