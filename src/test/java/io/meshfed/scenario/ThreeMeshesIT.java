package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.istio.api.networking.v1.Gateway;
import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.meshfed.api.RemoteMesh;
import io.meshfed.testbed.ClusterOptions;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.TestSteps;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Three meshes at once, each with its own names for everything, all of them remotes of each other. */
class ThreeMeshesIT {
    private static final String HOST = "web.shop.svc.mesh.internal";

    private static Map<MeshSettings, Mesh> meshes;

    @BeforeAll
    static void federateAll() {
        Clusters clusters = Clusters.fresh(
                ClusterOptions.named("red").withServiceCidr("10.255.10.0/24"),
                ClusterOptions.named("green").withServiceCidr("10.255.30.0/24"),
                ClusterOptions.named("blue").withServiceCidr("10.255.50.0/24"));
        meshes = Map.of(
                MeshSettings.RED, MeshSettings.RED.install(clusters.get("red"), "172.18.64."),
                MeshSettings.GREEN, MeshSettings.GREEN.install(clusters.get("green"), "172.18.128."),
                MeshSettings.BLUE, MeshSettings.BLUE.install(clusters.get("blue"), "172.18.192."));
        MeshSettings.ALL.forEach(place -> mesh(place).run());
        for (MeshSettings place : MeshSettings.ALL) {
            mesh(place).cluster().applyYaml(place.federation());
            Mesh.until("the root", () -> mesh(place)
                    .find(Secret.class, place.controlPlane(), "cacerts")
                    .isPresent());
            if (place.equals(MeshSettings.RED)) {
                mesh(MeshSettings.RED).copySecret("shared-root", mesh(MeshSettings.GREEN));
                mesh(MeshSettings.RED).copySecret("shared-root", mesh(MeshSettings.BLUE));
            }
            mesh(place).istio().publishRoot();
            mesh(place).cloudWakes();
            mesh(place).cluster().applyYaml(place.reader());
        }
        for (MeshSettings place : MeshSettings.ALL) {
            place.others().forEach(other -> connect(place, other));
        }
        for (MeshSettings place : MeshSettings.ALL) {
            Mesh.until(place.name(), () -> Mesh.holds(mesh(place).federation(place.name()), "Ready"));
            place.others()
                    .forEach(other -> Mesh.until(
                            other.name() + " in " + place.name(),
                            () -> Mesh.holds(mesh(place).remote(other.name()), "Ready")));
        }
    }

    private static void connect(MeshSettings mesh, MeshSettings peer) {
        mesh(mesh)
                .kubeconfigSecret(
                        peer.name() + "-kubeconfig",
                        mesh(peer).cluster().serviceAccountKubeconfig(peer.edge(), "peer"));
        mesh(mesh).cluster().applyYaml(peer.asRemote());
    }

    @AfterAll
    static void close() {
        if (meshes != null) {
            meshes.values().forEach(Mesh::close);
        }
    }

    private static Mesh mesh(MeshSettings place) {
        return meshes.get(place);
    }

    /** Three operators are federated once; the steps build on one import. */
    @TestFactory
    Stream<DynamicTest> threeMeshesFromAnImportToTheDeletionOfOne() {
        return TestSteps.first("everyMeshHasTheGatewayOfItsSpec", this::everyMeshHasTheGatewayOfItsSpec)
                .then("hostOfTwoMeshesIsOneHostWithTheirWeights", this::hostOfTwoMeshesIsOneHostWithTheirWeights)
                .then("bothRemotesJoinTheLocalService", this::bothRemotesJoinTheLocalService)
                .then("onlyTheObjectsOfADeletedRemoteAreDeleted", this::onlyTheObjectsOfADeletedRemoteAreDeleted)
                .inOrder();
    }

    private void everyMeshHasTheGatewayOfItsSpec() {
        for (MeshSettings place : MeshSettings.ALL) {
            Deployment gateway = mesh(place).get(Deployment.class, place.edge(), "istio-eastwestgateway");
            assertThat(gateway.getSpec().getTemplate().getMetadata().getLabels())
                    .containsEntry("topology.istio.io/network", place.network());
            assertThat(gateway.getSpec().getTemplate().getMetadata().getLabels().getOrDefault("istio.io/rev", ""))
                    .isEqualTo(place.revision());
            place.others().forEach(other -> {
                var registered = mesh(place)
                        .get(
                                io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway.class,
                                place.edge(),
                                "meshfed-" + other.name());
                assertThat(registered.getMetadata().getLabels())
                        .containsEntry("topology.istio.io/network", other.network());
                assertThat(registered.getSpec().getListeners().get(0).getPort()).isEqualTo(other.port());
            });
        }
    }

