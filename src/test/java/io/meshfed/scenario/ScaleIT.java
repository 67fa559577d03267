package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.api.RemoteMesh;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.TestSteps;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * As many imports as {@code -Dscale.imports} says, by an operator with the heap of its container. Not part of a build: at
 * ten thousand it takes a quarter of an hour and more. What it measures it prints.
 */
@EnabledIfSystemProperty(named = "scale.imports", matches = "[0-9]+")
class ScaleIT {
    private static final int IMPORTS = Integer.getInteger("scale.imports", 0);
    private static final int IN_EACH_NAMESPACE = 100;
    private static final Duration LONG = Duration.ofMinutes(60);

    private static OneCluster east;

    @BeforeAll
    static void start() {
        east = OneCluster.started().federated();
        east.remoteAt("west", "172.18.1.1");
    }

    @AfterAll
    static void close() {
        east.close();
    }

    /** All imports are created once, by the first step. */
    @TestFactory
    Stream<DynamicTest> manyImports() {
        return TestSteps.first("allAreServed", this::allAreServed)
                .then("anAddressChangeWakesNoImport", this::anAddressChangeWakesNoImport)
                .then("aDrainReachesEveryEntry", this::aDrainReachesEveryEntry)
                .then("aRestartWritesNothing", this::aRestartWritesNothing)
                .inOrder();
    }

    private void allAreServed() throws Exception {
        Instant start = Instant.now();
        ExecutorService writers = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Void>> work = IntStream.range(0, (IMPORTS + IN_EACH_NAMESPACE - 1) / IN_EACH_NAMESPACE)
                    .<Callable<Void>>mapToObj(n -> () -> {
                        fill(n);
                        return null;
                    })
                    .toList();
            for (var done : writers.invokeAll(work)) {
                done.get();
            }
        } finally {
            writers.shutdownNow();
        }
        print("made by the test", start);
        eventually("all entries", () -> entries() == IMPORTS);
        print("all served, from the first on", start);
        rest();
        System.out.println("SCALE heap after rest: " + heap());
    }

    private static void fill(int number) {
        KubernetesClient client = east.mesh().cluster().adminClient();
        String namespace = "many-" + number;
        east.mesh().cluster().createNamespace(namespace);
        for (int i = 0; i < Math.min(IN_EACH_NAMESPACE, IMPORTS - number * IN_EACH_NAMESPACE); i++) {
            client.resource(Serialization.<HasMetadata>unmarshal(
                            """
                            ---
                            apiVersion: meshfed.io/v1alpha1
                            kind: ImportedService
                            metadata: {name: shop-%d, namespace: %s}
                            spec:
                              ports: [{name: http, port: 8080, appProtocol: http}, {name: grpc, port: 9090, appProtocol: grpc}]
                              serviceAccounts: [shop]
                            """
                                    .formatted(i, namespace)))
                    .create();
        }
    }

    private void anAddressChangeWakesNoImport() {
        long before = east.mesh().operator().reconciliations("ImportedService");
        AuditLog.Mark mark = east.mesh().cluster().auditLog().mark();
        Instant start = Instant.now();

        east.remoteAt("west", "172.18.1.2");
        eventually("the address", () -> east.registered("west").equals(List.of("172.18.1.2")));
        print("address change", start);
        rest();

        assertThat(east.mesh().objectWrites(mark)).hasSize(1);
        assertThat(east.mesh().operator().reconciliations("ImportedService")).isEqualTo(before);
    }

    private void aDrainReachesEveryEntry() {
        Instant start = Instant.now();

        east.mesh().cluster().mergeSpec(RemoteMesh.class, "west", "drained: true");
        eventually("no endpoints", () -> endpoints() == 0);
        print("drain of all", start);
        east.mesh().cluster().mergeSpec(RemoteMesh.class, "west", "drained: false");
        eventually("all endpoints", () -> endpoints() == IMPORTS);
        rest();

        System.out.println("SCALE heap after drain and back: " + heap());
    }

    private void aRestartWritesNothing() {
        AuditLog.Mark mark = east.mesh().cluster().auditLog().mark();
        Instant start = Instant.now();

        Duration ready = east.mesh().crashAndRestart();
        System.out.println("SCALE ready after a crash: " + ready.toMillis() + " ms");
        eventually(
                "a reconciliation of every import",
                () -> east.mesh().operator().reconciliations("ImportedService") >= IMPORTS);
        print("restart to the last look", start);
        rest();

        assertThat(east.mesh().operatorWrites(mark)).isEmpty();
        System.out.println("SCALE heap after restart: " + heap());
    }

    private static void rest() {
        AuditLog.Mark[] mark = {east.mesh().cluster().auditLog().mark()};
        await("rest").pollInterval(Duration.ofSeconds(5)).atMost(LONG).until(() -> {
            boolean quiet = east.mesh().operatorWrites(mark[0]).isEmpty();
            mark[0] = east.mesh().cluster().auditLog().mark();
            return quiet;
        });
    }

    private static void eventually(String what, Callable<Boolean> condition) {
        await(what).pollInterval(Duration.ofSeconds(1)).atMost(LONG).until(condition);
    }

    private static List<ServiceEntry> all() {
        return east.mesh()
                .cluster()
                .adminClient()
                .resources(ServiceEntry.class)
                .inAnyNamespace()
                .list()
                .getItems();
    }

    private static int entries() {
        return all().size();
    }

    private static long endpoints() {
        return all().stream()
                .filter(e -> e.getSpec().getEndpoints() != null
                        && !e.getSpec().getEndpoints().isEmpty())
                .count();
    }

    /** What is used of the heap; garbage that was not collected yet is part of it. */
    private static String heap() {
        return east.mesh()
                .operator()
                .body("/q/metrics")
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\"")
                        || line.startsWith("jvm_gc_live_data_size_bytes")
                        || line.startsWith("process_resident"))
                .toList()
                .toString();
    }

    private static void print(String what, Instant start) {
        System.out.println(
                "SCALE " + what + ": " + Duration.between(start, Instant.now()).toMillis() + " ms");
    }
}
