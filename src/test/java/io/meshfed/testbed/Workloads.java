package io.meshfed.testbed;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIPBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Workloads without a kubelet: a Service, its ServiceAccount, and Pods that say of themselves that they run. The real
 * endpoint slice controller then fills the EndpointSlices.
 */
public final class Workloads {

    /** Endpoints of a pod need a node that exists, else the controller skips the pod. */
    private static final String NODE = "node";

    private static final AtomicInteger PODS = new AtomicInteger();

    private final KubernetesClient client;

    private Workloads(KubernetesClient client) {
        this.client = client;
    }

    /**
     * The workloads of a cluster; makes its one node in zone {@code <region>-a} of region {@code <cluster name>} unless
     * there is one.
     */
    public static Workloads on(Cluster cluster) {
        Workloads workloads = new Workloads(cluster.adminClient());
        workloads.node(cluster.name(), cluster.name() + "-a");
        return workloads;
    }

    /**
     * Puts the node of all pods into a region and zone.
     *
     * @return this
     */
    public Workloads node(String region, String zone) {
        var node = new NodeBuilder()
                .withNewMetadata()
                .withName(NODE)
                .withLabels(Map.of("topology.kubernetes.io/region", region, "topology.kubernetes.io/zone", zone))
                .endMetadata()
                .build();
        var ready =
                new NodeConditionBuilder().withType("Ready").withStatus("True").build();
        var applied =
                client.resource(node).fieldManager("testbed").forceConflicts().serverSideApply();
        applied.getStatus().setConditions(List.of(ready));
        client.resource(applied).updateStatus();
        return this;
    }

    /**
     * Makes a Service, a ServiceAccount of its name, and ready pods with the label {@code app: <name>}.
     *
     * @param namespace must exist
     * @param name of the Service
     * @param port of the Service, named {@code http}
     * @param targetPort where the pods listen
     * @param replicas how many pods
     */
    public Workload deploy(String namespace, String name, int port, int targetPort, int replicas) {
        client.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        client.resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .addToLabels("app", name)
                        .endMetadata()
                        .withNewSpec()
                        .addToSelector("app", name)
                        .addNewPort()
                        .withName("http")
                        .withPort(port)
                        .withTargetPort(new IntOrString(targetPort))
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        List<String> pods = IntStream.range(0, replicas)
                .mapToObj(index -> name + "-" + index)
                .peek(pod -> createPod(namespace, pod, name))
                .toList();
        return new Workload(this, namespace, name, pods);
    }

    /**
     * A deployed workload.
     *
     * @param cluster where it lives
     * @param namespace of all its objects
     * @param name of the Service and the ServiceAccount
     * @param pods names of the pods
     */
    public record Workload(Workloads cluster, String namespace, String name, List<String> pods) {

        /** Says of all pods that they are ready, or not; the EndpointSlices follow. */
        public void ready(boolean ready) {
            pods.forEach(pod -> cluster.setReady(namespace, pod, ready));
        }

        /** Deletes the Service, the pods and the ServiceAccount. */
        public void delete() {
            KubernetesClient client = cluster.client;
            client.services().inNamespace(namespace).withName(name).delete();
            pods.forEach(pod -> client.pods()
                    .inNamespace(namespace)
                    .withName(pod)
                    .withGracePeriod(0)
                    .delete());
            client.serviceAccounts().inNamespace(namespace).withName(name).delete();
        }
    }

    private void createPod(String namespace, String name, String app) {
        client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .addToLabels("app", app)
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName(NODE)
                        .withServiceAccountName(app)
                        .addNewContainer()
                        .withName("app")
                        .withImage("none")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        setReady(namespace, name, true);
    }

    private void setReady(String namespace, String name, boolean ready) {
        client.pods().inNamespace(namespace).withName(name).editStatus(pod -> withReady(pod, ready));
    }

    private static Pod withReady(Pod pod, boolean ready) {
        String ip = Optional.ofNullable(pod.getStatus().getPodIP()).orElseGet(Workloads::nextIp);
        pod.setStatus(new PodStatusBuilder()
                .withPhase("Running")
                .withPodIP(ip)
                .withPodIPs(new PodIPBuilder().withIp(ip).build())
                .withConditions(new PodConditionBuilder()
                        .withType("Ready")
                        .withStatus(ready ? "True" : "False")
                        .build())
                .build());
        return pod;
    }

    private static String nextIp() {
        int pod = PODS.incrementAndGet();
        return "10.10." + (pod / 250) + "." + (1 + pod % 250);
    }
}
