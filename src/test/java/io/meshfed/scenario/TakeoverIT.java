package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.LongRunning;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.OperatorProcess;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Two operators in one cluster: one leads, the other takes over, and nothing is written twice. */
@LongRunning
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TakeoverIT {
    /** The Lease is given back; the others look for it every two seconds. */
    private static final Duration AFTER_A_GOODBYE = Duration.ofSeconds(8);

    private static final Duration GRACE = Duration.ofSeconds(15);

    private static Looker east;
    private static OperatorProcess second;

    @BeforeAll
    static void startTwo() {
        east = Looker.started(Mesh.example(Clusters.fresh("east").get("east"), "west", "172.18.64."));
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

    @Test
    @Order(1)
    void onlyTheLeaderWrites() {
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

    @Test
    @Order(2)
    void secondTakesOverAfterACrash() {
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
    @Test
    @Order(3)
    void leaderThatStoodStillWritesNothingWhenItGoesOn() {
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

    @Test
    @Order(4)
    void whoIsAskedToGoGoesSoon() {
        try (OperatorProcess third =
                OperatorProcess.startBeside(east.mesh().cluster(), east.mesh().installation(), "operator-3")) {
            Duration end = second.terminate(GRACE);
            east.remoteAt("west", "172.18.1.3");
            Duration takeover = Mesh.until(
                    "the change by the third", () -> east.registered("west").equals(List.of("172.18.1.3")));

            assertThat(end).isLessThan(GRACE);
            assertThat(takeover).isLessThan(AFTER_A_GOODBYE);
            assertThat(leader()).startsWith("operator-3-east");
            assertThat(second.log()).doesNotContain("ERROR", "Exception");
            assertThat(third.isAlive()).isTrue();
            System.out.println(
                    "end after SIGTERM: " + end.toMillis() + " ms, takeover: " + takeover.toMillis() + " ms");
        }
    }
}
