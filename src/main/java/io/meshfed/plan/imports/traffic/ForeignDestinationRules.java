package io.meshfed.plan.imports.traffic;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.meshfed.api.ObjectMetas;
import io.meshfed.plan.imports.world.ImportConditions;
import io.meshfed.plan.imports.world.ImportTarget;
import java.util.Comparator;
import java.util.List;

/**
 * DestinationRules of others that are for an imported host. Istio takes one rule per host: of the client's namespace, else
 * of the service's, else of the root namespace (pilot/pkg/model/push_context.go, destinationRule).
 */
final class ForeignDestinationRules {
    private final ImportTarget target;
    private final List<DestinationRule> rules;

    private ForeignDestinationRules(ImportTarget target, List<DestinationRule> rules) {
        this.target = target;
        this.rules = rules.stream()
                .filter(RuleScope::isComplete)
                .sorted(Comparator.comparing(ObjectMetas::path))
                .toList();
    }

    static ForeignDestinationRules of(ImportTarget target, List<DestinationRule> rules) {
        return new ForeignDestinationRules(target, rules);
    }

    /** Whether one of them sets the policy of the host, so that ours is not written; what is worth knowing is found. */
    boolean stand(ImportConditions findings) {
        boolean stand = false;
        for (DestinationRule rule : rules) {
            boolean named = isNamed(rule);
            boolean atHome = isAtHome(rule, target.namespace(), target.mesh().rootNamespace());
            if (named && atHome) {
                stand = true;
                findings.conflict(
                        "DestinationRuleExists",
                        "DestinationRule " + ObjectMetas.path(rule) + " already sets the traffic policy of "
                                + target.host()
                                + ", so spec.loadBalancing is not applied; delete it, or remove spec.loadBalancing");
            } else if (atHome && RuleScope.covers(rule, target.host())) {
                findings.conflictNote("our DestinationRule replaces " + ObjectMetas.path(rule) + " (host "
                        + rule.getSpec().getHost() + ") for " + target.host()
                        + "; repeat in spec.loadBalancing what should still hold");
            } else if (GatewayRulePlanner.isGatewayRule(rule, target.name(), target.namespace())) {
                findings.conflictNote("DestinationRule " + ObjectMetas.path(rule)
                        + " keeps spec.loadBalancing out of the east-west gateway, which exports this host, and out of"
                        + " every other client in that namespace");
            } else if (named || RuleScope.covers(rule, target.host())) {
                findings.conflictNote("clients in namespace "
                        + rule.getMetadata().getNamespace() + " follow DestinationRule " + ObjectMetas.path(rule)
                        + " instead of ours");
            }
        }
        return stand;
    }

    /** Whether a gateway in that namespace follows one of them, so that ours does not reach it. */
    boolean hold(String gatewayNamespace) {
        return rules.stream()
                .filter(rule -> gatewayNamespace.equals(rule.getMetadata().getNamespace()))
                .filter(rule -> RuleScope.seenFrom(gatewayNamespace, rule))
                .anyMatch(rule -> isNamed(rule) || RuleScope.covers(rule, target.host()));
    }

    /** Whether a rule is where Istio looks for those of the host's own, as it would look for ours. */
    static boolean isAtHome(DestinationRule rule, String namespace, String rootNamespace) {
        String home = rule.getMetadata().getNamespace();
        return home.equals(namespace) || home.equals(rootNamespace);
    }

    private boolean isNamed(DestinationRule rule) {
        return RuleScope.names(rule, target.host(), target.mesh().clusterDomain());
    }
}
