package io.meshfed.deploy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.DeploymentController;
import io.meshfed.testbed.IstioInstallation;
import io.meshfed.testbed.OperatorInstallation;
import io.meshfed.testbed.OperatorProcess;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Simulates what the nodes of one kind cluster do while a user follows the tutorial; the operator is real. */
final class TutorialCluster implements AutoCloseable {
    private final Cluster cluster;
    private final DeploymentController deployments;
    private Optional<OperatorProcess> operator = Optional.empty();
    private Optional<SharedIndexInformer<Secret>> istiod = Optional.empty();

    /** @param cluster closed with this */
    TutorialCluster(Cluster cluster) {
        this.cluster = cluster;
        this.deployments = DeploymentController.on(cluster);
    }

    String name() {
        return cluster.name();
    }

    /** {@code 127.0.0.1:<port>}. */
    String server() {
        return cluster.url().substring("https://".length());
    }

    /** A cluster, user and context named as kind names them, in a kubeconfig. */
    String kubeconfig() {
        return cluster.adminKubeconfig();
    }

    /** MetalLB runs: Services get the addresses of its pool, from the first on. */
    void loadBalancerRuns() {
        GenericKubernetesResource pool = find("metallb.io/v1beta1", "IPAddressPool", "metallb-system", "kind")
                .orElseThrow();
        List<String> ranges = pool.get("spec", "addresses");
        String first = ranges.get(0).substring(0, ranges.get(0).indexOf('/'));
        String prefix = first.substring(0, first.lastIndexOf('.') + 1);
        AtomicInteger next = new AtomicInteger(Integer.parseInt(first.substring(prefix.length())));
        cluster.cloud().auto(() -> prefix + next.getAndIncrement());
    }

    /** The operator's pod runs, and the controller that gives every namespace the cluster's CA. */
    void operatorRuns() {
        cluster.adminClient()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace("meshfed-gateway")
                        .withName("kube-root-ca.crt")
                        .endMetadata()
                        .addToData(
                                "ca.crt",
                                new String(Base64.getDecoder().decode(cluster.caData()), StandardCharsets.US_ASCII))
                        .build())
                .create();
        operator = Optional.of(OperatorProcess.start(cluster, OperatorInstallation.found(cluster)));
    }

    /** istiod's pod runs: it publishes what {@code cacerts} holds, now and whenever that changes. */
    void istiodRuns() {
        IstioInstallation istio = IstioInstallation.on(cluster).acceptGatewayClasses();
        istiod = Optional.of(cluster.adminClient()
                .secrets()
                .inNamespace("istio-system")
                .withName("cacerts")
                .inform(new ResourceEventHandler<>() {
                    @Override
                    public void onAdd(Secret cacerts) {
                        istio.publishRoot();
                    }

                    @Override
                    public void onUpdate(Secret before, Secret cacerts) {
                        istio.publishRoot();
                    }

                    @Override
                    public void onDelete(Secret cacerts, boolean stale) {
                        // istiod keeps what it has.
                    }
                }));
    }

    <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name) {
        return Optional.ofNullable(cluster.adminClient()
                .resources(type)
                .inNamespace(namespace)
                .withName(name)
                .get());
    }

    <T extends HasMetadata> T get(Class<T> type, String namespace, String name) {
        return find(type, namespace, name)
                .orElseThrow(() -> new AssertionError(
                        "no " + type.getSimpleName() + " " + namespace + "/" + name + " in " + name()));
    }

    <T extends HasMetadata> List<T> all(Class<T> type) {
        return cluster.adminClient().resources(type).inAnyNamespace().list().getItems();
    }

    private Optional<GenericKubernetesResource> find(String apiVersion, String kind, String namespace, String name) {
        return Optional.ofNullable(cluster.adminClient()
                .genericKubernetesResources(apiVersion, kind)
                .inNamespace(namespace)
                .withName(name)
                .get());
    }

    @Override
    public void close() {
        istiod.ifPresent(SharedIndexInformer::close);
        operator.ifPresent(OperatorProcess::close);
        deployments.close();
        cluster.close();
    }
}
