package io.meshfed.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshfed.api.condition.ConnectionReason;
import io.meshfed.net.AddressPolicy;
import io.meshfed.net.CheckedResolver;
import io.meshfed.net.Cidr;
import io.meshfed.net.IpLiteral;
import io.meshfed.remote.kubeconfig.RemoteCredential;
import io.meshfed.watch.ApiCalls;
import io.meshfed.watch.CallFailedException;
import io.meshfed.watch.FakeApiServer;
import io.meshfed.watch.WatchSpec;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What a remote client does on the wire: whom it trusts, where it goes, and where the token goes. */
@Isolated("sets system properties that every Kubernetes client reads")
class RemoteClientFactoryTest {
    private static final String TOKEN = "canary-token-91ab";
    private static final AddressPolicy LOOPBACK = AddressPolicy.allowing(Set.of(Cidr.parse("127.0.0.0/8")));
    private static final TestPki PKI = new TestPki("CN=west");
    private static Vertx vertx;

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        vertx.close();
    }

    @Test
    void listsWithTheToken() throws Exception {
        try (FakeApiServer server = FakeApiServer.tls(PKI.tls(PKI.server("127.0.0.1")))) {
            server.putService("istio-system", "gw", "{}");

            assertThat(list(credential("127.0.0.1", server.port()), LOOPBACK)).isEmpty();
            assertThat(server.authorizations()).containsExactly("Bearer " + TOKEN);
        }
    }

    /** Case 38: neither a list nor a watch follows, and the token stays where it belongs. */
    @Test
    void redirectIsNotFollowed() throws Exception {
        try (FakeApiServer elsewhere = FakeApiServer.tls(PKI.tls(PKI.server("127.0.0.1")));
                FakeApiServer server = FakeApiServer.tls(PKI.tls(PKI.server("127.0.0.1")))) {
            server.failWith = 302;
            server.location = "https://127.0.0.1:" + elsewhere.port() + "/api/v1/services";

            Optional<ConnectionReason> listed = list(credential("127.0.0.1", server.port()), LOOPBACK);
            Optional<ConnectionReason> watched = watch(credential("127.0.0.1", server.port()), LOOPBACK);

            assertThat(listed).contains(ConnectionReason.Redirected);
            assertThat(watched).contains(ConnectionReason.Redirected);
            assertThat(elsewhere.lists).hasValue(0);
            assertThat(elsewhere.watchRequests).hasValue(0);
            assertThat(elsewhere.authorizations()).isEmpty();
        }
    }

    /** Case 39. */
    @Test
    void serverOfAnotherAuthorityIsNotTrusted() throws Exception {
        TestPki other = new TestPki("CN=west");
        try (FakeApiServer server = FakeApiServer.tls(other.tls(other.server("127.0.0.1")))) {
            long start = System.nanoTime();
            CallFailedException failure = failure(credential("127.0.0.1", server.port()), LOOPBACK);

            assertThat(failure.reason()).isEqualTo(ConnectionReason.TlsFailure);
            assertThat(failure).hasMessageContaining("not signed by certificate-authority-data");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
            assertThat(server.authorizations()).isEmpty();
        }
    }

    @Test
    void serverOfAnotherNameIsNotTrusted() throws Exception {
        try (FakeApiServer server = FakeApiServer.tls(PKI.tls(PKI.server("other.example.com", "10.0.0.1")))) {
            CallFailedException failure = failure(credential("127.0.0.1", server.port()), LOOPBACK);

            assertThat(failure.reason()).isEqualTo(ConnectionReason.TlsFailure);
            assertThat(failure).hasMessageContaining("its certificate is for another host");
            assertThat(server.authorizations()).isEmpty();
        }
    }

    @Test
    void expiredServerIsNotTrusted() throws Exception {
        try (FakeApiServer server = FakeApiServer.tls(PKI.tls(PKI.expiredServer("127.0.0.1")))) {
            CallFailedException failure = failure(credential("127.0.0.1", server.port()), LOOPBACK);

            assertThat(failure.reason()).isEqualTo(ConnectionReason.TlsFailure);
            assertThat(failure).hasMessageContaining("expired");
        }
    }

    @Test
    void serverWithoutTlsGetsNothing() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> answerInPlainText(server));

            CallFailedException failure = failure(credential("127.0.0.1", server.getLocalPort()), LOOPBACK);

            assertThat(failure.reason()).isEqualTo(ConnectionReason.TlsFailure);
            assertThat(failure).hasMessageContaining("does not speak TLS");
            assertThat(new String(received.join(), StandardCharsets.ISO_8859_1)).doesNotContain(TOKEN, "Bearer");
        }
    }

    private static byte[] answerInPlainText(ServerSocket server) {
        try (Socket socket = server.accept()) {
            byte[] hello = new byte[4096];
            int length = socket.getInputStream().read(hello);
            socket.getOutputStream()
                    .write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return Arrays.copyOf(hello, Math.max(0, length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void tlsServerNameIsTheNameThatCounts() throws Exception {
        try (FakeApiServer server = FakeApiServer.tls(PKI.tls(PKI.server("kubernetes.default.svc")))) {
            RemoteCredential credential = new RemoteCredential(
                    URI.create("https://127.0.0.1:" + server.port()),
                    PKI.authority().certificatePem().getBytes(StandardCharsets.US_ASCII),
                    Optional.of(TOKEN),
                    Optional.empty(),
                    Optional.of("kubernetes.default.svc"));

            assertThat(list(credential, LOOPBACK)).isEmpty();
        }
    }

    @Test
    void hostNameIsResolvedAndVerified() throws Exception {
        try (FakeApiServer server = FakeApiServer.tls(PKI.tls(PKI.server("api.west.example.com")))) {
            CheckedResolver resolver = new CheckedResolver(LOOPBACK, host -> answer(host, "127.0.0.1"));

            assertThat(list(credential("api.west.example.com", server.port()), resolver))
                    .isEmpty();
        }
    }

    @Test
    void nameThatMovesToARefusedAddressIsCaughtAtTheNextConnect() throws Exception {
        try (FakeApiServer server = FakeApiServer.tls(PKI.tls(PKI.server("api.west.example.com")))) {
            AtomicInteger lookups = new AtomicInteger();
            AddressPolicy policy = AddressPolicy.allowing(Set.of(Cidr.parse("127.0.0.1")));
            CheckedResolver resolver = new CheckedResolver(
                    policy, host -> answer(host, lookups.getAndIncrement() == 0 ? "127.0.0.1" : "169.254.169.254"));
            RemoteCredential credential = credential("api.west.example.com", server.port());
            try (KubernetesClient client = new RemoteClientFactory(vertx, resolver, Runnable::run).open(credential)) {
                assertThat(attempt(client)).isEmpty();

                Optional<CallFailedException> second = attempt(client);

                assertThat(second).map(CallFailedException::reason).contains(ConnectionReason.AddressRefused);
                assertThat(second.orElseThrow()).hasMessageContaining("metadata");
                assertThat(server.lists).hasValue(1);
            }
        }
    }

    @Test
    void secondAddressIsTriedWhenTheFirstFails() throws Exception {
        try (FakeApiServer server = FakeApiServer.tls(PKI.tls(PKI.server("api.west.example.com")))) {
            CheckedResolver resolver = new CheckedResolver(LOOPBACK, host -> answer(host, "127.0.0.2", "127.0.0.1"));
            RemoteCredential credential = credential("api.west.example.com", server.port());
            try (KubernetesClient client = new RemoteClientFactory(vertx, resolver, Runnable::run).open(credential)) {
                assertThat(attempt(client)).map(CallFailedException::reason).contains(ConnectionReason.Unreachable);
                assertThat(attempt(client)).isEmpty();
            }
        }
    }

    /** Nothing of the surroundings reaches a remote: no proxy, no token, no other server. */
    @Test
    void surroundingsDoNotLeakIn() throws Exception {
        String[] properties = {
            "kubernetes.auth.token", "https.proxy", "kubernetes.master", "kubernetes.namespace", "all.proxy"
        };
        try (FakeApiServer server = FakeApiServer.tls(PKI.tls(PKI.server("127.0.0.1")));
                FakeApiServer proxy = FakeApiServer.withoutTls()) {
            for (String property : properties) {
                System.setProperty(
                        property, property.contains("proxy") ? "http://127.0.0.1:" + proxy.port() : "leaked");
            }
            RemoteClientFactory factory = new RemoteClientFactory(vertx, LOOPBACK, Runnable::run);
            try (KubernetesClient client = factory.open(credential("127.0.0.1", server.port()))) {
                assertThat(attempt(client)).isEmpty();
                assertThat(client.getConfiguration().getOauthToken()).isNull();
                assertThat(client.getConfiguration().getHttpsProxy()).isNull();
                assertThat(client.getConfiguration().getNamespace()).isNull();
            }
            assertThat(server.authorizations()).containsExactly("Bearer " + TOKEN);
            assertThat(proxy.lists).hasValue(0);
        } finally {
            for (String property : properties) {
                System.clearProperty(property);
            }
        }
    }

    /** What a server writes into an error goes into no message: it could be another service's secret. */
    @Test
    void bodiesOfErrorsAreNotRepeated() throws Exception {
        try (FakeApiServer server = FakeApiServer.tls(PKI.tls(PKI.server("127.0.0.1")))) {
            server.errorBody = "{\"kind\":\"Status\",\"message\":\"canary-body\"}";
            for (int code : new int[] {400, 401, 403, 404, 410, 429, 500, 503}) {
                server.failWith = code;
                assertThat(failure(credential("127.0.0.1", server.port()), LOOPBACK)
                                .getMessage())
                        .doesNotContain("canary-body")
                        .doesNotContain(TOKEN);
            }
        }
    }

    @Test
    void nobodyListeningIsUnreachable() throws Exception {
        int port;
        try (FakeApiServer server = FakeApiServer.withoutTls()) {
            port = server.port();
        }

        CallFailedException failure = failure(credential("127.0.0.1", port), LOOPBACK);

        assertThat(failure.reason()).isEqualTo(ConnectionReason.Unreachable);
        assertThat(failure).hasMessageContaining("refuses connections");
    }

    private static InetAddress[] answer(String host, String... addresses) throws UnknownHostException {
        InetAddress[] answer = new InetAddress[addresses.length];
        for (int i = 0; i < addresses.length; i++) {
            answer[i] = InetAddress.getByAddress(
                    host, IpLiteral.parse(addresses[i]).orElseThrow().getAddress());
        }
        return answer;
    }

    private static RemoteCredential credential(String host, int port) {
        return new RemoteCredential(
                URI.create("https://" + host + ":" + port),
                PKI.authority().certificatePem().getBytes(StandardCharsets.US_ASCII),
                Optional.of(TOKEN),
                Optional.empty(),
                Optional.empty());
    }

    private static CallFailedException failure(RemoteCredential credential, AddressPolicy policy) throws Exception {
        try (KubernetesClient client = new RemoteClientFactory(vertx, policy, Runnable::run).open(credential)) {
            return attempt(client).orElseThrow();
        }
    }

    private static Optional<ConnectionReason> list(RemoteCredential credential, AddressPolicy policy) throws Exception {
        return list(credential, new CheckedResolver(policy, InetAddress::getAllByName));
    }

    private static Optional<ConnectionReason> list(RemoteCredential credential, CheckedResolver resolver)
            throws Exception {
        try (KubernetesClient client = new RemoteClientFactory(vertx, resolver, Runnable::run).open(credential)) {
            return attempt(client).map(CallFailedException::reason);
        }
    }

    private static Optional<CallFailedException> attempt(KubernetesClient client) throws InterruptedException {
        try {
            new ApiCalls(client, WatchSpec.of(Service.class)).list(Optional.empty());
            return Optional.empty();
        } catch (CallFailedException e) {
            return Optional.of(e);
        }
    }

    private static Optional<ConnectionReason> watch(RemoteCredential credential, AddressPolicy policy)
            throws Exception {
        RemoteClientFactory factory = new RemoteClientFactory(vertx, policy, Runnable::run);
        try (KubernetesClient client = factory.open(credential)) {
            new ApiCalls(client, WatchSpec.of(Service.class)).watch("1").close();
            return Optional.empty();
        } catch (CallFailedException e) {
            return Optional.of(e.reason());
        }
    }
}
