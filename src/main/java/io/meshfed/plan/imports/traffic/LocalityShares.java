package io.meshfed.plan.imports.traffic;

import io.fabric8.istio.api.api.networking.v1alpha3.LocalityLoadBalancerSetting;
import io.fabric8.istio.api.api.networking.v1alpha3.LocalityLoadBalancerSettingBuilder;
import io.fabric8.istio.api.api.networking.v1alpha3.LocalityLoadBalancerSettingDistributeBuilder;
import io.meshfed.api.ImportedServiceSpec.Share;
import io.meshfed.api.condition.ImportReason;
import io.meshfed.plan.imports.world.Finding;
import io.meshfed.plan.imports.world.ImportSource;
import io.meshfed.plan.imports.world.LocalMesh;
import io.meshfed.plan.imports.world.WithFindings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Fixed shares of the traffic for each remote; Istio distinguishes the remotes by locality. */
final class LocalityShares {
    private static final List<String> NODE_LABELS =
            List.of("topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone");

    private final LocalMesh mesh;
    private final List<ImportSource> sources;
    private final List<String> inBalancing;

    private LocalityShares(LocalMesh mesh, List<ImportSource> sources, List<String> inBalancing) {
        this.mesh = mesh;
        this.sources = sources;
        this.inBalancing = inBalancing;
    }

    /**
     * Fixed shares by locality; refused unless every locality in play is known and no two overlap.
     *
     * @param inBalancing remotes that have an endpoint now; the shares of the others stay local (rule 8)
     * @return empty if refused
     */
    static WithFindings<Optional<LocalityLoadBalancerSetting>> setting(
            LocalMesh mesh, List<ImportSource> sources, List<String> inBalancing, List<Share> shares) {
        return new LocalityShares(mesh, sources, inBalancing).setting(shares);
    }

    private WithFindings<Optional<LocalityLoadBalancerSetting>> setting(List<Share> shares) {
        TreeSet<String> missing = new TreeSet<>();
        Map<String, String> localities = new TreeMap<>();
        mesh.locality()
                .ifPresentOrElse(
                        l -> localities.put("MeshFederation " + mesh.name(), l),
                        () -> missing.add("spec.mesh.locality of MeshFederation " + mesh.name()));
        for (ImportSource source : sources) {
            source.remote()
                    .locality()
                    .ifPresentOrElse(
                            l -> localities.put("RemoteMesh " + source.name(), l),
                            () -> missing.add("spec.locality of RemoteMesh " + source.name()));
        }
        if (!missing.isEmpty()) {
            return refused(ImportReason.LocalityUnknown, "set " + String.join(", ", missing));
        }
        Optional<String> overlap = overlap(localities);
        if (overlap.isPresent()) {
            return refused(
                    ImportReason.LocalitiesOverlap,
                    "the localities of " + overlap.get() + " overlap; give each mesh a locality of its own");
        }
        String own = mesh.locality().orElseThrow();
        List<Finding> findings = new ArrayList<>();
        findings.add(new Finding.Note("the shares apply between clients and local endpoints on nodes with the labels "
                + nodeLabels(own) + "; the operator cannot check node labels"));
        findings.addAll(ignored(shares));
        LocalityLoadBalancerSetting setting = new LocalityLoadBalancerSettingBuilder()
                .withEnabled(true)
                .withDistribute(new LocalityLoadBalancerSettingDistributeBuilder()
                        .withFrom(pattern(own))
                        .withTo(percentages(shares))
                        .build())
                .build();
        return new WithFindings<>(Optional.of(setting), findings);
    }

    private static WithFindings<Optional<LocalityLoadBalancerSetting>> refused(ImportReason reason, String why) {
        return WithFindings.of(
                Optional.empty(),
                new Finding.Problem(reason, "spec.loadBalancing.locality.mode Distribute is not applied: " + why));
    }

    /** Where Istio takes a locality from; there is no pattern for none (pkg/config/validation/agent, getLocalityParam). */
    private static String nodeLabels(String locality) {
        String[] parts = locality.split("/");
        return IntStream.range(0, parts.length)
                .mapToObj(i -> NODE_LABELS.get(i) + "=" + parts[i])
                .collect(Collectors.joining(", "));
    }

    /** Percent by locality, 100 in all; the rest is local, and 0 is left out because Istio takes 1 to 100. */
    private Map<String, Long> percentages(List<Share> shares) {
        Map<String, Integer> byRemote = byRemote(shares);
        Map<String, Long> to = new TreeMap<>();
        long rest = 100;
        for (ImportSource source : sources) {
            Integer percent = byRemote.get(source.name());
            if (percent != null && inBalancing.contains(source.name())) {
                to.put(pattern(source.remote().locality().orElseThrow()), percent.longValue());
                rest -= percent;
            }
        }
        if (rest > 0) {
            to.put(pattern(mesh.locality().orElseThrow()), rest);
        }
        return to;
    }

    /** Remotes without a share, and shares without a remote. */
    private List<Finding> ignored(List<Share> shares) {
        Map<String, Integer> byRemote = byRemote(shares);
        List<Finding> findings = new ArrayList<>();
        for (ImportSource source : sources) {
            if (byRemote.remove(source.name()) == null) {
                findings.add(new Finding.Note(
                        "spec.loadBalancing.locality has no share for " + source.name() + ", so it gets no traffic"));
            }
        }
        if (!byRemote.isEmpty()) {
            findings.add(new Finding.Note("shares of " + String.join(", ", byRemote.keySet())
                    + " go to this mesh, because no such remote serves this import"));
        }
        return findings;
    }

    private static Map<String, Integer> byRemote(List<Share> shares) {
        Map<String, Integer> byRemote = new TreeMap<>();
        shares.forEach(share -> byRemote.putIfAbsent(share.remote(), share.percent()));
        return byRemote;
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

    /** A locality of fewer than three parts includes all below it; in Istio that needs a trailing wildcard. */
    private static String pattern(String locality) {
        return locality.chars().filter(c -> c == '/').count() < 2 ? locality + "/*" : locality;
    }
}
