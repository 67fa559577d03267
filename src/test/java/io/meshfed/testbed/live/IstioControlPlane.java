package io.meshfed.testbed.live;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.Ports;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** istiod of one cluster, from Istio's own chart, and the way from the API server to its webhooks. */
final class IstioControlPlane {
    static final String NAMESPACE = "istio-system";
    static final String ISTIOD = "istiod";

    private static final String MESH_CONFIG = "mesh";
    private static final int SERVICE_PORT = 443;

    private final Cluster cluster;
    private final NetBed netBed;
    private final NetBed.Node node;
    private final int webhookPort = Ports.next();

    IstioControlPlane(Cluster cluster, NetBed netBed, NetBed.Node node) {
        this.cluster = cluster;
        this.netBed = netBed;
        this.node = node;
    }

    /** {@code helm install}; istiod is starting when this returns. */
    void install(IstioChart chart, List<Path> values, Map<String, Object> more) {
        chart.render(values, more, webhookPort, cluster.folder())
                .forEach(document -> cluster.applyYaml(document.toString()));
        String address = cluster.adminClient()
                .services()
                .inNamespace(NAMESPACE)
                .withName(ISTIOD)
                .get()
                .getSpec()
                .getClusterIP();
        // The API server is in the machine's own network, where the addresses of Services have no route.
        netBed.relay(
                cluster.name() + "/webhooks",
                "",
                "127.0.0.1:" + webhookPort,
                node.netns(),
                address + ":" + SERVICE_PORT);
    }

    /** The mesh config, in YAML. */
    String meshConfig() {
        return configMap().get().getData().get(MESH_CONFIG);
    }

    /** Gives it another mesh config; it reads it at once. */
    void meshConfig(String yaml) {
        configMap().edit(config -> new ConfigMapBuilder(config)
                .addToData(MESH_CONFIG, yaml)
                .build());
    }

    private Resource<ConfigMap> configMap() {
        return cluster.adminClient().configMaps().inNamespace(NAMESPACE).withName("istio");
    }

    /** Waits until it injects and validates. */
    void awaitWebhooks() {
        Waiting.until("istiod's webhooks in " + cluster.name(), () -> injects() && validates());
    }

    private boolean injects() {
        return cluster
                .adminClient()
                .resources(MutatingWebhookConfiguration.class)
                .withName("istio-sidecar-injector")
                .get()
                .getWebhooks()
                .stream()
                .allMatch(w -> w.getClientConfig().getCaBundle() != null);
    }

    /** istiod says Fail instead of Ignore when it has seen that its webhook works. */
    private boolean validates() {
        return cluster
                .adminClient()
                .resources(ValidatingWebhookConfiguration.class)
                .withName("istiod-default-validator")
                .get()
                .getWebhooks()
                .stream()
                .allMatch(w -> "Fail".equals(w.getFailurePolicy()));
    }
}
