package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.api.Names;
import io.meshfed.api.condition.Condition;
import io.meshfed.testbed.LongRunning;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.TestSteps;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Foreign objects (design rule 2): what others made is left alone and named, until it is deleted or handed over. */
@LongRunning
class OwnershipIT {
    private static final String GATEWAYS = "meshfed-gateway";
    private static final String GATEWAY = "istio-eastwestgateway";
    private static final Duration SECONDS = Duration.ofSeconds(10);

    private static final String FOREIGN_GATEWAYS =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: istio-eastwestgateway, namespace: meshfed-gateway}
            spec:
              selector: {matchLabels: {app: somebody-elses}}
              template:
                metadata: {labels: {app: somebody-elses}}
                spec:
                  containers: [{name: proxy, image: example.test/proxy:1}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: istio-eastwestgateway, namespace: meshfed-gateway, labels: {team: edge}}
            spec:
              selector: {app: somebody-elses}
              ports: [{name: https, port: 443}]
            ---
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: meshfed-exports, namespace: meshfed-gateway}
            spec:
              selector: {app: somebody-elses}
              servers: [{port: {number: 443, name: https, protocol: HTTP}, hosts: [shop.example.test]}]
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: meshfed-west, namespace: meshfed-gateway}
            spec:
              gatewayClassName: istio
              listeners: [{name: http, port: 80, protocol: HTTP}]
            """;

    private static Mesh east;
    private static List<ClusterObject> foreign;

    @BeforeAll
    static void foreignObjectsStandBeforeTheMeshIsDeclared() {
        east = OneCluster.installed();
        east.cluster().applyYaml(FOREIGN_GATEWAYS);
        foreign = List.of(
                ClusterObject.deployment(east, GATEWAYS, GATEWAY),
                ClusterObject.service(east, GATEWAYS, GATEWAY),
                ClusterObject.istioGateway(east, GATEWAYS, "meshfed-exports"),
                ClusterObject.remoteGateway(east, GATEWAYS, "meshfed-west"));
        Mesh.until("the foreign pods", () -> foreign.get(0).get().get("status", "availableReplicas") != null);
        east.applyExample("httpbin.yaml");
        east.run();
    }

    @AfterAll
    static void close() {
        east.close();
    }

    /** Before the mesh is declared, foreign objects have the names of all its gateway objects. */
    @TestFactory
    Stream<DynamicTest> foreignGatewayObjectsStayUntilTheyAreDeletedOrHandedOver() {
        return TestSteps.first("foreignGatewayObjectsStayAndAreNamed", this::foreignGatewayObjectsStayAndAreNamed)
                .then(
                        "handedOverDeploymentThatCannotBeChangedIsReported",
                        this::handedOverDeploymentThatCannotBeChangedIsReported)
                .then(
                        "oursAppearWhenTheForeignOnesAreDeletedOrHandedOver",
                        this::oursAppearWhenTheForeignOnesAreDeletedOrHandedOver)
                .inOrder();
    }

    private void foreignGatewayObjectsStayAndAreNamed() {
        List<String> versions = foreign.stream().map(ClusterObject::version).toList();

        ExportingCluster.declare(east);
        east.istiodAndCloudFollow();
        Mesh.until("the gateway's condition", () -> "ForeignObject"
                .equals(Mesh.reason(east.federation("east"), "GatewayReady")));
        Mesh.until("the exports' condition", () -> "ForeignObject"
                .equals(Mesh.reason(east.federation("east"), "Conflict")));
        Mesh.until("the remote's condition", () -> "ForeignObject"
                .equals(Mesh.reason(east.remote("west"), "GatewayKnown")));
        east.settle();

        assertThat(message(east.federation("east"), "GatewayReady"))
                .contains(foreign.get(0).words(), foreign.get(1).words(), "delete or rename it", "meshfed.io/adopt");
        assertThat(message(east.federation("east"), "Conflict"))
                .contains(foreign.get(2).words(), "delete or rename it", "meshfed.io/adopt");
        assertThat(message(east.remote("west"), "GatewayKnown"))
                .contains(foreign.get(3).words(), "delete or rename it", "meshfed.io/adopt");
        assertThat(foreign.stream().map(ClusterObject::version)).isEqualTo(versions);
    }

    private void handedOverDeploymentThatCannotBeChangedIsReported() {
        ClusterObject deployment = foreign.get(0);

        deployment.annotate(Names.ADOPT, "true");
        Mesh.until("the refusal", () -> "WriteRefused".equals(Mesh.reason(east.federation("east"), "GatewayReady")));

        assertThat(message(east.federation("east"), "GatewayReady")).contains(deployment.words(), "spec.selector");
        assertThat(deployment.get().<Integer>get("status", "availableReplicas")).isEqualTo(1);
    }

    private void oursAppearWhenTheForeignOnesAreDeletedOrHandedOver() {
        foreign.get(0).delete();
        foreign.get(2).delete();
        foreign.get(3).delete();
        GenericKubernetesResource service = foreign.get(1).get();
        foreign.get(1).annotate(Names.ADOPT, "true");

        for (ClusterObject object : foreign) {
            assertThat(Mesh.until(object.words(), object::isOurs)).isLessThan(SECONDS);
        }
        GenericKubernetesResource adopted = foreign.get(1).get();
        assertThat(adopted.getMetadata().getUid())
                .isEqualTo(service.getMetadata().getUid());
        assertThat(adopted.<String>get("spec", "clusterIP")).isEqualTo(service.get("spec", "clusterIP"));
        assertThat(adopted.<String>get("spec", "type")).isEqualTo("LoadBalancer");
        assertThat(adopted.<Map<String, String>>get("spec", "selector")).isEqualTo(Map.of("istio", "eastwestgateway"));
        assertThat(adopted.<List<Map<String, Object>>>get("spec", "ports"))
                .extracting(port -> port.get("name"))
                .containsExactly("status-port", "tls");
        assertThat(adopted.getMetadata().getLabels()).doesNotContainKey("team");
        Mesh.until("this mesh", () -> Mesh.holds(east.federation("east"), "Ready"));
        Mesh.until("the remote", () -> Mesh.holds(east.remote("west"), "Ready"));
    }

    private static String message(Optional<? extends HasMetadata> resource, String type) {
        return Mesh.condition(resource, type).map(Condition::message).orElse("");
    }
}
