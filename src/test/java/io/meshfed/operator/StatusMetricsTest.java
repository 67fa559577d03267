package io.meshfed.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.api.RemoteMesh;
import io.meshfed.reconcile.ClusterChange;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final StatusMetrics metrics = new StatusMetrics(registry);

    @Test
    void aConditionThatNoLongerAppliesIsGone() {
        RemoteMesh stalled = remote("west", "Stalled");
        RemoteMesh fine = remote("west", "Ready");
        metrics.observe(new ClusterChange(RemoteMesh.class, Optional.empty(), Optional.of(stalled)));
        assertThat(gauge("west", "Stalled")).contains(1.0);

        metrics.observe(new ClusterChange(RemoteMesh.class, Optional.of(stalled), Optional.of(fine)));

        assertThat(gauge("west", "Stalled")).isEmpty();
        assertThat(gauge("west", "Ready")).contains(1.0);
    }

    @Test
    void aRemoteThatIsGoneLeavesNoMeterAndTakesNoOther() {
        RemoteMesh west = remote("west", "Ready");
        metrics.observe(new ClusterChange(RemoteMesh.class, Optional.empty(), Optional.of(west)));
        metrics.observe(new ClusterChange(RemoteMesh.class, Optional.empty(), Optional.of(remote("north", "Ready"))));

        metrics.observe(new ClusterChange(RemoteMesh.class, Optional.of(west), Optional.empty()));

        assertThat(gauge("west", "Ready")).isEmpty();
        assertThat(gauge("north", "Ready")).contains(1.0);
        assertThat(registry.getMeters()).hasSize(2);
    }

    /** A token that ends unseen ends the sight of the other mesh; the figure is what an alert needs. */
    @Test
    void theEndOfACredentialIsAFigureUntilTheRemoteGoes() {
        RemoteMesh west = remote("west", "Ready");
        metrics.credential("west", Optional.of(Instant.ofEpochSecond(1_800_000_000)));
        metrics.observe(new ClusterChange(RemoteMesh.class, Optional.empty(), Optional.of(west)));
        metrics.observe(new ClusterChange(RemoteMesh.class, Optional.of(west), Optional.of(west)));
        assertThat(credential()).contains(1_800_000_000.0);

        metrics.credential("west", Optional.of(Instant.ofEpochSecond(1_900_000_000)));
        assertThat(credential()).contains(1_900_000_000.0);
        metrics.credential("west", Optional.empty());
        assertThat(credential()).isEmpty();

        metrics.credential("west", Optional.of(Instant.ofEpochSecond(1_900_000_000)));
        metrics.observe(new ClusterChange(RemoteMesh.class, Optional.of(west), Optional.empty()));
        assertThat(credential()).isEmpty();
    }

    private Optional<Double> credential() {
        return Optional.ofNullable(registry.find("meshfed.credential.not.after")
                        .tags("kind", "RemoteMesh", "name", "west")
                        .gauge())
                .map(Gauge::value);
    }

    private Optional<Double> gauge(String name, String condition) {
        return Optional.ofNullable(registry.find("meshfed.condition")
                        .tags("name", name, "condition", condition)
                        .gauge())
                .map(Gauge::value);
    }

    private static RemoteMesh remote(String name, String condition) {
        return Serialization.unmarshal(
                """
                apiVersion: meshfed.io/v1alpha1
                kind: RemoteMesh
                metadata: {name: %s}
                spec: {network: n, trustDomain: t.local, gateway: {addresses: [192.0.2.1]}}
                status:
                  gateway: {addresses: [192.0.2.1], source: Spec}
                  conditions:
                  - {type: %s, status: "True", reason: R, message: m}
                """
                        .formatted(name, condition),
                RemoteMesh.class);
    }
}
