package io.meshfed.plan.imports.world;

import io.meshfed.api.ImportedServiceSpec.From;
import io.meshfed.api.condition.ImportReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One remote that serves an import.
 *
 * @param weight share of the traffic of the remote as a whole; a local pod has weight 1
 */
public record ImportSource(RemoteState remote, int weight) {

    public String name() {
        return remote.name();
    }

    /**
     * The remotes that {@code spec.from} names, sorted by name; every RemoteMesh with weight 1 if it names none. A
     * RemoteMesh that does not exist is a finding.
     */
    public static WithFindings<List<ImportSource>> select(ImportTarget target, List<RemoteState> remotes) {
        Map<String, RemoteState> known = remotes.stream()
                .collect(Collectors.toMap(RemoteState::name, Function.identity(), (a, b) -> a, TreeMap::new));
        List<From> from = target.spec().from();
        return from.isEmpty() ? all(target, known) : named(from, known);
    }

    private static WithFindings<List<ImportSource>> all(ImportTarget target, Map<String, RemoteState> known) {
        List<ImportSource> sources = known.values().stream()
                .map(remote -> new ImportSource(remote, 1))
                .toList();
        return sources.isEmpty()
                ? WithFindings.of(
                        sources,
                        new Finding.Problem(
                                ImportReason.NoRemote,
                                "there is no RemoteMesh: create one for the mesh that serves " + target.host()))
                : WithFindings.of(sources);
    }

    private static WithFindings<List<ImportSource>> named(List<From> from, Map<String, RemoteState> known) {
        Map<String, Integer> weights = new TreeMap<>();
        from.forEach(entry -> weights.putIfAbsent(entry.remote(), entry.weight()));
        List<ImportSource> sources = new ArrayList<>();
        TreeSet<String> unknown = new TreeSet<>();
        weights.forEach((name, weight) -> {
            if (known.containsKey(name)) {
                sources.add(new ImportSource(known.get(name), weight));
            } else {
                unknown.add(name);
            }
        });
        return unknown.isEmpty()
                ? WithFindings.of(List.copyOf(sources))
                : WithFindings.of(
                        List.copyOf(sources),
                        new Finding.Problem(
                                ImportReason.RemoteUnknown,
                                "spec.from names RemoteMeshes that do not exist: " + String.join(", ", unknown)
                                        + "; create them, or remove them from spec.from"));
    }
}
