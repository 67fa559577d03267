package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.meshfed.api.ImportedService;
import io.meshfed.testbed.AuditEvent;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.LongRunning;
import io.meshfed.testbed.Mesh;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two hundred imports, counted by the API server's audit log: what is written when nothing changes, and when one thing does. */
@LongRunning
class AtRestIT {
    private static final int IMPORTS = 200;
    private static final Duration REST = Duration.ofSeconds(60);

    private static TwoClusters clusters;

    @BeforeAll
    static void federate() {
        clusters = TwoClusters.federated();
        Mesh east = clusters.east();
        east.cluster().createNamespace("many");
        for (int i = 0; i < IMPORTS; i++) {
            east.cluster().applyYaml(imported(i));
        }
        Mesh.until("all imports", () -> readyImports() == IMPORTS);
        east.settle();
    }

    private static String imported(int number) {
        return """
                apiVersion: meshfed.io/v1alpha1
                kind: ImportedService
                metadata: {name: service-%d, namespace: many}
                spec:
                  from: [{remote: west}]
                  ports: [{name: http, port: 8080, appProtocol: http}]
                  serviceAccounts: [service]
                """
                .formatted(number);
    }

    private static long readyImports() {
        return clusters
                .east()
                .cluster()
                .adminClient()
                .resources(ImportedService.class)
                .inNamespace("many")
                .list()
                .getItems()
                .stream()
                .filter(i -> Mesh.holds(java.util.Optional.of(i), "Ready"))
                .count();
    }

    @AfterAll
    static void close() {
        clusters.close();
    }

    @Test
    void idleOperatorWritesAndListsNothing() {
        Mesh east = clusters.east();
        AuditLog.Mark mark = east.cluster().auditLog().mark();

        await().pollDelay(REST).atMost(REST.plusSeconds(10)).until(() -> true);

        assertThat(east.operatorWrites(mark)).isEmpty();
        assertThat(lists(mark)).isEmpty();
    }

    @Test
    void addressChangeIsOneWriteForAllImports() {
        Mesh east = clusters.east();
        AuditLog.Mark mark = east.cluster().auditLog().mark();
        String address = clusters.west().nextAddress();

        clusters.west().cluster().cloud().assign("meshfed-gateway", "istio-eastwestgateway", address);
        Mesh.until("the new address", () -> east.get(Gateway.class, "meshfed-gateway", "meshfed-west")
                .getSpec()
                .getAddresses()
                .get(0)
                .getValue()
                .equals(address));
        east.settle();

        assertThat(east.objectWrites(mark)).singleElement().satisfies(write -> assertThat(write.resource())
                .isEqualTo("gateways"));
        assertThat(east.operatorWrites(mark))
                .filteredOn(e -> e.resource().equals("importedservices"))
                .isEmpty();
    }

    @Test
    void secondReconcileOfEverythingWritesNothing() {
        Mesh east = clusters.east();
        AuditLog.Mark mark = east.cluster().auditLog().mark();

        east.crashAndRestart();
        Mesh.until(
                "a reconciliation of every import",
                () -> east.operator().reconciliations("ImportedService") >= IMPORTS);
        east.settle();

        assertThat(east.operatorWrites(mark)).isEmpty();
        assertThat(east.get(ServiceEntry.class, "many", "meshfed-service-0")
                        .getSpec()
                        .getHosts())
                .containsExactly("service-0.many.svc.cluster.local");
    }

    private static List<AuditEvent> lists(AuditLog.Mark mark) {
        return clusters.east().cluster().auditLog().lists(mark).stream()
                .filter(clusters.east()::byOperator)
                .toList();
    }
}
