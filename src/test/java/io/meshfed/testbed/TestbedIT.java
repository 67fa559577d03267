package io.meshfed.testbed;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.ServiceEntryBuilder;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshfed.testbed.Workloads.Workload;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What tests may rely on in two shared clusters. */
@WithClusters({"east", "west"})
class TestbedIT {

    private static Clusters clusters;

    private Cluster east;
    private KubernetesClient client;
    private String namespace;

    @BeforeEach
    void ownNamespace() {
        east = clusters.get("east");
        client = east.adminClient();
        namespace = east.newNamespace("testbed");
    }

    @AfterEach
    void deleteNamespace() {
        east.cloud().stop();
        client.namespaces().withName(namespace).delete();
    }

    @Test
    void clustersAreDifferent() {
        KubernetesClient west = clusters.get("west").adminClient();

        assertThat(client.namespaces().withName(namespace).get()).isNotNull();
        assertThat(west.namespaces().withName(namespace).get()).isNull();
        assertThat(client.getKubernetesVersion().getMinor()).isEqualTo("36");
    }

    @Test
    void istioAndGatewayApiAreServed() {
        assertThat(client.resources(ServiceEntry.class)
                        .inNamespace(namespace)
                        .list()
                        .getItems())
                .isEmpty();
        assertThat(client.supports(GatewayClass.class)).isTrue();
        assertThat(client.apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .list()
                        .getItems())
                .extracting(crd -> crd.getSpec().getGroup())
                .contains("networking.istio.io", "security.istio.io", "gateway.networking.k8s.io");
    }

    @Test
    void invalidObjectsAreRefused() {
        assertThatThrownBy(() -> east.applyYaml(serviceEntry("location: NOWHERE")))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("NOWHERE");
    }

    @Test
    void manifestsAreAppliedByServerSideApply() {
        east.applyYaml(serviceEntry("location: MESH_INTERNAL") + "---\n"
                + serviceEntry("location: MESH_EXTERNAL").replace("name: entry", "name: other"));

        var entries = client.resources(ServiceEntry.class)
                .inNamespace(namespace)
                .list()
                .getItems();
        assertThat(entries).extracting(entry -> entry.getMetadata().getName()).containsExactly("entry", "other");
        assertThat(entries.get(0).getMetadata().getManagedFields())
                .extracting(fields -> fields.getManager())
                .containsExactly("testbed");
    }

    @Test
    void dependentsOfADeletedOwnerAreCollected() {
        ConfigMap owner = client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("owner")
                        .endMetadata()
                        .build())
                .create();
        client.resource(new ServiceEntryBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("dependent")
                        .addNewOwnerReference()
                        .withApiVersion("v1")
                        .withKind("ConfigMap")
                        .withName("owner")
                        .withUid(owner.getMetadata().getUid())
                        .endOwnerReference()
                        .endMetadata()
                        .withNewSpec()
                        .withHosts("dependent.example")
                        .endSpec()
                        .build())
                .create();

        client.resource(owner).delete();

