package io.meshfed.plan.imports.traffic;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.DestinationRuleBuilder;
import io.meshfed.api.ImportedService;
import io.meshfed.api.ImportedServiceSpec;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.Names;
import io.meshfed.api.ObjectMetas;
import io.meshfed.plan.hosts.DestinationRuleHosts;
import io.meshfed.plan.hosts.ServiceHost;
import io.meshfed.plan.imports.world.OutputNames;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the traffic policies of imports out of this mesh's own east-west gateway.
 *
 * <p>A DestinationRule applies to every proxy that sees its host, and the gateway sees the hosts that it exports. If a host
 * is both exported and imported, the import's rule would cut connections of other meshes' clients after {@code
 * maxConnectionDuration}, and eject local pods for their errors. In Istio a rule of the proxy's own namespace takes
 * precedence, so the operator writes one without any policy into the gateway's namespace (docs/adr/0006).
 */
public final class GatewayRulePlanner {
    private GatewayRulePlanner() {}

    /**
     * One exported Service.
     *
     * @param imported the ImportedService of its name, if there is one
     * @param rules all DestinationRules, in any namespace, that are for the Service's host
     */
    public record Exported(
            String name, String namespace, Optional<ImportedService> imported, List<DestinationRule> rules) {
        public Exported {
            rules = List.copyOf(rules);
        }
    }

    /**
     * The rule that must exist in the gateway's namespace as long as the Service is exported; empty if no policy of an
     * import reaches the gateway, or if a foreign rule in that namespace already sets the gateway's policy.
     *
     * @param rootNamespace namespace of mesh-wide rules
     */
    public static Optional<DestinationRule> plan(MeshFederation mesh, String rootNamespace, Exported exported) {
        String gateway = mesh.getSpec().gateway().namespace();
        ServiceHost host = new ServiceHost(
                exported.name(), exported.namespace(), mesh.getSpec().mesh().clusterDomain());
        boolean foreignRuleApplies = exported.rules().stream()
                .filter(DestinationRuleHosts::hasHost)
                .filter(rule -> gateway.equals(rule.getMetadata().getNamespace()))
                .filter(rule -> !isGatewayRule(rule, exported.name(), exported.namespace()))
                .filter(rule -> RuleVisibility.seenFrom(gateway, rule))
                .anyMatch(rule -> DestinationRuleHosts.isFor(rule, host));
        // Istio takes one rule per host and namespace: in the import's own namespace the gateway's could do nothing.
        if (foreignRuleApplies || gateway.equals(exported.namespace())) {
            return Optional.empty();
        }
        boolean reached = exported.rules().stream()
                .filter(DestinationRuleHosts::hasHost)
                .anyMatch(rule -> isOfImport(rule, exported) && RuleVisibility.seenFrom(gateway, rule));
        return reached || policyExpected(exported, gateway, host, rootNamespace)
                ? Optional.of(rule(gateway, host, exported))
                : Optional.empty();
    }

    /** Whether a policy that reaches the gateway is about to be written: the gateway's rule must exist before it. */
    private static boolean policyExpected(Exported exported, String gateway, ServiceHost host, String rootNamespace) {
        boolean specReachesGateway = exported.imported()
                .map(ImportedService::getSpec)
                .filter(spec -> asksForPolicy(spec) && !spec.suspend())
                .filter(spec -> RuleVisibility.seenFrom(gateway, exported.namespace(), spec.exportTo()))
                .isPresent();
        return specReachesGateway
                && exported.rules().stream()
                        .filter(DestinationRuleHosts::hasHost)
                        .filter(rule -> !isOfImport(rule, exported))
                        .filter(rule -> ForeignDestinationRules.isAtHome(rule, exported.namespace(), rootNamespace))
                        .noneMatch(rule -> DestinationRuleHosts.names(rule, host));
    }

    /** Whether a spec asks for a DestinationRule. A host that is exported to no namespace needs none, and Istio rejects "~" in it. */
    static boolean asksForPolicy(ImportedServiceSpec spec) {
        boolean hidden = !spec.exportTo().isEmpty() && spec.exportTo().stream().allMatch("~"::equals);
        return spec.loadBalancing() != null && !hidden;
    }

    /** Whether a rule is the one that this planner writes for a Service. */
    static boolean isGatewayRule(DestinationRule rule, String name, String namespace) {
        return ObjectMetas.hasOurLabel(rule) && rule.getMetadata().getName().equals(ruleName(name, namespace));
    }

    /** Name of the rule that keeps a Service's import out of the gateway. */
    static String ruleName(String name, String namespace) {
        return OutputNames.of(name, namespace);
    }

    private static boolean isOfImport(DestinationRule rule, Exported exported) {
        return ObjectMetas.hasOurLabel(rule)
                && rule.getMetadata().getNamespace().equals(exported.namespace())
                && rule.getMetadata().getName().equals(OutputNames.of(exported.name()));
    }

    private static DestinationRule rule(String gateway, ServiceHost host, Exported exported) {
        return new DestinationRuleBuilder()
                .withNewMetadata()
                .withName(ruleName(exported.name(), exported.namespace()))
                .withNamespace(gateway)
                .addToLabels(Names.MANAGED_BY, Names.MESHFED)
                .endMetadata()
                .withNewSpec()
                .withHost(host.toString())
                .withExportTo(".")
                .endSpec()
                .build();
    }
}
