package io.meshfed.testbed.live;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.meshfed.testbed.Cluster;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code kubectl scale}, {@code kubectl rollout} and {@code kubectl delete} do, and the waiting for it. */
final class Deployments {
    private final KubernetesClient client;
    private final String cluster;

    Deployments(Cluster cluster) {
        this.client = cluster.adminClient();
        this.cluster = cluster.name();
    }

    void scale(String namespace, String name, int pods) {
        resource(namespace, name).scale(pods);
        await(namespace, name, pods);
    }

    /** {@code kubectl delete pod} of all its pods, and the wait for those that take their place. */
    void replacePods(String namespace, String name) {
        Map<String, String> selector =
                resource(namespace, name).get().getSpec().getSelector().getMatchLabels();
        Set<String> before = pods(namespace, selector).map(Deployments::uid).collect(Collectors.toSet());
        client.pods().inNamespace(namespace).withLabels(selector).delete();
        Waiting.until("other pods of " + words(namespace, name), () -> {
            List<Pod> now = pods(namespace, selector).toList();
            return now.size() == before.size()
                    && now.stream().allMatch(pod -> !before.contains(uid(pod)) && Readiness.isPodReady(pod));
        });
    }

    private Stream<Pod> pods(String namespace, Map<String, String> selector) {
        return client.pods().inNamespace(namespace).withLabels(selector).list().getItems().stream();
    }

    private static String uid(Pod pod) {
        return pod.getMetadata().getUid();
    }

    void restart(String namespace, String name) {
        resource(namespace, name).rolling().restart();
        Waiting.until(
                "the new pods of " + words(namespace, name),
                () -> rolledOut(resource(namespace, name).get()));
    }

    void delete(String namespace, String name) {
        resource(namespace, name).delete();
    }

    /** Waits until so many pods are available, all of the present template. */
    void await(String namespace, String name, int pods) {
        Waiting.until(pods + " pods of " + words(namespace, name), () -> {
            Deployment now = resource(namespace, name).get();
            return now != null
                    && rolledOut(now)
                    && pods == number(now.getStatus().getAvailableReplicas());
        });
    }

    private RollableScalableResource<Deployment> resource(String namespace, String name) {
        return client.apps().deployments().inNamespace(namespace).withName(name);
    }

    private static boolean rolledOut(Deployment deployment) {
        int wanted = Optional.ofNullable(deployment.getSpec().getReplicas()).orElse(1);
        var status = deployment.getStatus();
        return status != null
                && deployment.getMetadata().getGeneration().equals(status.getObservedGeneration())
                && wanted == number(status.getReplicas())
                && wanted == number(status.getUpdatedReplicas())
                && wanted == number(status.getAvailableReplicas());
    }

    private static int number(Integer count) {
        return count == null ? 0 : count;
    }

    private String words(String namespace, String name) {
        return namespace + "/" + name + " in " + cluster;
    }
}
