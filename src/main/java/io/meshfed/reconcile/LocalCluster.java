package io.meshfed.reconcile;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshfed.api.ExportedMesh;
import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.condition.ConnectionReason;
import io.meshfed.plan.hosts.DestinationRuleHosts;
import io.meshfed.plan.hosts.ServiceHost;
import io.meshfed.watch.ClusterWatch;
import io.meshfed.watch.WatchListener;
import io.meshfed.watch.WatchSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The caches of the local cluster, one watch for each kind and scope. The watches that are always needed start with the
 * operator, the others when a step first asks for them. A kind that is not installed, or that the operator may not read, is a
 * watch that is not synced; it does not keep the operator from starting.
 */
public final class LocalCluster implements AutoCloseable {
    private static final List<Class<? extends HasMetadata>> ALWAYS = List.of(
            MeshFederation.class,
            RemoteMesh.class,
            ImportedService.class,
            Namespace.class,
            Service.class,
            ServiceEntry.class,
            WorkloadEntry.class,
            DestinationRule.class,
            GatewayClass.class,
            Gateway.class,
            ExportedMesh.class);

    /** Index of DestinationRules, so that an import does not compare itself with all of them. */
    private static final String RULES_BY_HOST = "host";

    private final KubernetesClient client;
    private final Map<Key, ClusterWatch<? extends HasMetadata>> watches = new ConcurrentHashMap<>();
    private volatile Listener listener = new Listener() {
        @Override
        public void changed(ClusterChange change) {}

        @Override
        public void syncChanged(Class<? extends HasMetadata> kind) {}
    };

    private record Key(Class<? extends HasMetadata> type, String namespace, String name) {}

    /** Is called for each change, on the threads of the watches: it must not block. */
    public interface Listener {
        /** An object changed. */
        void changed(ClusterChange change);

        /** A watch of that kind got its first complete list, or failed before it did. */
        void syncChanged(Class<? extends HasMetadata> kind);
    }

    /** @param client the local cluster's; close this before it */
    public LocalCluster(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Starts the watches that are always needed.
     *
     * @param operatorNamespace whose Secrets and ConfigMaps custom resources refer to
     */
    public void start(String operatorNamespace, Listener receiver) {
        listener = receiver;
        ALWAYS.forEach(this::all);
        in(Secret.class, operatorNamespace);
        in(ConfigMap.class, operatorNamespace);
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

    /** Whether a kind is known not to be installed; before the first answer of the API server it counts as installed. */
    public boolean lacks(Class<? extends HasMetadata> type) {
        return notInstalled(all(type));
    }

    /** Whether the kind of a watch is known not to be installed. */
    public static boolean notInstalled(ClusterWatch<?> watch) {
        return !watch.synced()
                && watch.failure()
                        .filter(f -> f.reason() == ConnectionReason.NotFound)
                        .isPresent();
    }

    /** DestinationRules of any namespace whose host is that of a Service, or a wildcard that covers it. */
    public List<DestinationRule> rulesFor(String namespace, String name, String clusterDomain) {
        ClusterWatch<DestinationRule> rules = all(DestinationRule.class);
        ServiceHost host = new ServiceHost(name, namespace, clusterDomain);
        return DestinationRuleHosts.keys(host).stream()
                .flatMap(key -> rules.byIndex(RULES_BY_HOST, key).stream())
                .filter(rule -> DestinationRuleHosts.isFor(rule, host))
                .toList();
    }

    @SuppressWarnings("unchecked") // the key holds the type
    private <T extends HasMetadata> ClusterWatch<T> watch(Class<T> type, String namespace, String name) {
        return (ClusterWatch<T>) watches.computeIfAbsent(
                new Key(type, namespace, name),
                key -> ClusterWatch.start(client, spec(type, namespace, name), listener(type, key)));
    }

    private static <T extends HasMetadata> WatchSpec<T> spec(Class<T> type, String namespace, String name) {
        WatchSpec<T> spec = WatchSpec.of(type);
        if (type.equals(DestinationRule.class)) {
            spec = spec.indexedBy(RULES_BY_HOST, rule -> DestinationRuleHosts.keys((DestinationRule) rule));
        }
        if (!namespace.isEmpty()) {
            spec = spec.inNamespace(namespace);
        }
        return name.isEmpty() ? spec : spec.named(name);
    }

    private <T extends HasMetadata> WatchListener<T> listener(Class<T> type, Key key) {
        AtomicBoolean synced = new AtomicBoolean();
        return new WatchListener<>() {
            @Override
            public void changed(Optional<T> before, Optional<T> after) {
                listener.changed(new ClusterChange(type, before, after));
            }

            @Override
            public void stateChanged() {
                ClusterWatch<?> watch = watches.get(key);
                if (!synced.getAndSet(watch != null && watch.synced())) {
                    listener.syncChanged(type);
                }
            }
        };
    }

    @Override
    public void close() {
        watches.values().forEach(ClusterWatch::close);
        watches.clear();
    }
}
