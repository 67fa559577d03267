package io.meshfed.plan.imports.traffic;

import io.fabric8.istio.api.api.networking.v1alpha3.ConnectionPoolSettings;
import io.fabric8.istio.api.api.networking.v1alpha3.ConnectionPoolSettingsBuilder;
import io.fabric8.istio.api.api.networking.v1alpha3.LocalityLoadBalancerSetting;
import io.fabric8.istio.api.api.networking.v1alpha3.LocalityLoadBalancerSettingBuilder;
import io.fabric8.istio.api.api.networking.v1alpha3.OutlierDetectionBuilder;
import io.fabric8.istio.api.api.networking.v1alpha3.TrafficPolicy;
import io.fabric8.istio.api.api.networking.v1alpha3.TrafficPolicyBuilder;
import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.DestinationRuleBuilder;
import io.meshfed.api.ImportedServiceSpec.LoadBalancing;
import io.meshfed.api.ImportedServiceSpec.Locality;
import io.meshfed.api.ImportedServiceSpec.LocalityMode;
import io.meshfed.api.ImportedServiceSpec.OutlierDetection;
import io.meshfed.api.Names;
import io.meshfed.plan.imports.world.ImportConditions;
import io.meshfed.plan.imports.world.ImportSource;
import io.meshfed.plan.imports.world.ImportTarget;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The DestinationRule of an imported host; without subsets, which would change the SNI, and without TLS settings. */
public final class TrafficRule {
    private final ImportTarget target;
    private final List<ImportSource> sources;
    private final List<String> inBalancing;
    private final ImportConditions findings;

    private TrafficRule(
            ImportTarget target, List<ImportSource> sources, List<String> inBalancing, ImportConditions findings) {
        this.target = target;
        this.sources = sources;
        this.inBalancing = inBalancing;
        this.findings = findings;
    }

    /**
     * What to do about the rule.
     *
     * @param rule the rule to write
     * @param keep leave a rule of ours as it stands, because what is asked for cannot be written
     */
    public record Decision(Optional<DestinationRule> rule, boolean keep) {
        static final Decision NONE = new Decision(Optional.empty(), false);
        static final Decision KEEP = new Decision(Optional.empty(), true);
    }

    /**
     * Decides on the rule of a host that has entries.
     *
     * @param inBalancing remotes that have an endpoint now
     * @param others rules of others that are for the host
     * @param exportedThrough namespace of this mesh's east-west gateway, if that exports the host
     */
    public static Decision decide(
            ImportTarget target,
            List<ImportSource> sources,
            List<String> inBalancing,
            List<DestinationRule> others,
            Optional<String> exportedThrough,
            ImportConditions findings) {
        LoadBalancing asked = target.spec().loadBalancing();
        if (asked == null || !GatewayRulePlanner.asksForPolicy(target.spec())) {
            return Decision.NONE;
        }
        ForeignDestinationRules standing = ForeignDestinationRules.of(target, others);
        if (standing.stand(findings)) {
            return Decision.NONE;
        }
        Decision decision = new TrafficRule(target, sources, inBalancing, findings).decide(asked);
        boolean writes = decision.rule().isPresent();
        return writes && waitsForGateway(target, standing, exportedThrough, findings) ? Decision.KEEP : decision;
    }

    /**
     * Whether our rule would reach this mesh's own east-west gateway, which would cut other meshes' connections by it, as
     * long as no rule in the gateway's namespace holds there.
     */
    private static boolean waitsForGateway(
            ImportTarget target,
            ForeignDestinationRules others,
            Optional<String> exportedThrough,
            ImportConditions findings) {
        Optional<String> reached =
                exportedThrough.filter(gateway -> RuleScope.seenFrom(gateway, target.namespace(), target.exportTo()));
        if (reached.filter(target.namespace()::equals).isPresent()) {
            findings.conflictNote(
                    "our DestinationRule works in the east-west gateway of this namespace too, where it may"
                            + " cut connections of other meshes; keep services out of the gateway's namespace");
            return false;
        }
        boolean waits = reached.filter(gateway -> !others.hold(gateway)).isPresent();
        if (waits) {
            findings.note("spec.loadBalancing waits until DestinationRule " + reached.get() + "/"
                    + GatewayRulePlanner.ruleName(target.name(), target.namespace())
                    + " keeps it out of the east-west gateway, which exports this host");
        }
        return waits;
    }

