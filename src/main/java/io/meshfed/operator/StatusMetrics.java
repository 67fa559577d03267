package io.meshfed.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.api.Condition;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.reconcile.LocalCluster;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The state of the mesh and its remotes as gauges: {@code meshfed.condition} (1 true, 0 false, -1 unknown),
 * {@code meshfed.gateway.addresses} (count) and {@code meshfed.intermediate.not.after} (seconds since 1970).
 * ImportedServices have none of their own: there may be ten thousand.
 */
@Singleton
class StatusMetrics {
    private final MeterRegistry registry;
    private final Map<Meter.Id, Double> values = new ConcurrentHashMap<>();

    StatusMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void observe(LocalCluster.Change change) {
        if (change.after().isEmpty()) {
            forget(change.latest());
        } else if (change.latest() instanceof RemoteMesh remote && remote.getStatus() != null) {
            conditions(remote, remote.getStatus().conditions());
            int known = Optional.ofNullable(remote.getStatus().gateway())
                    .map(g -> g.addresses().size())
                    .orElse(0);
            set("meshfed.gateway.addresses", tags(remote), known);
        } else if (change.latest() instanceof MeshFederation mesh && mesh.getStatus() != null) {
            conditions(mesh, mesh.getStatus().conditions());
            Optional.ofNullable(mesh.getStatus().trust())
                    .flatMap(t -> Optional.ofNullable(t.intermediateNotAfter()))
                    .ifPresent(end -> set(
                            "meshfed.intermediate.not.after",
                            tags(mesh),
                            Instant.parse(end).getEpochSecond()));
        }
    }

    private void conditions(HasMetadata resource, List<Condition> conditions) {
        for (Condition condition : conditions) {
            double value =
                    switch (condition.status()) {
                        case True -> 1;
                        case False -> 0;
                        case Unknown -> -1;
                    };
            set("meshfed.condition", tags(resource).and("condition", condition.type()), value);
        }
    }

    private static Tags tags(HasMetadata resource) {
        return Tags.of(
                "kind", resource.getKind(), "name", resource.getMetadata().getName());
    }

    private void set(String name, Tags tags, double value) {
        Meter.Id id = new Meter.Id(name, tags, null, null, Meter.Type.GAUGE);
        if (values.put(id, value) == null) {
            Gauge.builder(name, values, v -> v.getOrDefault(id, Double.NaN))
                    .tags(tags)
                    .register(registry);
        }
    }

    private void forget(HasMetadata resource) {
        Tags gone = tags(resource);
        registry.getMeters().stream()
                .map(Meter::getId)
                .filter(id -> id.getName().startsWith("meshfed."))
                .filter(id -> id.getTags().containsAll(gone.stream().toList()))
                .forEach(registry::remove);
        values.keySet().removeIf(id -> id.getTags().containsAll(gone.stream().toList()));
    }
}
