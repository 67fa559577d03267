package io.meshfed.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshfed.api.ExportedMesh;
import io.meshfed.api.RemoteMeshSpec.ServiceRef;
import io.meshfed.net.AddressPolicy;
import io.meshfed.net.Cidr;
import io.meshfed.remote.kubeconfig.Validity;
import io.meshfed.watch.FakeApiServer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several remotes, good and bad, side by side. */
class RemoteClustersTest {
    private static final TestPki PKI = new TestPki("CN=west");
    private static final AddressPolicy LOOPBACK = AddressPolicy.allowing(Set.of(Cidr.parse("127.0.0.0/8")));
    private static final ServiceRef GATEWAY = new ServiceRef("istio-system", "gw");
    private static final String WITH_ADDRESS = "{\"loadBalancer\":{\"ingress\":[{\"ip\":\"%s\"}]}}";

    private final List<String> changed = new CopyOnWriteArrayList<>();
    private final RemoteClusters remotes = new RemoteClusters(LOOPBACK, changed::add, Clock.systemUTC());
    private FakeApiServer west;

    @BeforeEach
    void startServer() {
        west = FakeApiServer.tls(PKI.tls(PKI.server("127.0.0.1")));
        west.putService("istio-system", "gw", WITH_ADDRESS.formatted("192.0.2.7"));
    }

    @AfterEach
    void close() {
        remotes.close();
        west.close();
    }

    @Test
    void unknownRemoteIsNotConfigured() {
        assertThat(remotes.snapshot("west")).isEqualTo(RemoteSnapshot.notConfigured());
    }

    @Test
    void addressesOfTheGatewayAreSeenAndFollowed() {
        connect("west", kubeconfig(west, "one"));
        assertThat(gateway("west")).contains(new GatewayObservation.Addresses(List.of("192.0.2.7")));

        west.putService(
                "istio-system",
                "gw",
                "{\"loadBalancer\":{\"ingress\":[{\"hostname\":\"gw.west.example.com\"},{\"ip\":\"192.0.2.9\"},{\"ip\":\"192.0.2.8\"}]}}");
        awaitGateway(new GatewayObservation.Addresses(List.of("192.0.2.8", "192.0.2.9", "gw.west.example.com")));

        west.putService("istio-system", "gw", "{\"loadBalancer\":{}}");
        awaitGateway(new GatewayObservation.NoAddress());

        west.delete("istio-system", "gw");
        awaitGateway(new GatewayObservation.ServiceAbsent());
        assertThat(west.lists).hasValue(1);
    }

    /** Case 46. */
    @Test
    void addressesThatNoProxyShouldReachAreRefused() {
        connect("west", kubeconfig(west, "one"));
        west.putService("istio-system", "gw", WITH_ADDRESS.formatted("169.254.169.254"));
        await().until(() -> gateway("west").orElseThrow() instanceof GatewayObservation.AddressesRefused);

        west.putService("istio-system", "gw", "{\"loadBalancer\":{\"ingress\":[{\"hostname\":\"127.1\"}]}}");
        await().until(() -> gateway("west").orElseThrow().toString().contains("neither an IP address nor a host name"));

        west.putService(
                "istio-system",
                "gw",
                "{\"loadBalancer\":{\"ingress\":[{\"ip\":\"169.254.1.1\"},{\"hostname\":\"a b\"},{\"ip\":\"192.0.2.8\"}]}}");

        awaitGateway(new GatewayObservation.Addresses(List.of("192.0.2.8")));
    }

    @Test
    void sameArgumentsChangeNothing() {
        byte[] kubeconfig = kubeconfig(west, "one");
        connect("west", kubeconfig);
        int lists = west.lists.get();
        changed.clear();

        for (int i = 0; i < 5; i++) {
            remotes.ensure("west", kubeconfig.clone(), GATEWAY);
        }

        assertThat(changed).isEmpty();
        assertThat(west.lists).hasValue(lists);
        assertThat(west.openWatches()).isEqualTo(1);
    }

    @Test
    void deadRemoteHarmsNoOther() {
        FakeApiServer dead = FakeApiServer.tls(PKI.tls(PKI.server("127.0.0.1")));
        byte[] deadKubeconfig = kubeconfig(dead, "x");
        dead.close();
        remotes.ensure("dead", deadKubeconfig, GATEWAY);
        remotes.ensure("bad", "exec: please".getBytes(StandardCharsets.US_ASCII), GATEWAY);

        connect("west", kubeconfig(west, "one"));

        await().until(() -> failed("dead").equals("Unreachable"));
        assertThat(remotes.snapshot("dead").gateway()).isEmpty();
        assertThat(remotes.snapshot("bad").connection()).isInstanceOf(Connection.Refused.class);
        assertThat(gateway("west")).isPresent();
    }

    /** Case 21, 25, 26: what was seen stays. */
    @Test
    void refusedCredentialKeepsTheLastObservation() {
        connect("west", kubeconfig(west, "one"));
        west.failWith = 401;
        west.endWatches();

        await().until(() -> failed("west").equals("Unauthorized"));

        assertThat(gateway("west")).contains(new GatewayObservation.Addresses(List.of("192.0.2.7")));
    }

