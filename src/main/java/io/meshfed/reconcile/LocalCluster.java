package io.meshfed.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshfed.remote.ClusterWatch;
import io.meshfed.remote.Failure;
import io.meshfed.remote.Listener;
import io.meshfed.remote.WatchSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What is known of the local cluster: one watch for each kind and place that somebody asked for, started when first
 * asked for. A kind that is not installed yet, or that may not be read, is a watch that is not synced; it never keeps
 * the operator from starting.
 */
public final class LocalCluster implements AutoCloseable {
    private final KubernetesClient client;
    private final Consumer<Change> onChange;
    private final Map<Key, ClusterWatch<? extends HasMetadata>> watches = new ConcurrentHashMap<>();

    private record Key(Class<?> type, String namespace, String name) {}

    /**
     * One change of one object.
     *
     * @param before the object as it was; empty: it is new
     * @param after the object as it is; empty: it is gone
     */
    public record Change(
            Class<? extends HasMetadata> kind,
            Optional<? extends HasMetadata> before,
            Optional<? extends HasMetadata> after) {
        /** The object, as it is or as it last was. */
        public HasMetadata latest() {
            return after.isPresent() ? after.get() : before.orElseThrow();
        }
    }

    /** @param onChange is told of every change of every watched object, on the watch's thread: it must not block */
    public LocalCluster(KubernetesClient client, Consumer<Change> onChange) {
        this.client = client;
        this.onChange = onChange;
    }

    /** All objects of a kind. */
    public <T extends HasMetadata> ClusterWatch<T> all(Class<T> type) {
        return watch(type, "", "");
    }

    /** All objects of a kind in one namespace. */
    public <T extends HasMetadata> ClusterWatch<T> in(Class<T> type, String namespace) {
        return watch(type, namespace, "");
    }

    /** One object by name; the right to read it may be limited to that name. */
    public <T extends HasMetadata> ClusterWatch<T> one(Class<T> type, String namespace, String name) {
        return watch(type, namespace, name);
    }

    @SuppressWarnings("unchecked") // the key holds the type
    private <T extends HasMetadata> ClusterWatch<T> watch(Class<T> type, String namespace, String name) {
        return (ClusterWatch<T>) watches.computeIfAbsent(
                new Key(type, namespace, name),
                key -> ClusterWatch.start(client, spec(type, namespace, name), listener(type)));
    }

    private static <T extends HasMetadata> WatchSpec<T> spec(Class<T> type, String namespace, String name) {
        WatchSpec<T> spec = WatchSpec.of(type);
        if (!namespace.isEmpty()) {
            spec = spec.inNamespace(namespace);
        }
        return name.isEmpty() ? spec : spec.named(name);
    }

    private <T extends HasMetadata> Listener<T> listener(Class<T> type) {
        return new Listener<>() {
            @Override
            public void changed(Optional<T> before, Optional<T> after) {
                onChange.accept(new Change(type, before, after));
            }

            @Override
            public void stateChanged() {}
        };
    }

    /** Whether every watch that is not for an optional kind has seen a complete list. */
    public boolean synced() {
        return watches.values().stream().allMatch(w -> w.synced() || w.failure().isPresent());
    }

    /** The first of these watches that cannot be read now, and why; empty while all are synced or still starting. */
    public static Optional<String> trouble(List<ClusterWatch<?>> watches) {
        return watches.stream()
                .filter(w -> !w.synced())
                .flatMap(w -> w.failure().stream())
                .map(Failure::message)
                .findFirst();
    }

    @Override
    public void close() {
        watches.values().forEach(ClusterWatch::close);
        watches.clear();
    }
}
