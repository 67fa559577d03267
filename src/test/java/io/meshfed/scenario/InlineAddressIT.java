package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.istio.api.api.networking.v1alpha3.ServiceEntryResolution;
import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus.Addressing;
import io.meshfed.testbed.AuditEvent;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.LongRunning;
import io.meshfed.testbed.Mesh;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Addresses in the entries, where istiod has no Gateway of the other network; and the choice between both forms. */
@LongRunning
class InlineAddressIT {
    private static final int IMPORTS_TO_SWITCH = 60;

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
    void inlineEntriesOfTheHostFollow() {
        clusters.remote("inline", "addressing: Inline", "172.18.5.1");
        untilEndpoints("inline", "172.18.5.1");
        assertThat(endpoint("inline").getPorts()).isEqualTo(Map.of("http", 15443L));
        assertThat(endpoint("inline").getNetwork()).isEqualTo("inline-network");
        assertThat(resolution("inline")).isEqualTo(ServiceEntryResolution.STATIC);
        Mesh.until("the status", () -> statusAddresses("inline").equals(List.of("172.18.5.1")));

        west.addresses("inline", "172.18.5.3", "172.18.5.2");
        untilEndpoints("inline", "172.18.5.2", "172.18.5.3");
        west.addresses("inline", "gw.inline.example.com");
        untilEndpoints("inline", "gw.inline.example.com");
        assertThat(resolution("inline")).isEqualTo(ServiceEntryResolution.DNS);
        Mesh.until("the status", () -> statusAddresses("inline").equals(List.of("gw.inline.example.com")));
        west.addresses("inline", "2001:db8::5");
        untilEndpoints("inline", "2001:db8::5");
        assertThat(resolution("inline")).isEqualTo(ServiceEntryResolution.STATIC);
        west.addresses("inline");
        east.untilKnown("inline", "AddressPending");
        assertThat(east.endpoints("of-inline")).containsExactly("2001:db8::5");
        assertThat(east.gateway("inline")).isEmpty();
    }

    private static void untilEndpoints(String remote, String... addresses) {
        Mesh.until("endpoints at " + Arrays.toString(addresses), () -> east.endpoints("of-" + remote)
                .equals(List.of(addresses)));
    }

    private static io.fabric8.istio.api.api.networking.v1alpha3.WorkloadEntry endpoint(String remote) {
        return east.entry("of-" + remote).orElseThrow().getSpec().getEndpoints().get(0);
    }

    private static ServiceEntryResolution resolution(String remote) {
        return east.entry("of-" + remote).orElseThrow().getSpec().getResolution();
    }

    private static List<String> statusAddresses(String remote) {
        return east.imported("of-" + remote).orElseThrow().getStatus().addresses();
    }

    @Test
    void inlineEntriesOfALocalServiceFollow() {
        clusters.remote("joined", "addressing: Inline", "172.18.6.1");
        east.localService("of-joined");
        Mesh.until("the entry", () -> joined().equals(List.of("172.18.6.1")));
        WorkloadEntry entry = east.mesh().get(WorkloadEntry.class, "of-joined", "meshfed-shop.joined");
        assertThat(entry.getSpec().getPorts()).isEqualTo(Map.of("http", 15443L, "web", 15443L));

        west.addresses("joined", "172.18.6.2", "172.18.6.3");
        Mesh.until("both", () -> joined().equals(List.of("172.18.6.2", "172.18.6.3")));
        // No name server knows it, and a WorkloadEntry takes IP addresses only: what stands is kept.
        west.addresses("joined", "gw.joined.invalid");
        Mesh.until("the message in status", () -> OneCluster.message(east.imported("of-joined"), "Resolved")
                .contains("a host name of the gateway of joined has no known IP address"));
        assertThat(joined()).containsExactly("172.18.6.2", "172.18.6.3");
        west.addresses("joined", "172.18.6.4");
        Mesh.until("one again", () -> joined().equals(List.of("172.18.6.4")));
    }

    private static List<String> joined() {
        return east
                .mesh()
                .cluster()
                .adminClient()
                .resources(WorkloadEntry.class)
                .inNamespace("of-joined")
                .list()
                .getItems()
                .stream()
                .map(e -> e.getSpec().getAddress())
                .sorted()
                .toList();
    }

    @Test
    void addressingIsSwitchedWithoutAGap() {
        clusters.remote("switching", "addressing: RemoteGateway", "172.18.7.1");
        IntStream.range(0, IMPORTS_TO_SWITCH).forEach(i -> east.imported("of-switching", "switching", "shop-" + i));
        untilSwitched("");
        east.mesh().settle();

        AuditLog.Mark toInline = east.mesh().cluster().auditLog().mark();
        east.remote("switching", "addressing: Inline");
        untilSwitched("172.18.7.1");
        Mesh.until("no Gateway", () -> east.gateway("switching").isEmpty());
        east.mesh().settle();
        assertThat(words(toInline))
                .hasSize(IMPORTS_TO_SWITCH + 2)
                .containsOnly("patch serviceentries", "delete gateways")
                .last()
                .isEqualTo("delete gateways");

        AuditLog.Mark toGateway = east.mesh().cluster().auditLog().mark();
        east.remote("switching", "addressing: RemoteGateway");
        untilSwitched("");
        east.mesh().settle();
        assertThat(words(toGateway))
                .hasSize(IMPORTS_TO_SWITCH + 2)
                .containsOnly("patch serviceentries", "patch gateways")
                .first()
                .isEqualTo("patch gateways");
        assertThat(east.registered("switching")).containsExactly("172.18.7.1");
    }

