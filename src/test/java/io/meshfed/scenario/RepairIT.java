package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.api.Names;
import io.meshfed.api.condition.Condition;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.LongRunning;
import io.meshfed.testbed.Mesh;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator repairs its objects, regardless of who changed them (design rule 2), and never overwrites foreign objects. */
@LongRunning
class RepairIT {
    private static final String GATEWAYS = "meshfed-gateway";
    private static final String GATEWAY = "istio-eastwestgateway";
    private static final Duration SECONDS = Duration.ofSeconds(10);
    private static final AtomicInteger NAMESPACES = new AtomicInteger();

    private static Mesh east;

    @BeforeAll
    static void declare() {
        east = OneCluster.installed().run();
        east.applyExample("httpbin.yaml");
        ExportingCluster.federate(east);
    }

    @AfterAll
    static void close() {
        east.close();
    }

    @Test
    void editedEntryIsRepaired() {
        String namespace = importedWeb();
        ClusterObject entry = ClusterObject.serviceEntry(east, namespace, "meshfed-web");
        String host = "web." + namespace + ".svc.cluster.local";

        entry.patch("{\"spec\":{\"hosts\":[\"elsewhere.example.test\"],\"location\":\"MESH_EXTERNAL\"}}");

        Mesh.until("the repair", () -> hosts(namespace).equals(List.of(host)));
        assertThat(entry.get().<String>get("spec", "location")).isEqualTo("MESH_INTERNAL");
        assertThat(Mesh.holds(east.imported(namespace, "web"), "Ready")).isTrue();
    }

    @Test
    void deletedObjectsAreCreatedAgain() {
        String namespace = importedWeb();
        for (ClusterObject object : List.of(
                ClusterObject.serviceEntry(east, namespace, "meshfed-web"),
                ClusterObject.destinationRule(east, namespace, "meshfed-web"),
                ClusterObject.deployment(east, GATEWAYS, GATEWAY),
                ClusterObject.istioGateway(east, GATEWAYS, "meshfed-exports"),
                ClusterObject.remoteGateway(east, GATEWAYS, "meshfed-west"))) {
            String uid = object.get().getMetadata().getUid();

            object.delete();

            Duration back = Mesh.until(object.words(), () -> object.find()
                    .filter(o -> !o.getMetadata().getUid().equals(uid))
                    .isPresent());
            assertThat(back).as(object.words()).isLessThan(SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'labels':{'app.kubernetes.io/managed-by':null}}",
                "{'labels':{'app.kubernetes.io/managed-by':'Helm'}}",
                "{'labels':{'meshfed.io/imported-service':'other'}}",
                "{'labels':null}",
                "{'annotations':{'meshfed.io/owner-uid':'11111111-2222-3333-4444-555555555555'}}",
                "{'annotations':null}",
                "{'ownerReferences':null}",
                "{'labels':null,'annotations':null}"
            })
    void corruptedMarksAreRepaired(String corruption) {
        String namespace = importedWeb();
        ClusterObject entry = ClusterObject.serviceEntry(east, namespace, "meshfed-web");
        var before = entry.get().getMetadata();

        entry.patch("{\"metadata\":" + corruption.replace('\'', '"') + "}");

        Mesh.until("the repair", () -> {
            var now = entry.get().getMetadata();
            return before.getLabels().equals(now.getLabels())
                    && before.getAnnotations().equals(now.getAnnotations())
                    && before.getOwnerReferences().equals(now.getOwnerReferences());
        });
        assertThat(entry.get().getMetadata().getUid()).isEqualTo(before.getUid());
        assertThat(entries(namespace)).hasSize(1);
    }

    @Test
    void entryThatLostAllItsMarksIsReportedAndNotDuplicated() {
        String namespace = importedWeb();
        ClusterObject entry = ClusterObject.serviceEntry(east, namespace, "meshfed-web");

        entry.patch("{\"metadata\":{\"labels\":null,\"annotations\":null,\"ownerReferences\":null}}");

        Mesh.until(
                "the report", () -> "ForeignObject".equals(Mesh.reason(east.imported(namespace, "web"), "Conflict")));
        assertThat(entries(namespace)).hasSize(1);
    }

    @Test
    void rivalWriterEndsInAConflictThatEndsWithTheRival() {
        String namespace = importedWeb();
        ClusterObject entry = ClusterObject.serviceEntry(east, namespace, "meshfed-web");
        List<String> ours = hosts(namespace);
        AuditLog.Mark mark = east.cluster().auditLog().mark();

        ScheduledExecutorService rival = Executors.newSingleThreadScheduledExecutor();
        try {
            rival.scheduleAtFixedRate(
                    () -> entry.patch("{\"spec\":{\"hosts\":[\"rival.example.test\"]}}"),
                    0,
                    200,
                    TimeUnit.MILLISECONDS);
            Mesh.until("the conflict", () -> "ContestedObject"
                    .equals(Mesh.reason(east.imported(namespace, "web"), "Conflict")));
            await().pollDelay(Duration.ofSeconds(28)).atMost(Mesh.PATIENCE).until(() -> true);
        } finally {
            rival.shutdownNow();
        }

        assertThat(repairs(namespace, mark)).isBetween(5, 10);
        assertThat(Mesh.holds(east.imported(namespace, "web"), "Ready")).isFalse();
        assertThat(message(east.imported(namespace, "web"), "Conflict")).contains(entry.words(), "managedFields");
        await("recovery without any event").atMost(Duration.ofSeconds(45)).until(() -> hosts(namespace)
                .equals(ours));
        Mesh.until("the status", () -> Mesh.holds(east.imported(namespace, "web"), "Ready"));
    }

    private static int repairs(String namespace, AuditLog.Mark since) {
        return (int) east.objectWrites(since).stream()
                .filter(write -> write.namespace().equals(namespace))
                .count();
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
    void foreignObjectStopsAnImportUntilItIsDeletedOrHandedOver(String kind, boolean handedOver) {
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
    void entryOfAnOlderNameIsDeletedAfterItsSuccessorWasWritten() {
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

    private static String importedWeb() {
        String namespace = namespace();
        importWeb(namespace);
        Mesh.until("the import", () -> Mesh.holds(east.imported(namespace, "web"), "Ready"));
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

    private static List<ServiceEntry> entries(String namespace) {
        return east.cluster()
                .adminClient()
                .resources(ServiceEntry.class)
                .inNamespace(namespace)
                .list()
                .getItems();
    }

    private static List<String> hosts(String namespace) {
        return east.get(ServiceEntry.class, namespace, "meshfed-web").getSpec().getHosts();
    }

    private static String message(Optional<? extends HasMetadata> resource, String type) {
        return Mesh.condition(resource, type).map(Condition::message).orElse("");
    }
}
