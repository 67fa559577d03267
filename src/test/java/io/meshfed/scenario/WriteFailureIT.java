package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.meshfed.api.ImportedService;
import io.meshfed.testbed.AuditEvent;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.FailingWebhook;
import io.meshfed.testbed.LongRunning;
import io.meshfed.testbed.Mesh;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the API server does not take, and what others hold: said once, in time, and over when it is over. */
@LongRunning
class WriteFailureIT {
    private static final String GATEWAYS = "meshfed-gateway";
    private static final String GATEWAY = "istio-eastwestgateway";
    private static final int MANY = 40;
    private static final Duration A_WHILE = Duration.ofSeconds(40);

    private static OneCluster east;

    @BeforeAll
    static void start() {
        east = OneCluster.started().federated();
        east.remoteAt("other", "172.18.2.1");
    }

    @AfterAll
    static void close() {
        east.close();
    }

    @Test
    void webhookOutageIsReportedOnceAndWritesResume() {
        east.imported("hooked", "other");
        Mesh.until("the import", () -> Mesh.holds(east.imported("hooked"), "Ready"));
        String version = OneCluster.version(east.entry("hooked"));
        try (FailingWebhook webhook =
                FailingWebhook.inFrontOf(east.mesh().cluster(), "hooked", FailingWebhook.Failure.ERROR)) {
            AuditLog.Mark mark = east.mesh().cluster().auditLog().mark();
            east.mergeImport("hooked", "{\"serviceAccounts\": [\"another\"]}");
            Mesh.until("the message in status", () -> "WebhookUnavailable"
                    .equals(Mesh.reason(east.imported("hooked"), "Conflict")));
            ImportedService told = east.imported("hooked").orElseThrow();

            await("a while").pollDelay(A_WHILE).atMost(A_WHILE.plusSeconds(10)).until(() -> true);

            assertThat(OneCluster.message(east.imported("hooked"), "Ready"))
                    .contains("ServiceEntry hooked/meshfed-shop", FailingWebhook.NAME, "kubectl get");
            assertThat(Mesh.reason(east.imported("hooked"), "Reconciling")).isEqualTo("WebhookUnavailable");
            assertThat(Mesh.condition(east.imported("hooked"), "Stalled")).isEmpty();
            assertThat(OneCluster.version(east.imported("hooked")))
                    .as("one status for the whole outage")
                    .isEqualTo(told.getMetadata().getResourceVersion());
            assertThat(OneCluster.version(east.entry("hooked"))).isEqualTo(version);
            assertThat(events("hooked")).containsOnlyOnce("WebhookUnavailable");
            assertThat(attempts(mark)).as("attempts, farther and farther apart").isBetween(3L, 24L);

            webhook.behave();
            Mesh.until(
                    "the write", () -> !OneCluster.version(east.entry("hooked")).equals(version));
            Mesh.until("the import", () -> Mesh.holds(east.imported("hooked"), "Ready"));
            assertThat(events("hooked")).containsOnlyOnce("WebhookUnavailable");
        }
    }

    private static long attempts(AuditLog.Mark mark) {
        return east.mesh().objectWrites(mark).stream()
                .filter(write -> write.namespace().equals("hooked"))
                .count();
    }

    private static List<String> events(String namespace) {
        return east
                .mesh()
                .cluster()
                .adminClient()
                .events()
                .v1()
                .events()
                .inNamespace(namespace)
                .list()
                .getItems()
                .stream()
                .map(Event::getReason)
                .toList();
    }

    @Test
    void replicasPassToAnAutoscalerAndBackWithoutADip() throws Exception {
        replicas(3, 3);
        Mesh.until("three", () -> deployment().getSpec().getReplicas() == 3);
        List<Integer> seen = new CopyOnWriteArrayList<>();
        try (Watch watch = watch(seen)) {
            replicas(2, 5);
            Mesh.until("the autoscaler", () -> east.mesh()
                    .find(HorizontalPodAutoscaler.class, GATEWAYS, GATEWAY)
                    .isPresent());
            scale(4);
            east.mesh().settle();
            assertThat(deployment().getSpec().getReplicas())
                    .as("the autoscaler's number")
                    .isEqualTo(4);

            replicas(2, 2);
            Mesh.until("two", () -> deployment().getSpec().getReplicas() == 2);
            east.mesh().settle();
            assertThat(east.mesh().find(HorizontalPodAutoscaler.class, GATEWAYS, GATEWAY))
                    .isEmpty();
        }
        assertThat(seen).as("replicas at any moment").allMatch(replicas -> replicas >= 2);
    }

    private static Watch watch(List<Integer> seen) {
        return east.mesh()
                .cluster()
                .adminClient()
                .apps()
                .deployments()
                .inNamespace(GATEWAYS)
                .withName(GATEWAY)
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, Deployment deployment) {
                        seen.add(deployment.getSpec().getReplicas());
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                        // What was seen by then counts.
                    }
                });
    }

    private static void replicas(int min, int max) {
        new ClusterObject(east.mesh(), "meshfed.io/v1alpha1", "MeshFederation", "", "east")
                .patch("{\"spec\":{\"gateway\":{\"replicas\":{\"min\":%d,\"max\":%d}}}}".formatted(min, max));
    }

    private static Deployment deployment() {
        return east.mesh().get(Deployment.class, GATEWAYS, GATEWAY);
    }

    private static void scale(int replicas) {
        east.mesh()
                .cluster()
                .adminClient()
                .apps()
                .deployments()
                .inNamespace(GATEWAYS)
                .withName(GATEWAY)
                .scale(replicas);
    }

    @Test
    void nothingIsWrittenToATerminatingNamespace() {
        east.imported("going", "other");
        IntStream.range(0, MANY).forEach(i -> east.imported("going", "other", "shop-" + i));
        Mesh.until(
                "the imports",
                () -> east.mesh()
                                .cluster()
                                .adminClient()
                                .resources(ServiceEntry.class)
                                .inNamespace("going")
                                .list()
                                .getItems()
                                .size()
                        > MANY);
        east.mesh().settle();
        AuditLog.Mark mark = east.mesh().cluster().auditLog().mark();

        east.mesh().cluster().adminClient().namespaces().withName("going").delete();
        Mesh.until(
                "the end",
                () -> east.mesh()
                                .cluster()
                                .adminClient()
                                .namespaces()
                                .withName("going")
                                .get()
                        == null);

        assertThat(east.mesh().operatorWrites(mark))
                .filteredOn(write -> write.namespace().equals("going"))
                .extracting(AuditEvent::verb, AuditEvent::resource, AuditEvent::code)
                .isEmpty();
    }
}