    private static void untilSwitched(String address) {
        Mesh.until("all entries at '" + address + "'", () -> {
            List<ServiceEntry> entries = east.mesh()
                    .cluster()
                    .adminClient()
                    .resources(ServiceEntry.class)
                    .inNamespace("of-switching")
                    .list()
                    .getItems();
            return entries.size() == IMPORTS_TO_SWITCH + 1
                    && entries.stream().allMatch(e -> OneCluster.addresses(e).equals(List.of(address)));
        });
    }

    private static List<String> words(AuditLog.Mark mark) {
        return east.mesh().objectWrites(mark).stream()
                .map((AuditEvent e) -> e.verb() + " " + e.resource())
                .toList();
    }

    @Test
    void inlineIsRefusedWhereIstiodKnowsAGateway() {
        east.mesh()
                .istio()
                .meshNetworks("networks: {refused-network: {gateways: [{address: 172.18.8.7, port: 15443}]}}")
                .install();
        east.mesh()
                .cluster()
                .applyYaml(
                        """
                        apiVersion: v1
                        kind: Service
                        metadata:
                          name: known
                          namespace: default
                          labels: {topology.istio.io/network: refused-network}
                        spec: {type: LoadBalancer, selector: {app: known}, ports: [{name: tls, port: 15443}]}
                        ---
                        apiVersion: gateway.networking.k8s.io/v1
                        kind: Gateway
                        metadata:
                          name: known
                          namespace: default
                          labels: {topology.istio.io/network: refused-network}
                        spec:
                          gatewayClassName: istio-remote
                          addresses: [{type: IPAddress, value: 172.18.8.9}]
                          listeners: [{name: tls, port: 15443, protocol: TLS, tls: {mode: Passthrough}}]
                        """);
        clusters.remote("refused", "addressing: Inline", "172.18.8.1");
        east.untilKnown("refused", "InlineRefused");
        assertThat(OneCluster.message(east.remote("refused"), "GatewayKnown"))
                .contains("refused-network", "Service default/known", "Gateway default/known", "meshNetworks");
        Mesh.until("the condition of the import", () -> "RemoteRefused"
                .equals(Mesh.reason(east.imported("of-refused"), "Resolved")));
        assertThat(east.entry("of-refused")).isEmpty();

        // Each obstacle alone still counts, and with the last one gone the entry comes by itself.
        east.mesh()
                .cluster()
                .adminClient()
                .services()
                .inNamespace("default")
                .withName("known")
                .delete();
        Mesh.until("the Service is forgotten", () -> !OneCluster.message(east.remote("refused"), "GatewayKnown")
                .contains("Service default/known"));
        assertThat(Mesh.reason(east.remote("refused"), "GatewayKnown")).isEqualTo("InlineRefused");
        east.mesh()
                .cluster()
                .adminClient()
                .resources(Gateway.class)
                .inNamespace("default")
                .withName("known")
                .delete();
        Mesh.until("the Gateway is forgotten", () -> !OneCluster.message(east.remote("refused"), "GatewayKnown")
                .contains("Gateway default/known"));
        assertThat(Mesh.reason(east.remote("refused"), "GatewayKnown")).isEqualTo("InlineRefused");
        assertThat(east.entry("of-refused")).isEmpty();
        east.mesh().istio().meshNetworks("networks: {}").install();
        untilEndpoints("refused", "172.18.8.1");
    }

    @Test
    void theChoiceOfAutoIsKept() {
        clusters.remote("earlier", "addressing: Auto", "172.18.9.9");
        east.untilRegistered("earlier", "172.18.9.9");
        Mesh.until("the import", () -> Mesh.holds(east.imported("of-earlier"), "Ready"));
        GatewayClass accepted = east.mesh()
                .cluster()
                .adminClient()
                .resources(GatewayClass.class)
                .withName("istio-remote")
                .get();
        east.mesh().cluster().adminClient().resource(accepted).delete();
        clusters.remote("auto", "addressing: Auto", "172.18.9.1");
        untilEndpoints("auto", "172.18.9.1");
        Mesh.until("the choice in the status", () -> east.remote("auto")
                .map(RemoteMesh::getStatus)
                .filter(s -> s.addressing() == Addressing.Inline)
                .isPresent());

        east.mesh().istio().install();
        east.mesh().settle();
        assertThat(east.gateway("auto")).isEmpty();
        east.mesh().operator().restart();
        west.addresses("auto", "172.18.9.2");
        untilEndpoints("auto", "172.18.9.2");

        assertThat(east.gateway("auto")).isEmpty();
        // One that chose before the class went has kept its choice too.
        assertThat(east.registered("earlier")).containsExactly("172.18.9.9");
        assertThat(east.endpoints("of-earlier")).containsExactly("");
    }
}