    @Test
    void newCredentialTakesOverOnlyWhenItWorks() {
        FakeApiServer other = FakeApiServer.tls(PKI.tls(PKI.server("127.0.0.1")));
        other.failWith = 403;
        other.putService("istio-system", "gw", WITH_ADDRESS.formatted("192.0.2.20"));
        connect("west", kubeconfig(west, "one"));
        remotes.ensure("west", kubeconfig(other, "two"), GATEWAY);
        await().until(() -> failed("west").equals("Forbidden"));
        assertThat(gateway("west")).contains(new GatewayObservation.Addresses(List.of("192.0.2.7")));
        west.putService("istio-system", "gw", WITH_ADDRESS.formatted("192.0.2.8"));
        awaitGateway(new GatewayObservation.Addresses(List.of("192.0.2.8")));

        other.failWith = 0;

        awaitGateway(new GatewayObservation.Addresses(List.of("192.0.2.20")));
        await().until(() -> remotes.snapshot("west").connection() instanceof Connection.Connected);
        await().until(() -> {
            west.putService("istio-system", "gw", "{}"); // the server notices a closed socket when it writes
            return west.openWatches() == 0;
        });
        assertThat(gateway("west")).contains(new GatewayObservation.Addresses(List.of("192.0.2.20")));
        other.close();
    }

    @Test
    void refusedKubeconfigEndsTheOldConnectionAndKeepsWhatWasSeen() {
        connect("west", kubeconfig(west, "one"));

        remotes.ensure("west", "users: [{name: x, user: {exec: {}}}]".getBytes(StandardCharsets.US_ASCII), GATEWAY);

        assertThat(remotes.snapshot("west").connection()).isInstanceOf(Connection.Refused.class);
        assertThat(gateway("west")).contains(new GatewayObservation.Addresses(List.of("192.0.2.7")));
        await().until(() -> {
            west.putService("istio-system", "gw", "{}");
            return west.openWatches() == 0;
        });
    }

    @Test
    void forgottenRemoteIsClosed() {
        connect("west", kubeconfig(west, "one"));
        changed.clear();

        remotes.forget("west");

        assertThat(remotes.snapshot("west")).isEqualTo(RemoteSnapshot.notConfigured());
        await().until(() -> {
            west.putService("istio-system", "gw", "{}");
            return west.openWatches() == 0;
        });
        assertThat(changed).isEmpty();
    }

    @Test
    void expiryOfATokenIsKnown() {
        String payload = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"iat\":1861920000,\"exp\":1893456000}".getBytes(StandardCharsets.US_ASCII));
        connect("west", kubeconfig(west, "e30." + payload + ".sig"));

        assertThat(remotes.snapshot("west").credential())
                .contains(new Validity(
                        Optional.of(Instant.ofEpochSecond(1861920000)), Instant.ofEpochSecond(1893456000)));
    }

    @Test
    void meshWithoutCatalogueIsConnectedAllTheSame() {
        connect("west", kubeconfig(west, "one"));

        assertThat(remotes.snapshot("west").catalogue()).isEmpty();
        assertThat(remotes.snapshot("west").connection()).isEqualTo(new Connection.Connected());
    }

    @Test
    void catalogueIsSeenAndFollowedAndItsUnknownFieldsAreIgnored() {
        west.putCatalogue("{\"network\":\"west-network\",\"roots\":[],\"fieldOfTheFuture\":{\"a\":1}}");
        connect("west", kubeconfig(west, "one"));
        await().until(() -> catalogue("west").map(c -> c.roots().isEmpty()).orElse(false));

        west.putCatalogue(
                "{\"network\":\"west-network\",\"roots\":[{\"sha256\":\"aa\",\"pem\":\"P\",\"accepted\":true,\"inUse\":false}]}");

        await().until(() -> catalogue("west")
                .map(ExportedMesh.Spec::roots)
                .filter(List.of(new ExportedMesh.PublicRoot("aa", "P", true, false))::equals)
                .isPresent());
    }

    /** Who waits for another mesh must not go by old words: unlike the gateway's addresses they are not kept. */
    @Test
    void catalogueThatCannotBeReadNowIsNotKnown() {
        west.putCatalogue("{\"network\":\"west-network\"}");
        connect("west", kubeconfig(west, "one"));
        await().until(() -> catalogue("west").isPresent());

        west.failWith = 403;
        west.endCatalogueWatches();

        await().until(() -> catalogue("west").isEmpty());
        assertThat(gateway("west")).isPresent();
    }

    private Optional<ExportedMesh.Spec> catalogue(String remote) {
        return remotes.snapshot(remote).catalogue();
    }

    /** Case 18 in small: connections come and go, threads do not stay. */
    @Test
    void remotesThatComeAndGoLeaveNothing() {
        for (int i = 0; i < 20; i++) {
            connect("r" + i, kubeconfig(west, "t" + i));
        }
        for (int i = 0; i < 20; i++) {
            remotes.forget("r" + i);
        }

        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("watch-services@127.0.0.1:" + west.port())));
    }

    private void connect(String remote, byte[] kubeconfig) {
        remotes.ensure(remote, kubeconfig, GATEWAY);
        await().until(() ->
                remotes.snapshot(remote).connection() instanceof Connection.Connected && west.openWatches() > 0);
    }

    private Optional<GatewayObservation> gateway(String remote) {
        return remotes.snapshot(remote).gateway();
    }

    private void awaitGateway(GatewayObservation expected) {
        await().untilAsserted(() -> assertThat(gateway("west")).contains(expected));
        assertThat(changed).contains("west");
    }

    private String failed(String remote) {
        return remotes.snapshot(remote).connection() instanceof Connection.Failed failed
                ? failed.reason().name()
                : "";
    }

    private static byte[] kubeconfig(FakeApiServer server, String token) {
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: "%s"}}]
                users: [{name: u, user: {token: "%s"}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """
                .formatted(server.port(), PKI.authorityBase64(), token)
                .getBytes(StandardCharsets.UTF_8);
    }
}
