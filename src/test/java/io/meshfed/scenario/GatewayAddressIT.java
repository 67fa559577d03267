package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayAddress;
import io.meshfed.api.RemoteMeshStatus.Addressing;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.ClusterOptions;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.Mesh;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The other mesh's gateway moves: what follows, and what is kept. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GatewayAddressIT {

    private static Looker east;
    private static GatewayCluster west;

    @BeforeAll
    static void start() {
        Clusters clusters = Clusters.fresh(
                ClusterOptions.named("east").withServiceCidr("10.255.10.0/24"),
                ClusterOptions.named("west").withServiceCidr("10.255.30.0/24").withoutIstioCrds());
        west = new GatewayCluster(clusters.get("west"));
        east = Looker.started(Mesh.example(clusters.get("east"), "west", "172.18.64."))
                .federated();
    }

    @AfterAll
    static void close() {
        east.close();
        west.cluster().close();
    }

    private static void remote(String name, String gateway, String... addresses) {
        west.service(name, addresses);
        east.secret(name, west.credential());
        east.remote(name, gateway);
        east.imported("of-" + name, name);
    }

    private static void settleOn(String remote, String... addresses) {
        Mesh.until(remote + " at " + Arrays.toString(addresses), () -> east.registered(remote)
                .equals(List.of(addresses)));
    }

    private static void untilKnown(String remote, String reason) {
        Mesh.until(remote + " " + reason, () -> reason.equals(Mesh.reason(east.remote(remote), "GatewayKnown")));
    }

    @Test
    @Order(1)
    void eachChangeOfAddressIsOneWrite() {
        remote("moving", "addressing: Auto", "172.18.1.1");
        settleOn("moving", "172.18.1.1");
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
            settleOn("moving", move.toArray(String[]::new));
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
    @Order(2)
    void whatVanishesOrIsRefusedIsKept() {
        remote("fading", "addressing: Auto", "172.18.2.1");
        settleOn("fading", "172.18.2.1");
        Mesh.until("the import", () -> Mesh.holds(east.imported("of-fading"), "Ready"));
        east.mesh().settle();
        List<String> versions = versions("fading");
        AuditLog.Mark mark = east.mesh().cluster().auditLog().mark();

        west.addresses("fading");
        untilKnown("fading", "AddressPending");
        assertThat(Looker.message(east.remote("fading"), "GatewayKnown"))
                .contains("gateways/fading", "the last known addresses are kept");
        west.deleteService("fading");
        untilKnown("fading", "ServiceAbsent");
        assertThat(Looker.message(east.remote("fading"), "GatewayKnown"))
                .contains("gateways/fading", "spec.gateway.service", "the last known addresses are kept");
        for (String useless : List.of("127.0.0.1", "169.254.1.1")) {
            west.service("fading", useless);
            Mesh.until("the refusal of " + useless, () -> Looker.message(east.remote("fading"), "GatewayKnown")
                    .contains(useless));
            assertThat(Mesh.reason(east.remote("fading"), "GatewayKnown")).isEqualTo("AddressRefused");
            assertThat(Looker.message(east.remote("fading"), "GatewayKnown"))
                    .contains("the last known addresses are kept");
        }
        east.mesh().settle();

        assertThat(east.mesh().objectWrites(mark)).isEmpty();
        assertThat(versions("fading")).isEqualTo(versions);
        assertThat(Mesh.holds(east.imported("of-fading"), "Ready")).isTrue();

        west.addresses("fading", "172.18.2.2");
        settleOn("fading", "172.18.2.2");
        untilKnown("fading", "FromService");
    }

    private static List<String> versions(String remote) {
        return List.of(Looker.version(east.gateway(remote)), Looker.version(east.entry("of-" + remote)));
    }

    @Test
    @Order(3)
    void addressesOfTheSpecWin() {
        remote("pinned", "addresses: [172.18.3.9]", "172.18.3.1");
        settleOn("pinned", "172.18.3.9");
        untilKnown("pinned", "FromSpec");
        Mesh.until("the connection", () -> Mesh.holds(east.remote("pinned"), "Connected"));
        east.mesh().settle();
        AuditLog.Mark mark = east.mesh().cluster().auditLog().mark();

        west.addresses("pinned", "172.18.3.2");
        east.mesh().settle();
        assertThat(east.mesh().operatorWrites(mark)).isEmpty();

        east.remote("pinned", "addresses: []");
        settleOn("pinned", "172.18.3.2");
        untilKnown("pinned", "FromService");
    }

    @Test
    @Order(4)
    void aClusterToAskIsNotNeeded() {
        east.remoteAt("unasked", "172.18.4.1");
        east.imported("of-unasked", "unasked");

        Mesh.until("the import", () -> Mesh.holds(east.imported("of-unasked"), "Ready"));
        assertThat(Mesh.holds(east.remote("unasked"), "Ready")).isTrue();
        assertThat(Mesh.condition(east.remote("unasked"), "Connected")).isEmpty();
        east.remoteAt("unasked", "172.18.4.2", "gw.unasked.example.com");
        settleOn("unasked", "172.18.4.2", "gw.unasked.example.com");
    }
}
