package io.meshfed.reconcile.remotemesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus;
import io.meshfed.api.RemoteMeshStatus.LastKnownGateway;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.RemoteReason;
import io.meshfed.remote.Connection;
import io.meshfed.remote.GatewayObservation;
import io.meshfed.remote.RemoteSnapshot;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where the gateway is, with a case for each reason of GatewayKnown that the locator gives. */
class GatewayLocatorTest {
    private static final Optional<LastKnownGateway> NONE = Optional.empty();
    private static final Optional<LastKnownGateway> OLD =
            Optional.of(new LastKnownGateway(List.of("192.0.2.9"), "Service"));
    private static final Connection CONNECTED = new Connection.Connected();
    private static final Connection FAILED =
            new Connection.Failed(io.meshfed.api.condition.ConnectionReason.Unreachable, "no answer");

    @Test
    void addressesOfTheSpecTakePrecedence() {
        GatewayLocator.Location found =
                GatewayLocator.locate(remote("addresses: [192.0.2.1]"), seen(CONNECTED, "192.0.2.2"), OLD);

        assertThat(found.known().reason()).isEqualTo(RemoteReason.FromSpec.name());
        assertThat(found.gateway()).contains(new LastKnownGateway(List.of("192.0.2.1"), "Spec"));
    }

    @Test
    void aRefusedAddressOfTheSpecKeepsTheLastKnownOnes() {
        problem(
                GatewayLocator.locate(remote("addresses: ['127.0.0.1']"), seen(CONNECTED, "192.0.2.2"), OLD),
                RemoteReason.AddressRefused,
                "spec.gateway.addresses");
    }

    @Test
    void addressesOfTheService() {
        GatewayLocator.Location found = GatewayLocator.locate(remote(""), seen(CONNECTED, "192.0.2.2"), OLD);

        assertThat(found.known().reason()).isEqualTo(RemoteReason.FromService.name());
        assertThat(found.known().message()).contains("Service istio-system/gw");
        assertThat(found.gateway()).contains(new LastKnownGateway(List.of("192.0.2.2"), "Service"));
    }

    @Test
    void whatWasSeenBeforeAnOutageIsLastKnown() {
        GatewayLocator.Location found = GatewayLocator.locate(remote(""), seen(FAILED, "192.0.2.2"), OLD);

        assertThat(found.known().reason()).isEqualTo(RemoteReason.LastKnown.name());
        assertThat(found.known().holds()).isTrue();
        assertThat(found.addresses()).containsExactly("192.0.2.2");
    }

    @Test
    void aRefusedAddressOfTheServiceKeepsTheLastKnownOnes() {
        problem(
                GatewayLocator.locate(remote(""), seen(CONNECTED, "127.0.0.1"), OLD),
                RemoteReason.AddressRefused,
                "Service istio-system/gw");
        problem(
                GatewayLocator.locate(
                        remote(""), snapshot(CONNECTED, new GatewayObservation.AddressesRefused("loopback")), OLD),
                RemoteReason.AddressRefused,
                "loopback");
    }

    @Test
    void anAbsentServiceKeepsTheLastKnownAddresses() {
        problem(
                GatewayLocator.locate(remote(""), snapshot(CONNECTED, new GatewayObservation.ServiceAbsent()), OLD),
                RemoteReason.ServiceAbsent,
                "no Service istio-system/gw");
    }

    @Test
    void aServiceWithoutAddressKeepsTheLastKnownOnes() {
        problem(
                GatewayLocator.locate(remote(""), snapshot(CONNECTED, new GatewayObservation.NoAddress()), OLD),
                RemoteReason.AddressPending,
                "no load balancer address");
    }

    @Test
    void aRemoteThatWasNeverReadHasNoKnownGateway() {
        GatewayLocator.Location found = GatewayLocator.locate(remote(""), unseen(FAILED), NONE);

        assertThat(found.known().status()).isEqualTo(Condition.State.Unknown);
        assertThat(found.known().reason()).isEqualTo(RemoteReason.GatewayUnknown.name());
        assertThat(found.gateway()).isEmpty();
    }

    @Test
    void afterARestartTheStoredConditionStaysUntilTheFirstAnswer() {
        RemoteMesh remote = remote("");
        Condition stored = new Condition("GatewayKnown", Condition.State.False, "ServiceAbsent", "m", null, 1L);
        remote.setStatus(new RemoteMeshStatus(1L, List.of(stored), null, null, null, null));

        assertThat(GatewayLocator.locate(remote, unseen(new Connection.Connecting()), OLD)
                        .known())
                .isEqualTo(stored);
        assertThat(GatewayLocator.locate(remote, unseen(FAILED), OLD).known().reason())
                .isEqualTo(RemoteReason.LastKnown.name());
    }

    private static void problem(GatewayLocator.Location found, RemoteReason reason, String part) {
        assertThat(found.known().type()).isEqualTo(ConditionType.GatewayKnown.name());
        assertThat(found.known().status()).isEqualTo(Condition.State.False);
        assertThat(found.known().reason()).isEqualTo(reason.name());
        assertThat(found.known().message()).contains(part, "the last known addresses are kept");
        assertThat(found.gateway()).isEqualTo(OLD);
    }

    private static RemoteSnapshot seen(Connection connection, String address) {
        return snapshot(connection, new GatewayObservation.Addresses(List.of(address)));
    }

    private static RemoteSnapshot snapshot(Connection connection, GatewayObservation gateway) {
        return new RemoteSnapshot(connection, Optional.of(gateway), Optional.empty(), Optional.empty());
    }

    private static RemoteSnapshot unseen(Connection connection) {
        return new RemoteSnapshot(connection, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static RemoteMesh remote(String gateway) {
        return Serialization.unmarshal(
                "---\n{metadata: {name: west, generation: 1}, spec: {gateway: {service: {namespace: istio-system, name: gw}, %s}}}"
                        .formatted(gateway),
                RemoteMesh.class);
    }
}
