package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.api.Names;
import io.meshfed.api.condition.Condition;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.LongRunning;
import io.meshfed.testbed.Mesh;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Foreign objects (design rule 2): what others made is left alone and named, until it is deleted or handed over. */
@LongRunning
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OwnershipIT {
    private static final String GATEWAYS = "meshfed-gateway";
    private static final String GATEWAY = "istio-eastwestgateway";
    private static final Duration SECONDS = Duration.ofSeconds(10);
    private static final AtomicInteger NAMESPACES = new AtomicInteger();

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
        east = Mesh.example(Clusters.fresh("east").get("east"), "west", "172.18.64.");
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

    @Test
    @Order(1)
    void foreignGatewayObjectsStayAndAreNamed() {
        List<String> versions = foreign.stream().map(ClusterObject::version).toList();

        EastAlone.declare(east);
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

    @Test
    @Order(2)
    void handedOverDeploymentThatCannotBeChangedIsReported() {
        ClusterObject deployment = foreign.get(0);

        deployment.annotate(Names.ADOPT, "true");
        Mesh.until("the refusal", () -> "WriteRefused".equals(Mesh.reason(east.federation("east"), "GatewayReady")));

        assertThat(message(east.federation("east"), "GatewayReady")).contains(deployment.words(), "spec.selector");
        assertThat(deployment.get().<Integer>get("status", "availableReplicas")).isEqualTo(1);
    }

    @Test
    @Order(3)
    void oursAppearWhenTheForeignOnesAreDeletedOrHandedOver() {
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

    @ParameterizedTest
    @CsvSource({
        "ServiceEntry, false",
        "ServiceEntry, true",
        "WorkloadEntry, false",
        "WorkloadEntry, true",
        "DestinationRule, false",
        "DestinationRule, true"
    })
    @Order(4)
    void foreignObjectInTheWayOfAnImport(String kind, boolean handedOver) {
        String namespace = namespace();
        ClusterObject inTheWay = foreignObject(kind, namespace);
        String version = inTheWay.version();

        importWeb(namespace);
        Mesh.until(
                "the conflict", () -> "ForeignObject".equals(Mesh.reason(east.imported(namespace, "web"), "Conflict")));
        assertThat(message(east.imported(namespace, "web"), "Conflict"))
                .contains(inTheWay.words(), "delete or rename it", "meshfed.io/adopt");
        assertThat(inTheWay.version()).isEqualTo(version);

        if (handedOver) {
            inTheWay.annotate(Names.ADOPT, "true");
        } else {
            inTheWay.delete();
        }
        assertThat(Mesh.until("ours", inTheWay::isOurs)).isLessThan(SECONDS);
        Mesh.until("the import", () -> Mesh.holds(east.imported(namespace, "web"), "Ready"));
    }

    private static ClusterObject foreignObject(String kind, String namespace) {
        if (kind.equals("ServiceEntry")) {
            east.cluster()
                    .applyYaml(
                            """
                    apiVersion: networking.istio.io/v1
                    kind: ServiceEntry
                    metadata: {name: meshfed-web, namespace: %s}
                    spec: {hosts: [web.example.test], ports: [{number: 80, name: http, protocol: HTTP}], resolution: DNS}
                    """
                                    .formatted(namespace));
            return ClusterObject.serviceEntry(east, namespace, "meshfed-web");
        }
        if (kind.equals("DestinationRule")) {
            east.cluster()
                    .applyYaml(
                            """
                    apiVersion: networking.istio.io/v1
                    kind: DestinationRule
                    metadata: {name: meshfed-web, namespace: %s}
                    spec: {host: other.example.test}
                    """
                                    .formatted(namespace));
            return ClusterObject.destinationRule(east, namespace, "meshfed-web");
        }
        east.cluster()
                .applyYaml(
                        """
                apiVersion: networking.istio.io/v1
                kind: WorkloadEntry
                metadata: {name: meshfed-web.west, namespace: %1$s}
                spec: {address: 192.0.2.77, labels: {app: vm}}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: web, namespace: %1$s}
                spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
                """
                                .formatted(namespace));
        return ClusterObject.workloadEntry(east, namespace, "meshfed-web.west");
    }

    /** What an older version called otherwise is found by its owner, and serves until what it was to become stands. */
    @Test
    @Order(5)
    void entryOfAnOlderNameGoesAfterItsSuccessorCame() {
        String namespace = namespace();
        ClusterObject inTheWay = foreignObject("WorkloadEntry", namespace);
        ClusterObject older = ClusterObject.workloadEntry(east, namespace, "meshfed-web-west");
        importWeb(namespace);
        Mesh.until(
                "the conflict", () -> "ForeignObject".equals(Mesh.reason(east.imported(namespace, "web"), "Conflict")));
        String uid = east.imported(namespace, "web").orElseThrow().getMetadata().getUid();
        east.cluster()
                .applyYaml(
                        """
                apiVersion: networking.istio.io/v1
                kind: WorkloadEntry
                metadata:
                  name: meshfed-web-west
                  namespace: %1$s
                  labels: {app.kubernetes.io/managed-by: meshfed, meshfed.io/imported-service: web, meshfed.io/remote: west}
                  annotations: {meshfed.io/owner-uid: %2$s}
                spec: {network: west-network, labels: {app: web, security.istio.io/tlsMode: istio}, serviceAccount: web}
                """
                                .formatted(namespace, uid));
        east.settle();
        assertThat(older.find()).as("while its successor cannot be written").isPresent();

        AuditLog.Mark mark = east.cluster().auditLog().mark();
        inTheWay.delete();
        Mesh.until("the end of the older one", () -> older.find().isEmpty());

        assertThat(inTheWay.isOurs()).isTrue();
        assertThat(east.objectWrites(mark).stream()
                        .filter(write -> write.resource().equals("workloadentries"))
                        .map(write -> write.verb() + " " + write.name()))
                .containsExactly("patch meshfed-web.west", "delete meshfed-web-west");
    }

    private static String namespace() {
        String namespace = "shop-" + NAMESPACES.incrementAndGet();
        east.cluster().createNamespace(namespace);
        return namespace;
    }

    private static void importWeb(String namespace) {
        east.cluster()
                .applyYaml(
                        """
                apiVersion: meshfed.io/v1alpha1
                kind: ImportedService
                metadata: {name: web, namespace: %s}
                spec:
                  from: [{remote: west}]
                  ports: [{name: http, port: 80, appProtocol: http}]
                  serviceAccounts: [web]
                  loadBalancing: {maxRequestsPerConnection: 1}
                """
                                .formatted(namespace));
    }

    private static String message(Optional<? extends HasMetadata> resource, String type) {
        return Mesh.condition(resource, type).map(Condition::message).orElse("");
    }
}
