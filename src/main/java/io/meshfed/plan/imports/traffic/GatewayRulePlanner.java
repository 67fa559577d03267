package io.meshfed.plan.imports.traffic;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.DestinationRuleBuilder;
import io.meshfed.api.ImportedService;
import io.meshfed.api.ImportedServiceSpec;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.Names;
import io.meshfed.api.ObjectMetas;
import io.meshfed.plan.imports.world.OutputNames;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the traffic policies of imports out of this mesh's own east-west gateway.
 *
 * <p>A DestinationRule works in every proxy that sees its host, and the gateway sees what it exports. Of a host that is
 * exported and imported at once the import's rule would cut connections of other meshes' clients after {@code
 * maxConnectionDuration}, and eject local pods for their errors. Istio lets a rule of the proxy's own namespace win, so
 * one without any policy stands in the gateway's (docs/adr/0006).
 */
public final class GatewayRulePlanner {
    private GatewayRulePlanner() {}

    /**
     * One exported Service.
     *
     * @param imported the ImportedService of its name, where there is one
     * @param rules DestinationRules in any namespace, whoever wrote them, whose host is or covers the Service's
     */
    public record Exported(
            String name, String namespace, Optional<ImportedService> imported, List<DestinationRule> rules) {
        public Exported {
            rules = List.copyOf(rules);
        }
    }

    /**
     * The rule that has to stand in the gateway's namespace as long as the Service is exported; empty where no policy of
     * an import reaches the gateway, or where somebody else's rule there says what the gateway is to follow.
     *
     * @param rootNamespace namespace of mesh-wide rules
     */
    public static Optional<DestinationRule> plan(MeshFederation mesh, String rootNamespace, Exported exported) {
        String gateway = mesh.getSpec().gateway().namespace();
        String domain = mesh.getSpec().mesh().clusterDomain();
        String host = exported.name() + "." + exported.namespace() + ".svc." + domain;
        boolean told = exported.rules().stream()
                .filter(RuleScope::isComplete)
                .filter(rule -> gateway.equals(rule.getMetadata().getNamespace()))
                .filter(rule -> !isGatewayRule(rule, exported.name(), exported.namespace()))
                .filter(rule -> RuleScope.seenFrom(gateway, rule))
                .anyMatch(rule -> RuleScope.names(rule, host, domain) || RuleScope.covers(rule, host));
        // In one namespace with the import there are no two rules of one host.
        if (told || gateway.equals(exported.namespace())) {
            return Optional.empty();
        }
        boolean reached = exported.rules().stream()
                .filter(RuleScope::isComplete)
                .anyMatch(rule -> isOfImport(rule, exported) && RuleScope.seenFrom(gateway, rule));
        return reached || comes(exported, gateway, host, domain, rootNamespace)
                ? Optional.of(rule(gateway, host, exported))
                : Optional.empty();
    }

    /** Whether a policy that reaches the gateway is going to be written: ours must stand before it. */
    private static boolean comes(Exported exported, String gateway, String host, String domain, String rootNamespace) {
        boolean asked = exported.imported()
                .map(ImportedService::getSpec)
                .filter(spec -> asksForPolicy(spec) && !spec.suspend())
                .filter(spec -> RuleScope.seenFrom(gateway, exported.namespace(), spec.exportTo()))
                .isPresent();
        return asked
                && exported.rules().stream()
                        .filter(RuleScope::isComplete)
                        .filter(rule -> !isOfImport(rule, exported))
                        .filter(rule -> ForeignDestinationRules.isAtHome(rule, exported.namespace(), rootNamespace))
                        .noneMatch(rule -> RuleScope.names(rule, host, domain));
    }

    /** Whether an import wants a DestinationRule. One that nobody sees needs none, and Istio takes no "~" in it. */
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

    private static DestinationRule rule(String gateway, String host, Exported exported) {
        return new DestinationRuleBuilder()
                .withNewMetadata()
                .withName(ruleName(exported.name(), exported.namespace()))
                .withNamespace(gateway)
                .addToLabels(Names.MANAGED_BY, Names.MESHFED)
                .endMetadata()
                .withNewSpec()
                .withHost(host)
                .withExportTo(".")
                .endSpec()
                .build();
    }
}
