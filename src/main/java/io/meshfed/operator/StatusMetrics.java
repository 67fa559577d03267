package io.meshfed.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.condition.Condition;
import io.meshfed.operator.ObjectGauges.Lifetime;
import io.meshfed.reconcile.ClusterChange;
import io.meshfed.remote.kubeconfig.Validity;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The state of this mesh and its remotes as gauges: {@code meshfed.condition} (1 true, 0 false, -1 unknown),
 * {@code meshfed.gateway.addresses} (count), {@code meshfed.certificate.…} (see {@link ObjectGauges}),
 * {@code meshfed.crl.…} and {@code meshfed.rotation.…} (see {@link TrustGauges}). Every replica reads them from the status,
 * except for the lifetime of the credentials in kubeconfig Secrets: only the leader uses these.
 *
 * <p>Not Micrometer's {@code MultiGauge}: it changes the value of a row only by removing the meter and registering it
 * again ({@code MultiGauge.register} with {@code overwrite}, in 1.14), so a scrape in between misses the series, and the
 * {@code for} of an alert starts again. Its rows are also those of all objects, because a MultiGauge has one name. Here a
 * gauge reads the current value from {@link #values}, and is removed only if the object no longer has it.
 */
@Singleton
class StatusMetrics {
    private final MeterRegistry registry;
    private final Map<Meter.Id, Double> values = new ConcurrentHashMap<>();
    private final Map<String, Validity> credentials = new ConcurrentHashMap<>();

    StatusMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * Sets the lifetime of the credential with which the operator reads a remote cluster.
     *
     * @param remote name of the RemoteMesh
     * @param validity empty if the credential does not say
     */
    void credential(String remote, Optional<Validity> validity) {
        Optional<Validity> before = Optional.ofNullable(
                validity.isPresent() ? credentials.put(remote, validity.get()) : credentials.remove(remote));
        replace(ofCredential(remote, before).keySet(), ofCredential(remote, validity));
    }

    private static Map<Meter.Id, Double> ofCredential(String remote, Optional<Validity> validity) {
        ObjectGauges gauges = new ObjectGauges("RemoteMesh", remote);
        validity.map(v -> new Lifetime("credential", v.until()).startingAt(v.since()))
                .ifPresent(gauges::put);
        return gauges.values();
    }

    /** Sets the gauges of a MeshFederation or RemoteMesh that changed, and removes those of one that was deleted. */
    void observe(ClusterChange change) {
        HasMetadata object = change.latest();
        if (object instanceof RemoteMesh && change.after().isEmpty()) {
            credentials.remove(object.getMetadata().getName());
        }
        if (object instanceof RemoteMesh || object instanceof MeshFederation) {
            replace(current(object), change.after().isEmpty() ? Map.of() : gauges(object));
        }
    }

    /** The gauges that an object has now. */
    private Set<Meter.Id> current(HasMetadata object) {
        List<Tag> own = Tags.of(
                        "kind", object.getKind(), "name", object.getMetadata().getName())
                .stream()
                .toList();
        return values.keySet().stream()
                .filter(id -> id.getTags().containsAll(own))
                .collect(Collectors.toSet());
    }

    private Map<Meter.Id, Double> gauges(HasMetadata object) {
        String name = object.getMetadata().getName();
        ObjectGauges gauges = new ObjectGauges(object.getKind(), name);
        if (object instanceof RemoteMesh remote) {
            gauges.values().putAll(ofCredential(name, Optional.ofNullable(credentials.get(name))));
            if (remote.getStatus() != null) {
                conditions(remote.getStatus().conditions(), gauges);
                int known = Optional.ofNullable(remote.getStatus().gateway())
                        .map(g -> g.addresses().size())
                        .orElse(0);
                gauges.put("meshfed.gateway.addresses", known);
                Optional.ofNullable(remote.getStatus().trust()).ifPresent(trust -> TrustGauges.put(trust, gauges));
            }
        } else if (object instanceof MeshFederation federation && federation.getStatus() != null) {
            conditions(federation.getStatus().conditions(), gauges);
            Optional.ofNullable(federation.getStatus().trust()).ifPresent(trust -> TrustGauges.put(trust, gauges));
        }
        return gauges.values();
    }

    private static void conditions(List<Condition> conditions, ObjectGauges gauges) {
        for (Condition condition : conditions) {
            double value =
                    switch (condition.status()) {
                        case True -> 1;
                        case False -> 0;
                        case Unknown -> -1;
                    };
            gauges.put("meshfed.condition", value, "condition", condition.type());
        }
    }

    /** A condition that the object no longer has must not stay at its last value. */
    private void replace(Set<Meter.Id> before, Map<Meter.Id, Double> now) {
        before.stream().filter(id -> !now.containsKey(id)).forEach(this::remove);
        now.forEach(this::set);
    }

    private void set(Meter.Id id, double value) {
        if (values.put(id, value) == null) {
            Gauge.builder(id.getName(), values, v -> v.getOrDefault(id, Double.NaN))
                    .tags(id.getTags())
                    .register(registry);
        }
    }

    private void remove(Meter.Id id) {
        values.remove(id);
        registry.remove(id);
    }
}
