package io.meshfed.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

/** What a mesh without istiod looks like from the API. */
@WithClusters("east")
class IstioInstallationIT {

    @Test
    void configurationIsWhereTheChartPutsIt(Clusters clusters) {
        Cluster east = clusters.get("east");
        String namespace = east.newNamespace("istio");

        IstioInstallation.on(east)
                .namespace(namespace)
                .revision("canary")
                .trustDomain("east.local")
                .trustDomainAliases("west.local")
                .network("east-network")
                .dnsCapture(true)
                .istiodEnvironment("ISTIO_MULTIROOT_MESH", "true")
                .install();

        KubernetesClient client = east.adminClient();
        JsonNode mesh = Serialization.unmarshal(key(client, namespace, "istio-canary", "mesh"), JsonNode.class);
        assertThat(mesh.at("/trustDomain").asText()).isEqualTo("east.local");
        assertThat(mesh.at("/trustDomainAliases/0").asText()).isEqualTo("west.local");
        assertThat(mesh.at("/rootNamespace").asText()).isEqualTo(namespace);
        assertThat(mesh.at("/defaultConfig/discoveryAddress").asText())
                .isEqualTo("istiod-canary." + namespace + ".svc:15012");
        assertThat(mesh.at("/defaultConfig/proxyMetadata/ISTIO_META_DNS_CAPTURE")
                        .asText())
                .isEqualTo("true");
        JsonNode values = Serialization.unmarshal(
                key(client, namespace, "istio-sidecar-injector-canary", "values"), JsonNode.class);
        assertThat(values.at("/global/network").asText()).isEqualTo("east-network");
        assertThat(values.at("/pilot/env/ISTIO_MULTIROOT_MESH").asText()).isEqualTo("true");
        assertThat(client.resources(GatewayClass.class)
                        .withName("istio-remote")
                        .get()
                        .getStatus()
                        .getConditions())
                .singleElement()
                .matches(condition -> condition.getType().equals("Accepted")
                        && condition.getStatus().equals("True"));
    }

    @Test
    void aRunningMeshPublishesItsRoot() {
        try (Clusters own = Clusters.fresh("mesh")) {
            Cluster cluster = own.get("mesh");
            IstioInstallation istio = IstioInstallation.on(cluster).install().selfSigned();
            String root = key(cluster.adminClient(), "default", "istio-ca-root-cert", "root-cert.pem");
            assertThat(root).startsWith("-----BEGIN CERTIFICATE-----");

            cluster.applyYaml(
                    """
                    apiVersion: v1
                    kind: Secret
                    metadata: {name: cacerts, namespace: istio-system}
                    stringData: {root-cert.pem: another root}
                    """);
            istio.publishRoot();

            assertThat(key(cluster.adminClient(), "istio-system", "istio-ca-root-cert", "root-cert.pem"))
                    .isEqualTo("another root");
        }
    }

    private static String key(KubernetesClient client, String namespace, String configMap, String key) {
        return client.configMaps()
                .inNamespace(namespace)
                .withName(configMap)
                .get()
                .getData()
                .get(key);
    }
}
