package io.meshfed.testbed.live;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.TestbedException;
import io.meshfed.testbed.live.PodSandbox.Machine;
import io.meshfed.testbed.live.Routes.Front;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Plays kube-proxy, the load balancers of the cloud and the DNS of one cluster: what Services and EndpointSlices say is
 * what the network does a moment later.
 */
final class ServiceNetwork implements AutoCloseable {
    private static final int DNS_TTL_SECONDS = 5;
    private static final int COALESCE_MILLIS = 20;

    private final Cluster cluster;
    private final Machine machine;
    private final PublicNames publicNames;
    private final SharedIndexInformer<Service> services;
    private final SharedIndexInformer<EndpointSlice> slices;
    private final SortedMap<Front, List<String>> standing = new TreeMap<>();
    private Map<String, List<String>> names = Map.of();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "service-network");
        thread.setDaemon(true);
        return thread;
    });

    /** Host names that are known in all clusters, such as a cloud gives to load balancers. */
    static final class PublicNames {
        private final Map<String, List<String>> records = new ConcurrentHashMap<>();
        private final Map<Object, Runnable> listeners = new ConcurrentHashMap<>();

        /** From now on the name has these addresses. */
        void set(String name, List<String> addresses) {
            records.put(name, List.copyOf(addresses));
            listeners.values().forEach(Runnable::run);
        }

        List<String> addresses(String name) {
            return records.getOrDefault(name, List.of());
        }
    }

    ServiceNetwork(Cluster cluster, Machine machine, PublicNames publicNames) {
        this.cluster = cluster;
        this.machine = machine;
        this.publicNames = publicNames;
        reachApiServer();
        publicNames.listeners.put(this, this::schedule);
        KubernetesClient client = cluster.adminClient();
        this.services = client.services().inAnyNamespace().inform(scheduling());
        this.slices = client.discovery().v1().endpointSlices().inAnyNamespace().inform(scheduling());
        schedule();
    }

    /** Pods reach the API server, which is on this machine's loopback, through the node. */
    private void reachApiServer() {
        String onNode = machine.node().gateway() + ":" + cluster.apiServerPort();
        machine.netBed()
                .relay(
                        cluster.name() + "/api-server",
                        machine.node().netns(),
                        onNode,
                        "",
                        "127.0.0.1:" + cluster.apiServerPort());
        machine.netBed().balance(cluster.name(), true, cluster.kubernetesService(), 443, List.of(onNode));
    }

    private <T extends HasMetadata> ResourceEventHandler<T> scheduling() {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(T object) {
                schedule();
            }

            @Override
            public void onUpdate(T before, T object) {
                schedule();
            }

            @Override
            public void onDelete(T object, boolean stale) {
                schedule();
            }
        };
    }

    private void schedule() {
        if (!worker.isShutdown() && !scheduled.getAndSet(true)) {
            worker.schedule(this::update, COALESCE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void update() {
        scheduled.set(false);
        try {
            Map<String, List<EndpointSlice>> byService = new HashMap<>();
            slices.getStore().list().forEach(slice -> byService
                    .computeIfAbsent(key(slice), key -> new ArrayList<>())
                    .add(slice));
            List<Service> all = services.getStore().list();
            SortedMap<Front, List<String>> wanted = new TreeMap<>();
            all.stream()
                    // Its endpoints are not written here; it has a route of its own.
                    .filter(service -> !key(service).equals("default/kubernetes"))
                    .forEach(service -> wanted.putAll(Routes.of(
                            service, byService.getOrDefault(key(service), List.of()), publicNames::addresses)));
            apply(wanted);
            Map<String, List<String>> known =
                    new LinkedHashMap<>(Routes.names(all, service -> byService.getOrDefault(key(service), List.of())));
            publicNames.records.forEach((name, addresses) -> known.put(name + ".", addresses));
            if (!known.equals(names)) {
                machine.netBed().dns(cluster.name(), known, DNS_TTL_SECONDS);
                names = known;
            }
        } catch (TestbedException e) {
            System.err.println("testbed: the network of " + cluster.name() + ": " + e.getMessage());
        }
    }

    private void apply(SortedMap<Front, List<String>> wanted) {
        for (Front gone : standing.keySet().stream()
                .filter(front -> !wanted.containsKey(front))
                .toList()) {
            machine.netBed().unbalance(cluster.name(), gone.inside(), gone.address(), gone.port(), true);
            standing.remove(gone);
        }
        wanted.forEach((front, targets) -> {
            if (!targets.equals(standing.get(front))) {
                machine.netBed().balance(cluster.name(), front.inside(), front.address(), front.port(), targets);
                standing.put(front, targets);
            }
        });
    }

    private static String key(Service service) {
        return service.getMetadata().getNamespace() + "/"
                + service.getMetadata().getName();
    }

    private static String key(EndpointSlice slice) {
        return slice.getMetadata().getNamespace() + "/"
                + slice.getMetadata().getLabels().get(Routes.SERVICE_NAME);
    }

    @Override
    public void close() {
        publicNames.listeners.remove(this);
        services.close();
        slices.close();
        worker.shutdownNow();
    }
}