        await().atMost(ofSeconds(40))
                .until(() -> client.resources(ServiceEntry.class)
                                .inNamespace(namespace)
                                .withName("dependent")
                                .get()
                        == null);
    }

    @Test
    void deletedNamespacesDisappear() {
        east.applyYaml(serviceEntry("location: MESH_INTERNAL"));

        client.namespaces().withName(namespace).delete();

        await().atMost(ofSeconds(40))
                .until(() -> client.namespaces().withName(namespace).get() == null);
    }

    @Test
    void endpointSlicesFollowThePods() {
        Workload httpbin = Workloads.on(east).deploy(namespace, "httpbin", 8000, 8080, 2);
        await().atMost(ofSeconds(20)).untilAsserted(() -> assertThat(endpoints("httpbin"))
                .hasSize(2)
                .allMatch(endpoint -> endpoint.getConditions().getReady())
                .allMatch(endpoint -> endpoint.getZone().equals("east-a")));

        httpbin.ready(false);

        await().atMost(ofSeconds(20)).untilAsserted(() -> assertThat(endpoints("httpbin"))
                .noneMatch(endpoint -> endpoint.getConditions().getReady()));
    }

    @Test
    void cloudAssignsTheGivenAddresses() {
        loadBalancer("gateway");

        east.cloud().assign(namespace, "gateway", "192.0.2.7", "2001:db8::7", "gw.east.example");
        assertThat(addresses("gateway")).containsExactly("192.0.2.7", "2001:db8::7", "gw.east.example");

        east.cloud().remove(namespace, "gateway");
        assertThat(addresses("gateway")).isEmpty();
    }

    @Test
    void cloudServesNewServicesByItself() {
        AtomicInteger next = new AtomicInteger();
        loadBalancer("early");
        east.cloud().auto(() -> "192.0.2." + next.incrementAndGet());
        loadBalancer("late");

        await().atMost(ofSeconds(20)).untilAsserted(() -> {
            assertThat(addresses("early")).hasSize(1);
            assertThat(addresses("late")).hasSize(1).isNotEqualTo(addresses("early"));
        });
    }

    @Test
    void auditLogCountsExactly() {
        KubernetesClient bystander = east.serviceAccountClient(namespace, serviceAccountThatMayEdit("writer"));
        // RBAC rules take effect a moment after they were written.
        await().ignoreException(KubernetesClientException.class)
                .until(() -> bystander.resource(configMap("cm-0")).create() != null);
        String writer = "system:serviceaccount:" + namespace + ":writer";
        var mark = east.auditLog().mark();

        for (int i = 1; i <= 50; i++) {
            bystander.resource(configMap("cm-" + i)).fieldManager("counter").serverSideApply();
        }
        bystander.configMaps().inNamespace(namespace).list();

        assertThat(east.auditLog().writes(mark))
                .filteredOn(event -> event.user().equals(writer))
                .hasSize(50)
                .allSatisfy(event -> {
                    assertThat(event.verb()).isEqualTo("patch");
                    assertThat(event.resource()).isEqualTo("configmaps");
                    assertThat(event.namespace()).isEqualTo(namespace);
                    assertThat(event.code()).isEqualTo(201);
                    assertThat(event.query()).containsEntry("fieldManager", "counter");
                });
        assertThat(east.auditLog().lists(mark))
                .filteredOn(event -> event.user().equals(writer))
                .singleElement()
                .extracting(AuditEvent::name)
                .isEqualTo("");
        assertThat(east.auditLog().since(east.auditLog().mark()))
                .filteredOn(event -> event.user().equals(writer))
                .isEmpty();
    }

    @Test
    void serviceAccountsWithoutARoleAreForbidden() {
        client.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("nobody")
                        .endMetadata()
                        .build())
                .create();
        var config = Config.fromKubeconfig(east.serviceAccountKubeconfig(namespace, "nobody"));
        try (KubernetesClient nobody =
                new KubernetesClientBuilder().withConfig(config).build()) {
            assertThatThrownBy(() -> nobody.secrets().inNamespace(namespace).list())
                    .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                            .isEqualTo(403))
                    .hasMessageContaining("system:serviceaccount:" + namespace + ":nobody");
        }
    }

    @Test
    void clientCertificatesAreAUser() {
        var config = Config.fromKubeconfig(east.clientCertificateKubeconfig("peer"));
        // fabric8 takes every PKCS#8 key for RSA unless the algorithm is set.
        config.setClientKeyAlgo("EC");
        try (KubernetesClient peer =
                new KubernetesClientBuilder().withConfig(config).build()) {
            assertThatThrownBy(() -> peer.secrets().inNamespace(namespace).list())
                    .hasMessageContaining("User \"peer\" cannot list resource \"secrets\"");
        }
    }

    private String serviceAccountThatMayEdit(String name) {
        east.applyYaml(
                """
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: %1$s, namespace: %2$s}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: %1$s, namespace: %2$s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
                subjects: [{kind: ServiceAccount, name: %1$s, namespace: %2$s}]
                """
                        .formatted(name, namespace));
        return name;
    }

    private String serviceEntry(String line) {
        return """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: entry, namespace: %s}
                spec:
                  hosts: [entry.example]
                  %s
                """
                .formatted(namespace, line);
    }

    private ConfigMap configMap(String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .build();
    }

    private void loadBalancer(String name) {
        client.resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withType("LoadBalancer")
                        .addNewPort()
                        .withPort(15443)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
    }

    private List<String> addresses(String service) {
        return client
                .services()
                .inNamespace(namespace)
                .withName(service)
                .get()
                .getStatus()
                .getLoadBalancer()
                .getIngress()
                .stream()
                .map(ingress -> ingress.getIp() != null ? ingress.getIp() : ingress.getHostname())
                .toList();
    }

    private List<Endpoint> endpoints(String service) {
        return client
                .discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .withLabel("kubernetes.io/service-name", service)
                .list()
                .getItems()
                .stream()
                .flatMap(slice -> slice.getEndpoints().stream())
                .toList();
    }
}
