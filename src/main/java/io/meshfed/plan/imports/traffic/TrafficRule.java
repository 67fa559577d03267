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
import io.meshfed.plan.imports.world.Finding;
import io.meshfed.plan.imports.world.ImportSource;
import io.meshfed.plan.imports.world.ImportTarget;
import io.meshfed.plan.imports.world.WithFindings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The DestinationRule of an imported host; without subsets, which would change the SNI, and without TLS settings. */
public final class TrafficRule {
    private final ImportTarget target;
    private final List<ImportSource> sources;
    private final List<String> inBalancing;

    private TrafficRule(ImportTarget target, List<ImportSource> sources, List<String> inBalancing) {
        this.target = target;
        this.sources = sources;
        this.inBalancing = inBalancing;
    }

    /**
     * What to do about the rule.
     *
     * @param rule the rule to write
     * @param keep leave an existing rule of ours unchanged, because the rule that the spec asks for cannot be written
     * @param findings what was found on the way
     */
    public record Decision(Optional<DestinationRule> rule, boolean keep, List<Finding> findings) {
        public Decision {
            findings = List.copyOf(findings);
        }

        static Decision none(List<Finding> findings) {
            return new Decision(Optional.empty(), false, findings);
        }

        static Decision keep(List<Finding> findings) {
            return new Decision(Optional.empty(), true, findings);
        }

        /** The same with findings that were made before. */
        Decision after(List<Finding> before) {
            return new Decision(
                    rule,
                    keep,
                    Stream.concat(before.stream(), findings.stream()).toList());
        }
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
            Optional<String> exportedThrough) {
        LoadBalancing loadBalancing = target.spec().loadBalancing();
        if (loadBalancing == null || !GatewayRulePlanner.asksForPolicy(target.spec())) {
            return Decision.none(List.of());
        }
        ForeignDestinationRules foreign = ForeignDestinationRules.of(target, others);
        if (foreign.setPolicy()) {
            return Decision.none(foreign.findings());
        }
        Decision decision = new TrafficRule(target, sources, inBalancing)
                .decide(loadBalancing)
                .after(foreign.findings());
        return decision.rule().isPresent() ? besideGateway(target, decision, foreign, exportedThrough) : decision;
    }

    /**
     * Holds our rule back as long as it would apply to this mesh's own east-west gateway, where it would cut connections of
     * other meshes' clients, and no rule in the gateway's namespace takes precedence there.
     */
    private static Decision besideGateway(
            ImportTarget target, Decision decision, ForeignDestinationRules foreign, Optional<String> exportedThrough) {
        Optional<String> reached = exportedThrough.filter(
                gateway -> RuleVisibility.seenFrom(gateway, target.namespace(), target.exportTo()));
        if (reached.isEmpty()) {
            return decision;
        }
        if (reached.get().equals(target.namespace())) {
            Finding note = new Finding.ConflictNote(
                    "the DestinationRule of this import also applies to the east-west gateway, which is in this"
                            + " namespace, and may cut connections of clients in other meshes; move the Service out of"
                            + " the gateway's namespace");
            return new Decision(decision.rule(), decision.keep(), List.of(note)).after(decision.findings());
        }
        if (foreign.applyTo(reached.get())) {
            return decision;
        }
        Finding waits = new Finding.Note(
                "spec.loadBalancing is not applied yet: it waits for DestinationRule " + reached.get() + "/"
                        + GatewayRulePlanner.ruleName(target.name(), target.namespace())
                        + ", which exempts the east-west gateway, because that exports this host");
        return Decision.keep(List.of(waits)).after(decision.findings());
    }

    private Decision decide(LoadBalancing loadBalancing) {
        List<Finding> findings = new ArrayList<>();
        TrafficPolicyBuilder policy = new TrafficPolicyBuilder();
        if (loadBalancing.maxRequestsPerConnection() != null || loadBalancing.maxConnectionDuration() != null) {
            policy.withConnectionPool(connectionPool(loadBalancing));
        }
        Locality locality = loadBalancing.locality();
        if (locality != null) {
            WithFindings<Optional<LocalityLoadBalancerSetting>> setting = localitySetting(locality);
            findings.addAll(setting.findings());
            if (setting.value().isEmpty()) {
                return Decision.keep(findings);
            }
            policy.withNewLoadBalancer()
                    .withLocalityLbSetting(setting.value().get())
                    .endLoadBalancer();
        }
        // Without outlier detection Envoy never leaves the first priority, so failover brings a default of its own.
        OutlierDetection outliers =
                loadBalancing.outlierDetection() == null && locality != null && locality.mode() == LocalityMode.Failover
                        ? OutlierDetection.DEFAULT
                        : loadBalancing.outlierDetection();
        if (outliers != null) {
            policy.withOutlierDetection(outlierDetection(outliers));
            if (locality == null) {
                findings.add(new Finding.Note(
                        "spec.loadBalancing.outlierDetection without locality turns on Istio's locality failover, which"
                                + " prefers local endpoints; set spec.loadBalancing.locality.mode: None to balance over all"
                                + " endpoints"));
            }
        }
        TrafficPolicy built = policy.build();
        return built.equals(new TrafficPolicy())
                ? Decision.none(findings)
                : new Decision(Optional.of(rule(built)), false, findings);
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

    private static ConnectionPoolSettings connectionPool(LoadBalancing loadBalancing) {
        var pool = new ConnectionPoolSettingsBuilder();
        if (loadBalancing.maxRequestsPerConnection() != null) {
            pool.withNewHttp()
                    .withMaxRequestsPerConnection(loadBalancing.maxRequestsPerConnection())
                    .endHttp();
        }
        if (loadBalancing.maxConnectionDuration() != null) {
            pool.withNewTcp()
                    .withMaxConnectionDuration(loadBalancing.maxConnectionDuration())
                    .endTcp();
        }
        return pool.build();
    }

    private static io.fabric8.istio.api.api.networking.v1alpha3.OutlierDetection outlierDetection(
            OutlierDetection outliers) {
        return new OutlierDetectionBuilder()
                .withConsecutive5xxErrors(outliers.consecutive5xxErrors())
                .withInterval(outliers.interval())
                .withBaseEjectionTime(outliers.baseEjectionTime())
                // A remote may be a single endpoint; Istio's default of 10 % would never eject it.
                .withMaxEjectionPercent(100)
                .build();
    }

    private WithFindings<Optional<LocalityLoadBalancerSetting>> localitySetting(Locality locality) {
        return switch (locality.mode()) {
            case None ->
                WithFindings.of(Optional.of(new LocalityLoadBalancerSettingBuilder()
                        .withEnabled(false)
                        .build()));
            case Failover ->
                WithFindings.of(Optional.of(new LocalityLoadBalancerSettingBuilder()
                        .withEnabled(true)
                        .withFailoverPriority(Names.NETWORK_LABEL)
                        .build()));
            case Distribute -> LocalityShares.setting(target.mesh(), sources, inBalancing, locality.shares());
        };
    }
}
