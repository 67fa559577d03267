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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Three meshes at once, each with its own names for everything, all of them remotes of each other. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ThreeMeshesIT {
    private static final String HOST = "web.shop.svc.mesh.internal";

    private static Map<Place, Mesh> meshes;

    @BeforeAll
    static void federateAll() {
        Clusters clusters = Clusters.fresh(
                ClusterOptions.named("red").withServiceCidr("10.255.10.0/24"),
                ClusterOptions.named("green").withServiceCidr("10.255.30.0/24"),
                ClusterOptions.named("blue").withServiceCidr("10.255.50.0/24"));
        meshes = Map.of(
                Place.RED, Place.RED.install(clusters.get("red"), "172.18.64."),
                Place.GREEN, Place.GREEN.install(clusters.get("green"), "172.18.128."),
                Place.BLUE, Place.BLUE.install(clusters.get("blue"), "172.18.192."));
        Place.ALL.forEach(place -> mesh(place).run());
        for (Place place : Place.ALL) {
            mesh(place).cluster().applyYaml(place.federation());
            Mesh.until("the root", () -> mesh(place)
                    .find(Secret.class, place.controlPlane(), "cacerts")
                    .isPresent());
            if (place.equals(Place.RED)) {
                mesh(Place.RED).copySecret("shared-root", mesh(Place.GREEN));
                mesh(Place.RED).copySecret("shared-root", mesh(Place.BLUE));
            }
            mesh(place).istio().publishRoot();
            mesh(place).cloudWakes();
            mesh(place).cluster().applyYaml(place.reader());
        }
        for (Place place : Place.ALL) {
            place.others().forEach(other -> connect(place, other));
        }
        for (Place place : Place.ALL) {
            Mesh.until(place.name(), () -> Mesh.holds(mesh(place).federation(place.name()), "Ready"));
            place.others()
                    .forEach(other -> Mesh.until(
                            other.name() + " in " + place.name(),
                            () -> Mesh.holds(mesh(place).remote(other.name()), "Ready")));
        }
    }

    private static void connect(Place looker, Place lookedAt) {
        mesh(looker)
                .kubeconfigSecret(
                        lookedAt.name() + "-kubeconfig",
                        mesh(lookedAt).cluster().serviceAccountKubeconfig(lookedAt.edge(), "peer"));
        mesh(looker).cluster().applyYaml(lookedAt.asRemote());
    }

    @AfterAll
    static void close() {
        if (meshes != null) {
            meshes.values().forEach(Mesh::close);
        }
    }

    private static Mesh mesh(Place place) {
        return meshes.get(place);
    }

    @Test
    @Order(1)
    void everyMeshHasItsGatewayWhereAndAsItSays() {
        for (Place place : Place.ALL) {
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

    @Test
    @Order(2)
    void hostOfTwoMeshesIsOneHostWithTheirWeights() {
        for (Place place : List.of(Place.RED, Place.GREEN)) {
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
        mesh(Place.BLUE).cluster().createNamespace("shop");
        mesh(Place.BLUE)
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

        ServiceEntry entry = mesh(Place.BLUE).get(ServiceEntry.class, "shop", "meshfed-web");
        assertThat(entry.getSpec().getHosts()).containsExactly(HOST);
        assertThat(entry.getSpec().getEndpoints())
                .extracting(e -> e.getNetwork() + " " + e.getWeight())
                .containsExactlyInAnyOrder("net-a 3", "net-b 2");
        assertThat(entry.getSpec().getSubjectAltNames())
                .containsExactlyInAnyOrder(
                        "spiffe://red.example/ns/shop/sa/web", "spiffe://green.example/ns/shop/sa/web");
    }

    @Test
    @Order(3)
    void bothRemotesJoinTheLocalService() {
        mesh(Place.BLUE)
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
                () -> mesh(Place.BLUE)
                                .find(ServiceEntry.class, "shop", "meshfed-web")
                                .isEmpty()
                        && workloadEntry("red").find().isPresent()
                        && workloadEntry("green").find().isPresent());
        importIsReady();
        WorkloadEntry red = mesh(Place.BLUE).get(WorkloadEntry.class, "shop", "meshfed-web.red");
        assertThat(red.getSpec().getNetwork()).isEqualTo("net-a");
        assertThat(red.getSpec().getWeight()).isEqualTo(3L);
        assertThat(red.getSpec().getLabels()).containsEntry("app", "web");
    }

    @Test
    @Order(4)
    void deletedRemoteTakesOnlyItsOwn() {
        List<Placed> ofGreen = List.of(
                workloadEntry("green"),
                Placed.remoteGateway(mesh(Place.BLUE), Place.BLUE.edge(), "meshfed-green"),
                Placed.deployment(mesh(Place.BLUE), Place.BLUE.edge(), "istio-eastwestgateway"),
                new Placed(mesh(Place.BLUE), "v1", "Secret", Place.BLUE.controlPlane(), "cacerts"));
        List<String> before = ofGreen.stream().map(Placed::version).toList();

        mesh(Place.BLUE)
                .cluster()
                .adminClient()
                .resources(RemoteMesh.class)
                .withName("red")
                .delete();

        Mesh.until("the end of red", () -> mesh(Place.BLUE).remote("red").isEmpty());
        Mesh.until("the end of its entry", () -> workloadEntry("red").find().isEmpty());
        assertThat(Placed.remoteGateway(mesh(Place.BLUE), Place.BLUE.edge(), "meshfed-red")
                        .find())
                .isEmpty();
        mesh(Place.BLUE).settle();
        assertThat(ofGreen.stream().map(Placed::version)).isEqualTo(before);
        assertThat(Mesh.holds(mesh(Place.BLUE).remote("green"), "Ready")).isTrue();
    }

    private static Placed workloadEntry(String remote) {
        return Placed.workloadEntry(mesh(Place.BLUE), "shop", "meshfed-web." + remote);
    }

    private static void importIsReady() {
        Mesh.until("the import", () -> Mesh.holds(mesh(Place.BLUE).imported("shop", "web"), "Ready"));
    }
}
