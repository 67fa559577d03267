package io.meshfed.testbed.live;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.meshfed.testbed.Cluster;
import java.util.Optional;

/** What {@code kubectl scale} and {@code kubectl rollout} do, and the waiting for it. */
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
