package io.meshfed.testbed;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Optional;

/** Plays the deployment controller and the kubelets: every Deployment soon has all the pods that it asks for, available. */
public final class DeploymentController implements AutoCloseable {
    private final KubernetesClient client;
    private final SharedIndexInformer<Deployment> informer;

    private DeploymentController(KubernetesClient client) {
        this.client = client;
        this.informer = client.apps().deployments().inAnyNamespace().inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Deployment deployment) {
                serve(deployment);
            }

            @Override
            public void onUpdate(Deployment before, Deployment deployment) {
                serve(deployment);
            }

            @Override
            public void onDelete(Deployment deployment, boolean stale) {
                // Its pods never were.
            }
        });
    }

    /** Starts it for a cluster. */
    public static DeploymentController on(Cluster cluster) {
        return new DeploymentController(cluster.adminClient());
    }

    private void serve(Deployment deployment) {
        int wanted = Optional.ofNullable(deployment.getSpec().getReplicas()).orElse(1);
        Integer available =
                deployment.getStatus() == null ? null : deployment.getStatus().getAvailableReplicas();
        if (Integer.valueOf(wanted).equals(available)) {
            return;
        }
        try {
            client.resource(deployment).editStatus(d -> {
                d.getStatus().setReplicas(wanted);
                d.getStatus().setReadyReplicas(wanted);
                d.getStatus().setUpdatedReplicas(wanted);
                d.getStatus().setAvailableReplicas(wanted);
                d.getStatus().setObservedGeneration(d.getMetadata().getGeneration());
                return d;
            });
        } catch (KubernetesClientException e) {
            // Gone, changed, or an outage that a test wanted: the next event tries again.
        }
    }

    @Override
    public void close() {
        informer.close();
    }
}