    private void hostOfTwoMeshesIsOneHostWithTheirWeights() {
        for (MeshSettings place : List.of(MeshSettings.RED, MeshSettings.GREEN)) {
            mesh(place)
                    .cluster()
                    .applyYaml(
                            """
                    apiVersion: v1
                    kind: Namespace
                    metadata: {name: shop, labels: {meshfed.io/export: allowed}}
                    ---
                    apiVersion: v1
                    kind: Service
                    metadata: {name: web, namespace: shop, labels: {meshfed.io/export: "true"}}
                    spec: {selector: {app: web}, ports: [{name: http, port: 8000}]}
                    """);
            Mesh.until("the export", () -> mesh(place)
                    .find(Gateway.class, place.edge(), "meshfed-exports")
                    .isPresent());
            Gateway exports = mesh(place).get(Gateway.class, place.edge(), "meshfed-exports");
            assertThat(exports.getSpec().getServers()).singleElement().satisfies(server -> {
                assertThat(server.getHosts()).containsExactly(HOST);
                assertThat(server.getPort().getNumber()).isEqualTo((long) place.port());
            });
        }
        mesh(MeshSettings.BLUE).cluster().createNamespace("shop");
        mesh(MeshSettings.BLUE)
                .cluster()
                .applyYaml(
                        """
                apiVersion: meshfed.io/v1alpha1
                kind: ImportedService
                metadata: {name: web, namespace: shop}
                spec:
                  from: [{remote: red, weight: 3}, {remote: green, weight: 2}]
                  ports: [{name: http, port: 8000, appProtocol: http}]
                  serviceAccounts: [web]
                """);
        importIsReady();

        ServiceEntry entry = mesh(MeshSettings.BLUE).get(ServiceEntry.class, "shop", "meshfed-web");
        assertThat(entry.getSpec().getHosts()).containsExactly(HOST);
        assertThat(entry.getSpec().getEndpoints())
                .extracting(e -> e.getNetwork() + " " + e.getWeight())
                .containsExactlyInAnyOrder("net-a 3", "net-b 2");
        assertThat(entry.getSpec().getSubjectAltNames())
                .containsExactlyInAnyOrder(
                        "spiffe://red.example/ns/shop/sa/web", "spiffe://green.example/ns/shop/sa/web");
    }

    private void bothRemotesJoinTheLocalService() {
        mesh(MeshSettings.BLUE)
                .cluster()
                .applyYaml(
                        """
                apiVersion: v1
                kind: Service
                metadata: {name: web, namespace: shop}
                spec: {selector: {app: web}, ports: [{name: http, port: 8000}]}
                """);

        Mesh.until(
                "the flip",
                () -> mesh(MeshSettings.BLUE)
                                .find(ServiceEntry.class, "shop", "meshfed-web")
                                .isEmpty()
                        && workloadEntry("red").find().isPresent()
                        && workloadEntry("green").find().isPresent());
        importIsReady();
        WorkloadEntry red = mesh(MeshSettings.BLUE).get(WorkloadEntry.class, "shop", "meshfed-web.red");
        assertThat(red.getSpec().getNetwork()).isEqualTo("net-a");
        assertThat(red.getSpec().getWeight()).isEqualTo(3L);
        assertThat(red.getSpec().getLabels()).containsEntry("app", "web");
    }

    private void onlyTheObjectsOfADeletedRemoteAreDeleted() {
        List<ClusterObject> ofGreen = List.of(
                workloadEntry("green"),
                ClusterObject.remoteGateway(mesh(MeshSettings.BLUE), MeshSettings.BLUE.edge(), "meshfed-green"),
                ClusterObject.deployment(mesh(MeshSettings.BLUE), MeshSettings.BLUE.edge(), "istio-eastwestgateway"),
                new ClusterObject(
                        mesh(MeshSettings.BLUE), "v1", "Secret", MeshSettings.BLUE.controlPlane(), "cacerts"));
        List<String> before = ofGreen.stream().map(ClusterObject::version).toList();

        mesh(MeshSettings.BLUE)
                .cluster()
                .adminClient()
                .resources(RemoteMesh.class)
                .withName("red")
                .delete();

        Mesh.until("the end of red", () -> mesh(MeshSettings.BLUE).remote("red").isEmpty());
        Mesh.until("the end of its entry", () -> workloadEntry("red").find().isEmpty());
        assertThat(ClusterObject.remoteGateway(mesh(MeshSettings.BLUE), MeshSettings.BLUE.edge(), "meshfed-red")
                        .find())
                .isEmpty();
        mesh(MeshSettings.BLUE).settle();
        assertThat(ofGreen.stream().map(ClusterObject::version)).isEqualTo(before);
        assertThat(Mesh.holds(mesh(MeshSettings.BLUE).remote("green"), "Ready")).isTrue();
    }

    private static ClusterObject workloadEntry(String remote) {
        return ClusterObject.workloadEntry(mesh(MeshSettings.BLUE), "shop", "meshfed-web." + remote);
    }

    private static void importIsReady() {
        Mesh.until("the import", () -> Mesh.holds(mesh(MeshSettings.BLUE).imported("shop", "web"), "Ready"));
    }
}
