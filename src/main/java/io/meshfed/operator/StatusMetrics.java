package io.meshfed.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.condition.Condition;
import io.meshfed.operator.ObjectGauges.Ending;
import io.meshfed.reconcile.ClusterChange;
import io.meshfed.remote.kubeconfig.Validity;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The state of the mesh and its remotes as gauges: {@code meshfed.condition} (1 true, 0 false, -1 unknown),
 * {@code meshfed.gateway.addresses} (count), {@code meshfed.certificate.…} (see {@link ObjectGauges}) and
 * {@code meshfed.rotation.…} (see {@link TrustGauges}). Every replica reads them from the status; how long a credential
 * is good only the leader knows, which uses it.
 * ImportedServices have none of their own: there may be ten thousand.
 */
@Singleton
class StatusMetrics {
    private final MeterRegistry registry;
    private final Map<Meter.Id, Double> values = new ConcurrentHashMap<>();
    private final Map<String, Validity> credentials = new ConcurrentHashMap<>();

    StatusMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** How long the credential is good with which a remote is looked at; empty if it does not say. */
    void credential(String remote, Optional<Validity> validity) {
        Optional<Validity> before = Optional.ofNullable(
                validity.isPresent() ? credentials.put(remote, validity.get()) : credentials.remove(remote));
        Map<Meter.Id, Double> now = ofCredential(remote, validity);
        ofCredential(remote, before).keySet().stream()
                .filter(id -> !now.containsKey(id))
                .forEach(this::forget);
        now.forEach(this::set);
    }

    private static Map<Meter.Id, Double> ofCredential(String remote, Optional<Validity> validity) {
        ObjectGauges figures = new ObjectGauges("RemoteMesh", remote);
        validity.map(v -> new Ending("credential", v.until()).livingSince(v.since()))
                .ifPresent(figures::put);
        return figures.values();
    }

    void observe(ClusterChange change) {
        HasMetadata object = change.latest();
        if (object instanceof RemoteMesh && change.after().isEmpty()) {
            credentials.remove(object.getMetadata().getName());
        }
        if (object instanceof RemoteMesh || object instanceof MeshFederation) {
            Map<Meter.Id, Double> now = change.after().isEmpty() ? Map.of() : gauges(object);
            // A condition that no longer applies must not stay at its last value.
            List<Tag> own = Tags.of(
                            "kind",
                            object.getKind(),
                            "name",
                            object.getMetadata().getName())
                    .stream()
                    .toList();
            Set<Meter.Id> stale = new HashSet<>(values.keySet());
            stale.removeIf(id -> !id.getTags().containsAll(own) || now.containsKey(id));
            stale.forEach(this::forget);
            now.forEach(this::set);
        }
    }

    private Map<Meter.Id, Double> gauges(HasMetadata object) {
        String name = object.getMetadata().getName();
        ObjectGauges figures = new ObjectGauges(object.getKind(), name);
        if (object instanceof RemoteMesh remote) {
            figures.values().putAll(ofCredential(name, Optional.ofNullable(credentials.get(name))));
            if (remote.getStatus() != null) {
                conditions(remote.getStatus().conditions(), figures);
                int known = Optional.ofNullable(remote.getStatus().gateway())
                        .map(g -> g.addresses().size())
                        .orElse(0);
                figures.put("meshfed.gateway.addresses", known);
                Optional.ofNullable(remote.getStatus().trust()).ifPresent(trust -> TrustGauges.put(trust, figures));
            }
        } else if (object instanceof MeshFederation mesh && mesh.getStatus() != null) {
            conditions(mesh.getStatus().conditions(), figures);
            Optional.ofNullable(mesh.getStatus().trust()).ifPresent(trust -> TrustGauges.put(trust, figures));
        }
        return figures.values();
    }

    private static void conditions(List<Condition> conditions, ObjectGauges figures) {
        for (Condition condition : conditions) {
            double value =
                    switch (condition.status()) {
                        case True -> 1;
                        case False -> 0;
                        case Unknown -> -1;
                    };
            figures.put("meshfed.condition", value, "condition", condition.type());
        }
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
