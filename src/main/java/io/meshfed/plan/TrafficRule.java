package io.meshfed.plan;

import io.fabric8.istio.api.api.networking.v1alpha3.ConnectionPoolSettings;
import io.fabric8.istio.api.api.networking.v1alpha3.ConnectionPoolSettingsBuilder;
import io.fabric8.istio.api.api.networking.v1alpha3.LocalityLoadBalancerSetting;
import io.fabric8.istio.api.api.networking.v1alpha3.LocalityLoadBalancerSettingBuilder;
import io.fabric8.istio.api.api.networking.v1alpha3.LocalityLoadBalancerSettingDistributeBuilder;
import io.fabric8.istio.api.api.networking.v1alpha3.OutlierDetectionBuilder;
import io.fabric8.istio.api.api.networking.v1alpha3.TrafficPolicy;
import io.fabric8.istio.api.api.networking.v1alpha3.TrafficPolicyBuilder;
import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.DestinationRuleBuilder;
import io.meshfed.api.ImportedServiceSpec.LoadBalancing;
import io.meshfed.api.ImportedServiceSpec.Locality;
import io.meshfed.api.ImportedServiceSpec.LocalityMode;
import io.meshfed.api.ImportedServiceSpec.OutlierDetection;
import io.meshfed.api.ImportedServiceSpec.Share;
import io.meshfed.api.Names;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The DestinationRule of an imported host; without subsets, which would change the SNI, and without TLS settings. */
final class TrafficRule {
    private final ImportTarget target;
    private final List<Source> sources;
    private final Findings findings;

    private TrafficRule(ImportTarget target, List<Source> sources, Findings findings) {
        this.target = target;
        this.sources = sources;
        this.findings = findings;
    }

    /**
     * What to do about the rule.
     *
     * @param rule the rule to write
     * @param keep leave a rule of ours as it stands, because what is asked for cannot be written
     */
    record Decision(Optional<DestinationRule> rule, boolean keep) {
        static final Decision NONE = new Decision(Optional.empty(), false);
        static final Decision KEEP = new Decision(Optional.empty(), true);
    }

    /**
     * Decides on the rule of a host that has entries.
     *
     * @param others rules of others that are for the host
     * @param exportedThrough namespace of this mesh's east-west gateway, if that exports the host
     */
    static Decision decide(
            ImportTarget target,
            List<Source> sources,
            List<DestinationRule> others,
            Optional<String> exportedThrough,
            Findings findings) {
        LoadBalancing asked = target.spec().loadBalancing();
        if (asked == null || !GatewayRulePlanner.asksForPolicy(target.spec())) {
            return Decision.NONE;
        }
        OtherRules standing = OtherRules.of(target, others);
        if (standing.stand(findings)) {
            return Decision.NONE;
        }
        Decision decision = new TrafficRule(target, sources, findings).decide(asked);
        boolean writes = decision.rule().isPresent();
        return writes && waitsForGateway(target, standing, exportedThrough, findings) ? Decision.KEEP : decision;
    }

    /**
     * Whether our rule would reach this mesh's own east-west gateway, which would cut other meshes' connections by it, as
     * long as no rule in the gateway's namespace holds there.
     */
    private static boolean waitsForGateway(
            ImportTarget target, OtherRules others, Optional<String> exportedThrough, Findings findings) {
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
            case Distribute -> distribute(locality.shares());
        };
    }

    /** Fixed shares by locality; refused unless every locality in play is known and no two overlap. */
    private Optional<LocalityLoadBalancerSetting> distribute(List<Share> shares) {
        TreeSet<String> missing = new TreeSet<>();
        Map<String, String> localities = new TreeMap<>();
        target.mesh()
                .locality()
                .ifPresentOrElse(
                        l -> localities.put("MeshFederation " + target.mesh().name(), l),
                        () -> missing.add("spec.mesh.locality of MeshFederation "
                                + target.mesh().name()));
        for (Source source : sources) {
            source.remote()
                    .locality()
                    .ifPresentOrElse(
                            l -> localities.put("RemoteMesh " + source.name(), l),
                            () -> missing.add("spec.locality of RemoteMesh " + source.name()));
        }
        if (!missing.isEmpty()) {
            findings.problem(
                    "LocalityUnknown",
                    "loadBalancing.locality Distribute is not applied: give " + String.join(", ", missing));
            return Optional.empty();
        }
        Optional<String> overlap = overlap(localities);
        if (overlap.isPresent()) {
            findings.problem(
                    "LocalitiesOverlap",
                    "loadBalancing.locality Distribute is not applied: " + overlap.get()
                            + " cannot be told apart by locality; give each mesh one of its own");
            return Optional.empty();
        }
        return Optional.of(new LocalityLoadBalancerSettingBuilder()
                .withEnabled(true)
                .withDistribute(new LocalityLoadBalancerSettingDistributeBuilder()
                        .withFrom(pattern(target.mesh().locality().orElseThrow()))
                        .withTo(percentages(shares))
                        .build())
                .build());
    }

    /** Percent by locality, 100 in all; what no remote gets is local, and 0 is left out because Istio takes 1 to 100. */
    private Map<String, Long> percentages(List<Share> shares) {
        Map<String, Integer> byRemote = new TreeMap<>();
        shares.forEach(share -> byRemote.putIfAbsent(share.remote(), share.percent()));
        Map<String, Long> to = new TreeMap<>();
        long rest = 100;
        for (Source source : sources) {
            Integer percent = byRemote.remove(source.name());
            if (percent == null) {
                findings.note(source.name() + " has no share in loadBalancing.locality and gets no traffic");
                continue;
            }
            to.put(pattern(source.remote().locality().orElseThrow()), percent.longValue());
            rest -= percent;
        }
        if (!byRemote.isEmpty()) {
            findings.note("shares of " + String.join(", ", byRemote.keySet())
                    + " go to the local mesh: no such remote serves this import");
        }
        if (rest > 0) {
            to.put(pattern(target.mesh().locality().orElseThrow()), rest);
        }
        return to;
    }

    /** Istio rejects localities of which one contains the other (pkg/config/validation/agent, validateLocalities). */
    private static Optional<String> overlap(Map<String, String> localities) {
        List<Map.Entry<String, String>> all = List.copyOf(localities.entrySet());
        for (int i = 0; i < all.size(); i++) {
            for (int j = i + 1; j < all.size(); j++) {
                String one = all.get(i).getValue() + "/";
                String other = all.get(j).getValue() + "/";
                if (one.startsWith(other) || other.startsWith(one)) {
                    return Optional.of(
                            all.get(i).getKey() + " and " + all.get(j).getKey());
                }
            }
        }
        return Optional.empty();
    }

    /** A locality of fewer than three parts stands for all below it; Istio writes that with a trailing wildcard. */
    private static String pattern(String locality) {
        return locality.chars().filter(c -> c == '/').count() < 2 ? locality + "/*" : locality;
    }
}
