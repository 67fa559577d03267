package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.ClusterOptions;
import io.meshfed.testbed.Mesh;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How the operator ends, and how fast the next one leads. */
class LeadershipIT {
    private static Mesh east;

    @BeforeAll
    static void run() {
        east = Mesh.example(Cluster.start(ClusterOptions.named("east")), "west", "172.18.64.")
                .run();
        east.applyExample("east.yaml");
        Mesh.until("the first work", () -> Mesh.condition(east.federation("east"), "Ready")
                .isPresent());
    }

    @AfterAll
    static void close() {
        east.close();
    }

    @Test
    void terminatedOperatorReleasesItsLease() throws Exception {
        leads();
        east.settle();
        AuditLog.Mark mark = east.cluster().auditLog().mark();
        Instant start = Instant.now();

        operator().destroy();
        operator().onExit().get(60, TimeUnit.SECONDS);
        Duration ended = Duration.between(start, Instant.now());

        assertThat(ended).isLessThan(Duration.ofSeconds(10));
        assertThat(lease().getSpec().getHolderIdentity()).isNullOrEmpty();
        east.operator().restart();
        assertThat(leads()).as("the Lease would run out after 15 s").isLessThan(Duration.ofSeconds(8));
        east.settle();
        assertThat(east.operatorWrites(mark)).isEmpty();
    }

    @Test
    void operatorThatLosesTheLeaseEndsAtOnce() throws Exception {
        leads();
        ProcessHandle operator = operator();
        Lease lease = lease();
        lease.getSpec().setHolderIdentity("another");
        lease.getSpec().setRenewTime(ZonedDateTime.now(ZoneOffset.UTC));
        lease.getMetadata().setResourceVersion(null);

        east.cluster().adminClient().resource(lease).update();
        operator.onExit().get(30, TimeUnit.SECONDS);

        assertThat(east.operator().log()).contains("the Lease is lost");
        assertThat(lease().getSpec().getHolderIdentity()).isEqualTo("another");
        east.operator().restart();
    }

    /** Waits until the running operator holds the Lease. */
    private static Duration leads() {
        return Mesh.until("the leader", () -> String.valueOf(lease().getSpec().getHolderIdentity())
                .startsWith("operator-east"));
    }

    private static Lease lease() {
        return east.get(Lease.class, "meshfed-system", "meshfed");
    }

    private static ProcessHandle operator() {
        return ProcessHandle.of(east.operator().pid()).orElseThrow();
    }
}
