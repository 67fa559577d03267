package io.meshfed.plan.imports.world;

import io.meshfed.api.ImportedServiceSpec.From;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One remote that serves an import, with its share of the traffic as a whole (a local pod is 1). */
public record ImportSource(RemoteState remote, int weight) {

    public String name() {
        return remote.name();
    }

    /** The remotes that an import asks for and that exist, by name; what is asked for in vain becomes a finding. */
    public static List<ImportSource> select(ImportTarget target, List<RemoteState> remotes, ImportConditions findings) {
        Map<String, RemoteState> known = remotes.stream()
                .collect(Collectors.toMap(RemoteState::name, Function.identity(), (a, b) -> a, TreeMap::new));
        List<From> asked = target.spec().from();
        if (asked.isEmpty()) {
            if (known.isEmpty()) {
                findings.problem(
                        "NoRemote", "there is no RemoteMesh: create one for the mesh that serves " + target.host());
            }
            return known.values().stream().map(r -> new ImportSource(r, 1)).toList();
        }
        Map<String, Integer> weights = new TreeMap<>();
        asked.forEach(from -> weights.putIfAbsent(from.remote(), from.weight()));
        List<ImportSource> sources = new ArrayList<>();
        TreeSet<String> unknown = new TreeSet<>();
        weights.forEach((name, weight) -> {
            if (known.containsKey(name)) {
                sources.add(new ImportSource(known.get(name), weight));
            } else {
                unknown.add(name);
            }
        });
        if (!unknown.isEmpty()) {
            findings.problem(
                    "RemoteUnknown",
                    "spec.from names RemoteMeshes that do not exist: " + String.join(", ", unknown)
                            + "; create them or take them out of spec.from");
        }
        return List.copyOf(sources);
    }
}
