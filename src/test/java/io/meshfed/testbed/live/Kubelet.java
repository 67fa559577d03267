package io.meshfed.testbed.live;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.TestbedException;
import io.meshfed.testbed.live.PodSandbox.Machine;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Scheduler and kubelet of a cluster with one node: runs every pod as its spec says, in a network namespace. What it does
 * not do is listed in {@code src/testbed/README.md}.
 */
final class Kubelet implements AutoCloseable {
    static final String NODE = "node";

    private static final int PODS_PER_BLOCK = 250;

    private final Cluster cluster;
    private final KubernetesClient client;
    private final Machine machine;
    private final MeshAddresses place;
    private final Map<String, RunningPod> pods = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "kubelet");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicInteger addresses = new AtomicInteger();
    private final WatchedVolumeContents mountables;
    private final SharedIndexInformer<Pod> informer;

    /** @param place gives the pods their addresses, and the node its region and zone */
    Kubelet(Cluster cluster, Machine machine, MeshAddresses place) {
        this.cluster = cluster;
        this.client = cluster.adminClient();
        this.machine = machine;
        this.place = place;
        registerNode();
        this.mountables = new WatchedVolumeContents(client, this::changedIn);
        this.informer = client.pods().inAnyNamespace().inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Pod pod) {
                seen(pod);
            }

            @Override
            public void onUpdate(Pod before, Pod pod) {
                seen(pod);
            }

            @Override
            public void onDelete(Pod pod, boolean stale) {
                Optional.ofNullable(pods.remove(pod.getMetadata().getUid())).ifPresent(p -> p.stop(Duration.ZERO));
            }
        });
    }

    private void registerNode() {
        var node = client.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(NODE)
                        .addToLabels("topology.kubernetes.io/region", place.name())
                        .addToLabels("topology.kubernetes.io/zone", place.name() + "-a")
                        .endMetadata()
                        .build())
                .create();
        node.getStatus()
                .setConditions(List.of(new NodeConditionBuilder()
                        .withType("Ready")
                        .withStatus("True")
                        .build()));
        // istiod's injector asks it: from 1.33 on a sidecar is an init container that stays.
        node.getStatus()
                .getNodeInfo()
                .setKubeletVersion(client.getKubernetesVersion().getGitVersion());
        client.resource(node).updateStatus();
    }

    private void changedIn(String namespace) {
        pods.values().stream()
                .map(RunningPod::sandbox)
                .filter(pod -> pod.pod().getMetadata().getNamespace().equals(namespace))
                .forEach(PodSandbox::volumesMayHaveChanged);
    }

    private void seen(Pod pod) {
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            delete(pod);
        } else if (pod.getSpec().getNodeName() == null) {
            bind(pod);
        } else {
            pods.computeIfAbsent(pod.getMetadata().getUid(), uid -> start(pod));
        }
    }

    private void bind(Pod pod) {
        try {
            client.bindings()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .resource(new BindingBuilder()
                            .withNewMetadata()
                            .withName(pod.getMetadata().getName())
                            .endMetadata()
                            .withNewTarget()
                            .withKind("Node")
                            .withName(NODE)
                            .endTarget()
                            .build())
                    .create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            // Bound or gone meanwhile.
        }
    }

    private RunningPod start(Pod pod) {
        PodFields fields = new PodFields(pod, nextAddress(), machine.node().gateway());
        Path folder = cluster.folder()
                .resolve("pods")
                .resolve(pod.getMetadata().getNamespace())
                .resolve(pod.getMetadata().getName());
        PodSandbox sandbox = new PodSandbox(
                machine,
                fields,
                folder,
                new PodVolumes(folder.resolve("volumes"), fields, mountables, token -> token(pod, token)),
                new PodEnvironment(
                        fields,
                        mountables,
                        Map.of(
                                "KUBERNETES_SERVICE_HOST",
                                cluster.kubernetesService(),
                                "KUBERNETES_SERVICE_PORT",
                                "443")));
        RunningPod running = new RunningPod(sandbox, new PodReport(client, fields));
        running.start();
        return running;
    }

    private String nextAddress() {
        int pod = addresses.getAndIncrement();
        return place.podPrefix() + (pod / PODS_PER_BLOCK) + "." + (2 + pod % PODS_PER_BLOCK);
    }

    private String token(Pod pod, ServiceAccountTokenProjection wanted) {
        try {
            return client.serviceAccounts()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(pod.getSpec().getServiceAccountName())
                    .tokenRequest(new TokenRequestBuilder()
                            .withNewSpec()
                            .withAudiences(Optional.ofNullable(wanted.getAudience()).stream()
                                    .toList())
                            .withExpirationSeconds(wanted.getExpirationSeconds())
                            .withNewBoundObjectRef(
                                    "v1",
                                    "Pod",
                                    pod.getMetadata().getName(),
                                    pod.getMetadata().getUid())
                            .endSpec()
                            .build())
                    .getStatus()
                    .getToken();
        } catch (KubernetesClientException e) {
            throw new TestbedException("no token for " + pod.getMetadata().getName() + ": " + e.getMessage(), e);
        }
    }

    private void delete(Pod pod) {
        RunningPod running = pods.get(pod.getMetadata().getUid());
        if (running != null) {
            Duration grace =
                    Duration.ofSeconds(Optional.ofNullable(pod.getMetadata().getDeletionGracePeriodSeconds())
                            .orElse(30L));
            if (running.stop(grace)) {
                running.over().thenRun(() -> forget(pod));
            }
        } else {
            forget(pod);
        }
    }

    private void forget(Pod pod) {
        try {
            client.pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(pod.getMetadata().getName())
                    .withGracePeriod(0)
                    .delete();
        } catch (KubernetesClientException e) {
            // An outage that a test wanted: the pod stays as it is in the API, as on a node that cannot say goodbye.
        }
    }

    /** Does something again and again as long as this kubelet runs; it must be quick. */
    void everySecond(Runnable work) {
        clock.scheduleWithFixedDelay(work, 1, 1, TimeUnit.SECONDS);
    }

    /** The pods that run, or are about to. */
    Collection<RunningPod> pods() {
        return List.copyOf(pods.values());
    }

    /** Ends every pod at once. */
    @Override
    public void close() {
        clock.shutdownNow();
        informer.close();
        mountables.close();
        pods.values().forEach(RunningPod::kill);
        pods.values().forEach(pod -> pod.over()
                .orTimeout(5, TimeUnit.SECONDS)
                .exceptionally(late -> null)
                .join());
    }
}
