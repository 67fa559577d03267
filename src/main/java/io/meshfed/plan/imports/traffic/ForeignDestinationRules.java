package io.meshfed.plan.imports.traffic;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.meshfed.api.ObjectMetas;
import io.meshfed.api.condition.ImportReason;
import io.meshfed.plan.hosts.DestinationRuleHosts;
import io.meshfed.plan.imports.world.Finding;
import io.meshfed.plan.imports.world.ImportTarget;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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
                .filter(DestinationRuleHosts::hasHost)
                .sorted(Comparator.comparing(ObjectMetas::path))
                .toList();
    }

    static ForeignDestinationRules of(ImportTarget target, List<DestinationRule> rules) {
        return new ForeignDestinationRules(target, rules);
    }

    /** Whether one of them sets the policy of the host in place of ours, which is then not written. */
    boolean setPolicy() {
        return rules.stream().anyMatch(rule -> isNamed(rule) && isAtHome(rule));
    }

    /** What each of them means for ours. */
    List<Finding> findings() {
        return rules.stream().map(this::finding).flatMap(Optional::stream).toList();
    }

    private Optional<Finding> finding(DestinationRule rule) {
        boolean named = isNamed(rule);
        boolean covers = DestinationRuleHosts.covers(rule, target.serviceHost());
        if (named && isAtHome(rule)) {
            return Optional.of(new Finding.Conflict(
                    ImportReason.DestinationRuleExists,
                    "DestinationRule " + ObjectMetas.path(rule) + " already sets the traffic policy of " + target.host()
                            + ", so spec.loadBalancing is not applied; delete it, or remove spec.loadBalancing"));
        }
        if (covers && isAtHome(rule)) {
            return Optional.of(new Finding.ConflictNote(
                    "once it is written, the DestinationRule of this import takes precedence over "
                            + ObjectMetas.path(rule) + " (host "
                            + rule.getSpec().getHost() + ") for " + target.host()
                            + "; repeat in spec.loadBalancing the settings that you still need"));
        }
        if (GatewayRulePlanner.isGatewayRule(rule, target.name(), target.namespace())) {
            return Optional.of(new Finding.ConflictNote("because of DestinationRule " + ObjectMetas.path(rule)
                    + ", spec.loadBalancing applies neither to the east-west gateway, which exports this host, nor to"
                    + " any other client in that namespace"));
        }
        return named || covers
                ? Optional.of(new Finding.ConflictNote("clients in namespace "
                        + rule.getMetadata().getNamespace() + " follow DestinationRule " + ObjectMetas.path(rule)
                        + " instead of the one of this import"))
                : Optional.empty();
    }

    /** Whether a gateway in that namespace follows one of them, so that ours has no effect there. */
    boolean applyTo(String gatewayNamespace) {
        return rules.stream()
                .filter(rule -> gatewayNamespace.equals(rule.getMetadata().getNamespace()))
                .filter(rule -> RuleVisibility.seenFrom(gatewayNamespace, rule))
                .anyMatch(rule -> DestinationRuleHosts.isFor(rule, target.serviceHost()));
    }

    /** Whether a rule is where Istio looks for those of the host's own, as it would look for ours. */
    static boolean isAtHome(DestinationRule rule, String namespace, String rootNamespace) {
        String home = rule.getMetadata().getNamespace();
        return home.equals(namespace) || home.equals(rootNamespace);
    }

    private boolean isAtHome(DestinationRule rule) {
        return isAtHome(rule, target.namespace(), target.mesh().rootNamespace());
    }

    private boolean isNamed(DestinationRule rule) {
        return DestinationRuleHosts.names(rule, target.serviceHost());
    }
}
