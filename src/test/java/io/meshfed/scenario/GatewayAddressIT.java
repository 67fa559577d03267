package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayAddress;
import io.meshfed.api.RemoteMeshStatus.Addressing;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.LongRunning;
import io.meshfed.testbed.Mesh;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The other mesh's gateway moves: what follows, and what is kept. */
@LongRunning
class GatewayAddressIT {

    private static OneClusterWithRemote clusters;
    private static OneCluster east;
    private static GatewayCluster west;

    @BeforeAll
    static void start() {
        clusters = OneClusterWithRemote.started();
        east = clusters.east();
        west = clusters.west();
    }

    @AfterAll
    static void close() {
        clusters.close();
    }

    @Test
    void eachChangeOfAddressIsOneWrite() {
        clusters.remote("moving", "addressing: Auto", "172.18.1.1");
        east.untilRegistered("moving", "172.18.1.1");
        Mesh.until("the import", () -> Mesh.holds(east.imported("of-moving"), "Ready"));
        east.mesh().settle();
        AuditLog.Mark mark = east.mesh().cluster().auditLog().mark();

        List<List<String>> moves = List.of(
                List.of("172.18.1.2"),
                List.of("172.18.1.2", "172.18.1.3"),
                List.of("gw.west.example.com"),
                List.of("2001:db8::1"),
                List.of("172.18.1.4", "gw.west.example.com"),
                List.of("172.18.1.5"));
        for (List<String> move : moves) {
            west.addresses("moving", move.toArray(String[]::new));
            east.untilRegistered("moving", move.toArray(String[]::new));
            assertThat(types("moving"))
                    .isEqualTo(move.stream()
                            .map(a -> a.contains("example") ? "Hostname" : "IPAddress")
                            .toList());
        }
        east.mesh().settle();

        assertThat(east.mesh().objectWrites(mark))
                .hasSize(moves.size())
                .allSatisfy(write -> assertThat(write.resource()).isEqualTo("gateways"));
        assertThat(east.remote("moving").orElseThrow().getStatus().addressing()).isEqualTo(Addressing.RemoteGateway);
        assertThat(east.endpoints("of-moving")).containsExactly("");
    }

    private static List<String> types(String remote) {
        return east.gateway(remote).orElseThrow().getSpec().getAddresses().stream()
                .map(GatewayAddress::getType)
                .toList();
    }

    @Test
    void addressThatTheServiceLosesIsKept() {
        assertKept("losing", () -> {
            west.addresses("losing");
            east.untilKnown("losing", "AddressPending");
        });
        assertThat(OneCluster.message(east.remote("losing"), "GatewayKnown")).contains("gateways/losing");
    }

    @Test
    void addressOfADeletedServiceIsKept() {
        assertKept("deleted", () -> {
            west.deleteService("deleted");
            east.untilKnown("deleted", "ServiceAbsent");
        });
        assertThat(OneCluster.message(east.remote("deleted"), "GatewayKnown"))
                .contains("gateways/deleted", "spec.gateway.service");
    }

    @ParameterizedTest
    @CsvSource({"loopback, 127.0.0.1", "link-local, 169.254.1.1"})
    void addressIsKeptWhenTheNextOneIsRefused(String remote, String useless) {
        assertKept(remote, () -> {
            west.addresses(remote, useless);
            east.untilKnown(remote, "AddressRefused");
        });
        assertThat(OneCluster.message(east.remote(remote), "GatewayKnown")).contains(useless);
    }

    /** Asserts that a change of the gateway Service writes no object. */
    private static void assertKept(String remote, Runnable change) {
        clusters.remote(remote, "addressing: Auto", "172.18.2.1");
        east.untilRegistered(remote, "172.18.2.1");
        east.untilReady("of-" + remote);
        east.mesh().settle();
        List<String> versions = versions(remote);
        AuditLog.Mark mark = east.mesh().cluster().auditLog().mark();

        change.run();
        east.mesh().settle();

        assertThat(east.mesh().objectWrites(mark)).isEmpty();
        assertThat(versions(remote)).isEqualTo(versions);
        assertThat(Mesh.holds(east.imported("of-" + remote), "Ready")).isTrue();
        assertThat(OneCluster.message(east.remote(remote), "GatewayKnown"))
                .contains("the last known addresses are kept");
    }

    @Test
    void remoteThatLostItsServiceFollowsTheNextOne() {
        clusters.remote("returning", "addressing: Auto", "172.18.5.1");
        east.untilRegistered("returning", "172.18.5.1");
        west.deleteService("returning");
        east.untilKnown("returning", "ServiceAbsent");

        west.service("returning", "172.18.5.2");

        east.untilRegistered("returning", "172.18.5.2");
        east.untilKnown("returning", "FromService");
    }

    private static List<String> versions(String remote) {
        return List.of(OneCluster.version(east.gateway(remote)), OneCluster.version(east.entry("of-" + remote)));
    }

    @Test
    void addressesOfTheSpecTakePrecedence() {
        clusters.remote("pinned", "addresses: [172.18.3.9]", "172.18.3.1");
        east.untilRegistered("pinned", "172.18.3.9");
        east.untilKnown("pinned", "FromSpec");
        Mesh.until("the connection", () -> Mesh.holds(east.remote("pinned"), "Connected"));
        east.mesh().settle();
        AuditLog.Mark mark = east.mesh().cluster().auditLog().mark();

        west.addresses("pinned", "172.18.3.2");
        east.mesh().settle();
        assertThat(east.mesh().operatorWrites(mark)).isEmpty();

        east.remote("pinned", "addresses: []");
        east.untilRegistered("pinned", "172.18.3.2");
        east.untilKnown("pinned", "FromService");
    }

    @Test
    void remoteWithoutAKubeconfigUsesTheAddressesOfTheSpec() {
        east.remoteAt("unasked", "172.18.4.1");
        east.imported("of-unasked", "unasked");

        Mesh.until("the import", () -> Mesh.holds(east.imported("of-unasked"), "Ready"));
        assertThat(Mesh.holds(east.remote("unasked"), "Ready")).isTrue();
        assertThat(Mesh.condition(east.remote("unasked"), "Connected")).isEmpty();
        east.remoteAt("unasked", "172.18.4.2", "gw.unasked.example.com");
        east.untilRegistered("unasked", "172.18.4.2", "gw.unasked.example.com");
    }
}
