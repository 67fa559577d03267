package io.meshfed.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.api.Condition;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.reconcile.ClusterChange;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The state of the mesh and its remotes as gauges: {@code meshfed.condition} (1 true, 0 false, -1 unknown),
 * {@code meshfed.gateway.addresses} (count), {@code meshfed.intermediate.not.after} and, for remotes,
 * {@code meshfed.credential.not.after} (seconds since 1970).
 * ImportedServices have none of their own: there may be ten thousand.
 */
@Singleton
class StatusMetrics {
    private final MeterRegistry registry;
    private final Map<Meter.Id, Double> values = new ConcurrentHashMap<>();
    private final Map<String, Instant> credentials = new ConcurrentHashMap<>();

    StatusMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** The end of the credential with which a remote is looked at; empty if it does not say. */
    void credential(String remote, Optional<Instant> end) {
        Meter.Id id = credential(remote);
        if (end.isPresent()) {
            credentials.put(remote, end.get());
            set(id, end.get().getEpochSecond());
        } else if (credentials.remove(remote) != null) {
            forget(id);
        }
    }

    private static Meter.Id credential(String remote) {
        return id("meshfed.credential.not.after", Tags.of("kind", "RemoteMesh", "name", remote));
    }

    void observe(ClusterChange change) {
        HasMetadata object = change.latest();
        if (object instanceof RemoteMesh && change.after().isEmpty()) {
            credentials.remove(object.getMetadata().getName());
        }
        Map<Meter.Id, Double> now = change.after().isEmpty() ? Map.of() : gauges(object);
        if (object instanceof RemoteMesh || object instanceof MeshFederation) {
            // A condition that no longer applies must not stay at its last value.
            List<Tag> own = tags(object).stream().toList();
            Set<Meter.Id> stale = new HashSet<>(values.keySet());
            stale.removeIf(id -> !id.getTags().containsAll(own) || now.containsKey(id));
            stale.forEach(this::forget);
            now.forEach(this::set);
        }
    }

    private Map<Meter.Id, Double> gauges(HasMetadata object) {
        Map<Meter.Id, Double> gauges = new HashMap<>();
        if (object instanceof RemoteMesh) {
            String name = object.getMetadata().getName();
            Optional.ofNullable(credentials.get(name))
                    .ifPresent(end -> gauges.put(credential(name), (double) end.getEpochSecond()));
        }
        if (object instanceof RemoteMesh remote && remote.getStatus() != null) {
            conditions(remote, remote.getStatus().conditions(), gauges);
            int known = Optional.ofNullable(remote.getStatus().gateway())
                    .map(g -> g.addresses().size())
                    .orElse(0);
            gauges.put(id("meshfed.gateway.addresses", tags(remote)), (double) known);
        } else if (object instanceof MeshFederation mesh && mesh.getStatus() != null) {
            conditions(mesh, mesh.getStatus().conditions(), gauges);
            Optional.ofNullable(mesh.getStatus().trust())
                    .flatMap(t -> Optional.ofNullable(t.intermediateNotAfter()))
                    .ifPresent(end -> gauges.put(id("meshfed.intermediate.not.after", tags(mesh)), (double)
                            Instant.parse(end).getEpochSecond()));
        }
        return gauges;
    }

    private static void conditions(HasMetadata resource, List<Condition> conditions, Map<Meter.Id, Double> gauges) {
        for (Condition condition : conditions) {
            double value =
                    switch (condition.status()) {
                        case True -> 1;
                        case False -> 0;
                        case Unknown -> -1;
                    };
            gauges.put(id("meshfed.condition", tags(resource).and("condition", condition.type())), value);
        }
    }

    private static Tags tags(HasMetadata resource) {
        return Tags.of(
                "kind", resource.getKind(), "name", resource.getMetadata().getName());
    }

    private static Meter.Id id(String name, Tags tags) {
        return new Meter.Id(name, tags, null, null, Meter.Type.GAUGE);
    }

    private void set(Meter.Id id, double value) {
        if (values.put(id, value) == null) {
            Gauge.builder(id.getName(), values, v -> v.getOrDefault(id, Double.NaN))
                    .tags(id.getTags())
                    .register(registry);
        }
    }

    private void forget(Meter.Id id) {
        values.remove(id);
        registry.remove(id);
    }
}
