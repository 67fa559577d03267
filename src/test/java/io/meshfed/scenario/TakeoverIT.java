package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.LongRunning;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.OperatorProcess;
import io.meshfed.testbed.TestSteps;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Two operators in one cluster: one leads, the other takes over, and nothing is written twice. */
@LongRunning
class TakeoverIT {
    private static final Duration GRACE = Duration.ofSeconds(15);

    private static OneCluster east;
    private static OperatorProcess second;

    @BeforeAll
    static void startTwo() {
        east = OneCluster.started();
        second = OperatorProcess.startBeside(east.mesh().cluster(), east.mesh().installation(), "operator-2");
        east.federated();
    }

    @AfterAll
    static void close() {
        second.close();
        east.close();
    }

    private static String leader() {
        return east.mesh()
                .get(Lease.class, "meshfed-system", "meshfed")
                .getSpec()
                .getHolderIdentity();
    }

    /** Each step ends with another leader, and the next one takes the lead from it. */
    @TestFactory
    Stream<DynamicTest> leadershipPassesFromOperatorToOperator() {
        return TestSteps.first("onlyTheLeaderWrites", this::onlyTheLeaderWrites)
                .then("secondTakesOverAfterACrash", this::secondTakesOverAfterACrash)
                .then("frozenLeaderWritesNothingAfterItThaws", this::frozenLeaderWritesNothingAfterItThaws)
                .then("terminatedLeaderReleasesTheLease", this::terminatedLeaderReleasesTheLease)
                .inOrder();
    }

    private void onlyTheLeaderWrites() {
        east.mesh().settle();
        AuditLog.Mark mark = east.mesh().cluster().auditLog().mark();

        east.remoteAt("west", "172.18.1.1");
        east.imported("of-west", "west");
        Mesh.until("the import", () -> Mesh.holds(east.imported("of-west"), "Ready"));
        east.mesh().settle();

        assertThat(leader()).startsWith("operator-east");
        assertThat(east.mesh().objectWrites(mark))
                // JOSDK may send the finalizer twice; the second changes nothing.
                .filteredOn(e -> !e.resource().equals("remotemeshes"))
                .extracting(e -> e.verb() + " " + e.resource())
                .containsExactly("patch gateways", "patch serviceentries");
        assertThat(second.status("/q/health/ready")).isEqualTo(200);
    }

    private void secondTakesOverAfterACrash() {
        AuditLog.Mark mark = east.mesh().cluster().auditLog().mark();
        east.mesh().operator().close();
        east.remoteAt("west", "172.18.1.2");

        Duration takeover = Mesh.until(
                "the change by the second", () -> east.registered("west").equals(List.of("172.18.1.2")));
        east.mesh().settle();

        assertThat(leader()).startsWith("operator-2-east");
        assertThat(east.mesh().objectWrites(mark))
                .extracting(e -> e.verb() + " " + e.resource())
                .containsExactly("patch gateways");
        System.out.println("takeover after SIGKILL: " + takeover.toMillis() + " ms");
    }

    /** Its last request may be under way, its clock stands still, and when it goes on it believes that it leads. */
    private void frozenLeaderWritesNothingAfterItThaws() {
        try (OperatorProcess next =
                OperatorProcess.startBeside(east.mesh().cluster(), east.mesh().installation(), "operator-4")) {
            second.freeze();
            east.remoteAt("west", "172.18.1.4");
            Mesh.until("the change by the next", () -> east.registered("west").equals(List.of("172.18.1.4")));
            east.mesh().settle();
            AuditLog.Mark mark = east.mesh().cluster().auditLog().mark();

            second.thaw();
            Mesh.until("the end of the one that stood still", () -> !second.isAlive());
            east.mesh().settle();

            assertThat(leader()).startsWith("operator-4-east");
            assertThat(second.log()).contains("the Lease is lost");
            assertThat(east.mesh().operatorWrites(mark)).isEmpty();
            assertThat(east.registered("west")).containsExactly("172.18.1.4");
            next.terminate(GRACE);
        }
        second = OperatorProcess.startBeside(east.mesh().cluster(), east.mesh().installation(), "operator-5");
        Mesh.until("the lead", () -> leader().startsWith("operator-5-east"));
    }

    /** The next leader does not wait until the Lease expires, because the operator released it. */
    private void terminatedLeaderReleasesTheLease() {
        List<String> leaders = new CopyOnWriteArrayList<>();
        try (OperatorProcess third = OperatorProcess.startBeside(
                        east.mesh().cluster(), east.mesh().installation(), "operator-3");
                Watch leads = watchLeaders(leaders)) {
            Duration end = second.terminate(GRACE);
            east.remoteAt("west", "172.18.1.3");
            Duration takeover = Mesh.until(
                    "the change by the third", () -> east.registered("west").equals(List.of("172.18.1.3")));

            Mesh.until("the lead of the third", () -> leaders.get(leaders.size() - 1)
                    .startsWith("operator-3-east"));
            assertThat(end).isLessThan(GRACE);
            assertThat(leaders.stream().distinct().map(TakeoverIT::operator))
                    .containsExactly("operator-5", "", "operator-3");
            assertThat(second.log()).doesNotContain("ERROR");
            // The client library says so if it is just renewing the Lease, and Vert.x if there was no processor for it.
            assertThat(second.log().lines().filter(line -> line.contains("Exception")))
                    .allMatch(line -> line.contains("LeaderElector")
                            || line.contains("Interrupted")
                            || line.contains("BlockedThreadChecker")
                            || line.startsWith("\tat "));
            assertThat(third.isAlive()).isTrue();
            System.out.println(
                    "end after SIGTERM: " + end.toMillis() + " ms, takeover: " + takeover.toMillis() + " ms");
        }
    }

    private static Watch watchLeaders(List<String> leaders) {
        leaders.add(leader());
        return east.mesh()
                .cluster()
                .adminClient()
                .leases()
                .inNamespace("meshfed-system")
                .withName("meshfed")
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, Lease lease) {
                        leaders.add(Objects.requireNonNullElse(lease.getSpec().getHolderIdentity(), ""));
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                        throw new IllegalStateException(cause);
                    }
                });
    }

    /** {@code operator-3} of {@code operator-3-east-...}. */
    private static String operator(String identity) {
        return identity.replaceFirst("-east.*", "");
    }
}
