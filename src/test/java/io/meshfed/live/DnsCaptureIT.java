package io.meshfed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.WithMeshes;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The seed's first note: what a client needs to reach a host that no Service of its cluster stands for. One that speaks
 * HTTP and TCP, for TCP has nothing but the address to go by.
 */
@WithMeshes
class DnsCaptureIT {
    private static final String CAPTURE = "ISTIO_META_DNS_CAPTURE";
    private static final String AUTO_ALLOCATE = "ISTIO_META_DNS_AUTO_ALLOCATE";

    private static App shop;
    private static App plain;
    private static App allocating;
    private static App uncaptured;
    private static App uncapturedAllocating;
    private static LiveMesh east;

    @BeforeAll
    static void importFromWest(LiveMeshes meshes) {
        String namespace = meshes.newName("dns");
        shop = App.server("shop").in(namespace).http(8000).tcp(9000).exports();
        plain = App.client("plain").in(namespace);
        allocating = App.client("allocating").in(namespace).proxyMetadata(AUTO_ALLOCATE, "true");
        uncaptured = App.client("uncaptured").in(namespace).proxyMetadata(CAPTURE, "false");
        uncapturedAllocating = App.client("uncaptured-allocating")
                .in(namespace)
                .proxyMetadata(CAPTURE, "false")
                .proxyMetadata(AUTO_ALLOCATE, "true");
        east = meshes.east();
        meshes.west().deploy(shop);
        east.deploy(plain, allocating, uncaptured, uncapturedAllocating).imports(shop, "from: [{remote: west}]");
        east.until("an address by istiod", () -> !addresses().isEmpty());
    }

    /** Where istiod itself notes the addresses that it gives to a host without one. */
    private static List<String> addresses() {
        return east
                .cluster()
                .adminClient()
                .resources(ServiceEntry.class)
                .inNamespace(shop.namespace())
                .list()
                .getItems()
                .stream()
                .filter(entry -> entry.getSpec().getHosts().contains(shop.host()))
                .filter(entry -> entry.getStatus() != null)
                .flatMap(entry -> entry.getStatus().getAddresses().stream())
                .map(address -> address.getValue())
                .toList();
    }

    private static App named(String client) {
        return List.of(plain, allocating, uncaptured, uncapturedAllocating).stream()
                .filter(app -> app.name().equals(client))
                .findFirst()
                .orElseThrow();
    }

    private static boolean listensAt(App client, String address) {
        return east.sidecar(client).page("/listeners").contains(address + "_9000");
    }

    @Test
    void noServiceHasTheHost() {
        assertThat(east.cluster()
                        .adminClient()
                        .services()
                        .inNamespace(shop.namespace())
                        .withName(shop.name())
                        .get())
                .isNull();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"plain", "allocating"})
    void hostResolvesByCaptureWithAndWithoutAutoAllocate(String name) {
        App client = named(name);
        var http = east.client(client).get("http://" + shop.host() + ":8000/").untilAnswered();
        var tcp = east.client(client).tcp(shop.host() + ":9000").untilAnswered();

        Answers requests = http.withNewConnections().times(50);
        Answers connections = tcp.withNewConnections().times(50);

        assertThat(requests.failed()).as("%s", requests.failures()).isZero();
        assertThat(requests.shareOf("west/shop")).isEqualTo(1);
        assertThat(connections.failed()).as("%s", connections.failures()).isZero();
        assertThat(connections.shareOf("west/shop")).isEqualTo(1);
        assertThat(addresses())
                .as("the address is the same for both clients: the one that istiod has given")
                .anySatisfy(address ->
                        assertThat(listensAt(client, address)).as(address).isTrue());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"uncaptured", "uncaptured-allocating"})
    void hostDoesNotResolveWithoutCaptureWhateverIsAllocated(String name) {
        App client = named(name);
        east.until(
                "the import in the proxy",
                () -> !east.sidecar(client).endpoints(shop.host(), 8000).isEmpty());

        Answers requests =
                east.client(client).get("http://" + shop.host() + ":8000/").times(5);
        Answers connections = east.client(client).tcp(shop.host() + ":9000").times(5);

        assertThat(requests.byStatus()).containsOnlyKeys("error:dns no such host");
        assertThat(connections.byStatus()).containsOnlyKeys("error:dns no such host");
        assertThat(addresses()).as("given, and of no use to it").noneMatch(address -> listensAt(client, address));
    }

    /** A host with a local Service needs none of it. */
    @Test
    void hostOfLocalServiceResolvesWithoutCapture() {
        App both = App.server("both").in(shop.namespace()).http(8000);
        east.deploy(both);

        Answers answers = east.client(uncaptured)
                .get("http://" + both.host() + ":8000/")
                .untilAnswered()
                .times(10);

        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
    }
}