    private Decision decide(LoadBalancing asked) {
        TrafficPolicyBuilder policy = new TrafficPolicyBuilder();
        if (asked.maxRequestsPerConnection() != null || asked.maxConnectionDuration() != null) {
            policy.withConnectionPool(connectionPool(asked));
        }
        Locality locality = asked.locality();
        if (locality != null) {
            Optional<LocalityLoadBalancerSetting> setting = localitySetting(locality);
            if (setting.isEmpty()) {
                return Decision.KEEP;
            }
            policy.withNewLoadBalancer().withLocalityLbSetting(setting.get()).endLoadBalancer();
        }
        // Without outlier detection Envoy never leaves the first priority, so failover brings a default of its own.
        OutlierDetection outliers =
                asked.outlierDetection() == null && locality != null && locality.mode() == LocalityMode.Failover
                        ? OutlierDetection.DEFAULT
                        : asked.outlierDetection();
        if (outliers != null) {
            policy.withOutlierDetection(outlierDetection(outliers));
            if (locality == null) {
                findings.note("outlierDetection alone switches on Istio's locality failover, local endpoints first;"
                        + " set loadBalancing.locality.mode: None to balance all endpoints");
            }
        }
        TrafficPolicy built = policy.build();
        return built.equals(new TrafficPolicy()) ? Decision.NONE : new Decision(Optional.of(rule(built)), false);
    }

    private DestinationRule rule(TrafficPolicy policy) {
        return new DestinationRuleBuilder()
                .withMetadata(target.metadata(target.objectName(), Map.of()))
                .withNewSpec()
                .withHost(target.host())
                .withTrafficPolicy(policy)
                .withExportTo(target.exportTo())
                .endSpec()
                .build();
    }

    private static ConnectionPoolSettings connectionPool(LoadBalancing asked) {
        var pool = new ConnectionPoolSettingsBuilder();
        if (asked.maxRequestsPerConnection() != null) {
            pool.withNewHttp()
                    .withMaxRequestsPerConnection(asked.maxRequestsPerConnection())
                    .endHttp();
        }
        if (asked.maxConnectionDuration() != null) {
            pool.withNewTcp()
                    .withMaxConnectionDuration(asked.maxConnectionDuration())
                    .endTcp();
        }
        return pool.build();
    }

    private static io.fabric8.istio.api.api.networking.v1alpha3.OutlierDetection outlierDetection(
            OutlierDetection asked) {
        return new OutlierDetectionBuilder()
                .withConsecutive5xxErrors(asked.consecutive5xxErrors())
                .withInterval(asked.interval())
                .withBaseEjectionTime(asked.baseEjectionTime())
                // A remote may be a single endpoint; Istio's default of 10 % would never eject it.
                .withMaxEjectionPercent(100)
                .build();
    }

    private Optional<LocalityLoadBalancerSetting> localitySetting(Locality locality) {
        return switch (locality.mode()) {
            case None ->
                Optional.of(new LocalityLoadBalancerSettingBuilder()
                        .withEnabled(false)
                        .build());
            case Failover ->
                Optional.of(new LocalityLoadBalancerSettingBuilder()
                        .withEnabled(true)
                        .withFailoverPriority(Names.NETWORK_LABEL)
                        .build());
            case Distribute -> LocalityShares.setting(target.mesh(), sources, inBalancing, locality.shares(), findings);
        };
    }
}
