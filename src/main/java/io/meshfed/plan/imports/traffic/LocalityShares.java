package io.meshfed.plan.imports.traffic;

import io.fabric8.istio.api.api.networking.v1alpha3.LocalityLoadBalancerSetting;
import io.fabric8.istio.api.api.networking.v1alpha3.LocalityLoadBalancerSettingBuilder;
import io.fabric8.istio.api.api.networking.v1alpha3.LocalityLoadBalancerSettingDistributeBuilder;
import io.meshfed.api.ImportedServiceSpec.Share;
import io.meshfed.plan.imports.world.ImportConditions;
import io.meshfed.plan.imports.world.ImportSource;
import io.meshfed.plan.imports.world.LocalMesh;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Fixed shares of the traffic for each remote, which Istio tells apart by locality. */
final class LocalityShares {
    private static final List<String> NODE_LABELS =
            List.of("topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone");

    private final LocalMesh mesh;
    private final List<ImportSource> sources;
    private final List<String> inBalancing;
    private final ImportConditions findings;

    private LocalityShares(
            LocalMesh mesh, List<ImportSource> sources, List<String> inBalancing, ImportConditions findings) {
        this.mesh = mesh;
        this.sources = sources;
        this.inBalancing = inBalancing;
        this.findings = findings;
    }

    /**
     * Fixed shares by locality; refused unless every locality in play is known and no two overlap.
     *
     * @param inBalancing remotes that have an endpoint now; what the others were to get stays local (rule 8)
     */
    static Optional<LocalityLoadBalancerSetting> setting(
            LocalMesh mesh,
            List<ImportSource> sources,
            List<String> inBalancing,
            List<Share> shares,
            ImportConditions findings) {
        return new LocalityShares(mesh, sources, inBalancing, findings).setting(shares);
    }

    private Optional<LocalityLoadBalancerSetting> setting(List<Share> shares) {
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
        String own = mesh.locality().orElseThrow();
        findings.note("the shares hold between clients and local endpoints on nodes labelled " + nodeLabels(own)
                + ", which cannot be seen from here");
        return Optional.of(new LocalityLoadBalancerSettingBuilder()
                .withEnabled(true)
                .withDistribute(new LocalityLoadBalancerSettingDistributeBuilder()
                        .withFrom(pattern(own))
                        .withTo(percentages(shares))
                        .build())
                .build());
    }

    /** Where Istio takes a locality from; there is no pattern for none (pkg/config/validation/agent, getLocalityParam). */
    private static String nodeLabels(String locality) {
        String[] parts = locality.split("/");
        return IntStream.range(0, parts.length)
                .mapToObj(i -> NODE_LABELS.get(i) + "=" + parts[i])
                .collect(Collectors.joining(", "));
    }

    /** Percent by locality, 100 in all; what no remote gets is local, and 0 is left out because Istio takes 1 to 100. */
    private Map<String, Long> percentages(List<Share> shares) {
        Map<String, Integer> byRemote = new TreeMap<>();
        shares.forEach(share -> byRemote.putIfAbsent(share.remote(), share.percent()));
        Map<String, Long> to = new TreeMap<>();
        long rest = 100;
        for (ImportSource source : sources) {
            Integer percent = byRemote.remove(source.name());
            if (percent == null) {
                findings.note(source.name() + " has no share in loadBalancing.locality and gets no traffic");
                continue;
            }
            if (!inBalancing.contains(source.name())) {
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
            to.put(pattern(mesh.locality().orElseThrow()), rest);
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
