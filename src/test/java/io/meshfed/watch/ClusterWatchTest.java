package io.meshfed.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshfed.api.condition.ConnectionReason;
import io.meshfed.net.AddressPolicy;
import io.meshfed.net.Cidr;
import io.meshfed.remote.RemoteClientFactory;
import io.meshfed.remote.TestPki;
import io.meshfed.remote.kubeconfig.RemoteCredential;
import io.meshfed.testbed.MostlyWaiting;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A watch against a server that misbehaves in every way that a test can ask for. */
@MostlyWaiting
@Execution(ExecutionMode.CONCURRENT)
class ClusterWatchTest {
    private static final TestPki PKI = new TestPki("CN=west");

    private final List<AutoCloseable> toClose = new ArrayList<>();
    private final List<String> changes = new CopyOnWriteArrayList<>();
    private final AtomicInteger states = new AtomicInteger();
    private FakeApiServer server;

    @BeforeEach
    void startServer() {
        server = FakeApiServer.tls(PKI.tls(PKI.server("127.0.0.1")));
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = toClose.size() - 1; i >= 0; i--) {
            toClose.get(i).close();
        }
        server.close();
    }

    @Test
    void absenceMeansNothingBeforeTheFirstList() {
        server.failWith = 503;
        ClusterWatch<Service> watch = start(spec());

        await().until(() -> watch.failure().isPresent());

        assertThat(watch.synced()).isFalse();
        assertThat(watch.list()).isEmpty();
    }

    @Test
    void changesArriveOnceEach() {
        server.putService("a", "one", "{}");
        ClusterWatch<Service> watch = startSynced(spec());
        server.putService("a", "two", "{}");
        server.putService("a", "two", "{\"loadBalancer\":{}}");
        server.delete("a", "one");

        await().untilAsserted(() ->
                assertThat(changes).containsExactly("added a/one", "added a/two", "changed a/two", "deleted a/one"));
        assertThat(watch.list())
                .extracting(service -> service.getMetadata().getName())
                .containsExactly("two");
        assertThat(server.lists).hasValue(1);
    }

    @Test
    void managedFieldsAreNotKept() {
        server.putService("a", "one", "{}");
        ClusterWatch<Service> watch = startSynced(spec());

        assertThat(watch.get("a", "one").orElseThrow().getMetadata().getManagedFields())
                .isEmpty();
    }

    @Test
    void theCopyThatKubectlAppliedIsNotKept() {
        server.put(
                "a",
                "one",
                "{\"metadata\":{\"name\":\"one\",\"namespace\":\"a\",\"resourceVersion\":\"%d\",\"annotations\":{"
                        + "\"kubectl.kubernetes.io/last-applied-configuration\":\"{}\",\"kept\":\"yes\"}}}");
        ClusterWatch<Service> watch = startSynced(spec());

        assertThat(watch.get("a", "one").orElseThrow().getMetadata().getAnnotations())
                .containsExactly(Map.entry("kept", "yes"));
    }

    @Test
    void anIndexFollowsItsObjects() {
        server.putService("a", "one", "{}");
        server.putService("b", "one", "{}");
        ClusterWatch<Service> watch = startSynced(spec().indexedBy(
                        "name", service -> List.of(service.getMetadata().getName())));
        server.delete("a", "one");

        await().untilAsserted(() -> assertThat(watch.byIndex("name", "one"))
                .extracting(service -> service.getMetadata().getNamespace())
                .containsExactly("b"));
        assertThat(watch.byIndex("name", "none")).isEmpty();
        assertThat(watch.list("b")).hasSize(1);
    }

    @Test
    void watchThatEndsIsResumedWithoutAList() {
        server.putService("a", "one", "{}");
        startSynced(spec());
        for (int i = 2; i <= 3; i++) {
            int expected = i;
            server.endWatches();
            await().until(() -> server.watchRequests.get() == expected && server.openWatches() == 1);
        }

        server.putService("a", "two", "{}");

        await().until(() -> changes.contains("added a/two"));
        assertThat(server.lists).hasValue(1);
    }

    @Test
    void outageKeepsWhatWasSeenAndRecovers() {
        server.putService("a", "one", "{}");
        ClusterWatch<Service> watch = startSynced(spec());
        for (int code : new int[] {500, 403, 401, 404}) {
            server.failWith = code;
            server.endWatches();
            ConnectionReason expected = code == 500
                    ? ConnectionReason.ServerError
                    : code == 403
                            ? ConnectionReason.Forbidden
                            : code == 401 ? ConnectionReason.Unauthorized : ConnectionReason.NotFound;
            await().until(() -> watch.failure().map(Failure::reason).equals(Optional.of(expected)));
            assertThat(watch.synced()).isTrue();
            assertThat(watch.list()).hasSize(1);

            server.failWith = 0;

            await().until(() -> watch.failure().isEmpty() && server.openWatches() == 1);
        }
        assertThat(changes).containsExactly("added a/one");
    }

    @Test
    void serverThatIsNotThereAtTheStartIsFoundLater() throws Exception {
        int port = server.port();
        server.close();
        ClusterWatch<Service> watch = start(port, spec());
        await().until(() -> watch.failure().map(Failure::reason).equals(Optional.of(ConnectionReason.Unreachable)));

        server = FakeApiServer.tls(PKI.tls(PKI.server("127.0.0.1")), port);

        await().until(watch::synced);
        assertThat(watch.failure()).isEmpty();
    }

    /** As when a custom resource definition is installed after the operator. */
    @Test
    void kindThatIsInstalledLaterIsFound() {
        server.failWith = 404;
        ClusterWatch<Service> watch = start(spec());
        await().until(() -> watch.failure().map(Failure::reason).equals(Optional.of(ConnectionReason.NotFound)));

        server.failWith = 0;

        await().until(watch::synced);
    }

    @Test
    void goneMeansANewListAndNoFailure() {
        server.putService("a", "one", "{}");
        ClusterWatch<Service> watch = startSynced(spec());

        server.send(FakeApiServer.event("ERROR", "{\"kind\":\"Status\",\"code\":410}"));

        await().until(() -> server.lists.get() == 2 && server.watchRequests.get() == 2);
        assertThat(watch.failure()).isEmpty();
        assertThat(changes).containsExactly("added a/one");
    }

    @Test
    void whatHappenedDuringAnOutageIsTold() {
        server.putService("a", "one", "{}");
        server.putService("a", "two", "{}");
        server.putService("a", "three", "{}");
        ClusterWatch<Service> watch = startSynced(spec());
        server.failWith = 503;
        server.endWatches();
        await().until(() -> watch.failure().isPresent());
        server.delete("a", "two");
        server.putService("a", "three", "{\"loadBalancer\":{}}");

        server.failWith = 0;

        await().until(() -> watch.failure().isEmpty());
        assertThat(changes.subList(3, changes.size())).containsExactlyInAnyOrder("deleted a/two", "changed a/three");
    }

    /** Case 11: the socket is open and nobody answers. */
    @Test
    void silentWatchIsOpenedAnewWithoutAList() {
        server.putService("a", "one", "{}");
        startSynced(spec().withTimes(Duration.ofSeconds(1), Duration.ofSeconds(1)));

        await().until(() -> server.watchRequests.get() >= 3);

        assertThat(server.lists).hasValue(1);
    }

    @Test
    void frozenServerIsNoticed() {
        ClusterWatch<Service> watch = startSynced(spec().withTimes(Duration.ofSeconds(1), Duration.ofMillis(300)));

        server.frozen = true;

        await().atMost(Duration.ofSeconds(30))
                .until(() -> watch.failure().map(Failure::reason).equals(Optional.of(ConnectionReason.Unreachable)));
        assertThat(watch.failure().orElseThrow().message()).contains("does not answer in time");
    }

    /** Case 22: one page is not a list. */
    @Test
    void listThatBreaksBetweenPagesIsNotBelieved() {
        server.putService("a", "one", "{}");
        server.putService("a", "two", "{}");
        ClusterWatch<Service> watch = startSynced(spec());
        server.pages = List.of(
                "{\"metadata\":{\"resourceVersion\":\"900\",\"continue\":\"1\"},\"items\":[]}",
                "{\"metadata\":{\"resour");
        server.send(FakeApiServer.event("ERROR", "{\"code\":410}"));

        await().until(() -> watch.failure().map(Failure::reason).equals(Optional.of(ConnectionReason.Invalid)));

        assertThat(watch.list()).hasSize(2);
        assertThat(changes).noneMatch(change -> change.startsWith("deleted"));
    }

    /** Case 23: a server that forgets everything must say so twice. */
    @Test
    void lossOfMostIsConfirmedByASecondList() {
        server.putService("a", "one", "{}");
        ClusterWatch<Service> watch = startSynced(spec());
        server.loseQuietly();
        server.send(FakeApiServer.event("ERROR", "{\"code\":410}"));

        await().until(() -> server.lists.get() == 2);
        assertThat(watch.list()).hasSize(1);
        await().until(() -> changes.contains("deleted a/one"));
        assertThat(server.lists).hasValue(3);
    }

    /** Case 24: an object that does not fit its type. */
    @Test
    void objectThatCannotBeReadHarmsNoOther() {
        server.put(
                "a",
                "bad",
                "{\"metadata\":{\"name\":\"bad\",\"namespace\":\"a\",\"resourceVersion\":\"%d\"},\"spec\":7}");
        server.putService("a", "good", "{}");
        ClusterWatch<Service> watch = startSynced(spec());

        assertThat(watch.list())
                .extracting(service -> service.getMetadata().getName())
                .containsExactly("good");
        assertThat(watch.failure()).map(Failure::reason).contains(ConnectionReason.Invalid);
        assertThat(watch.failure().orElseThrow().message()).contains("a/bad");

        server.putService("a", "bad", "{}");

        await().until(() -> watch.failure().isEmpty());
        assertThat(watch.list()).hasSize(2);
    }

    @Test
    void eventThatIsNoJsonDegradesAndHeals() {
        server.putService("a", "one", "{}");
        ClusterWatch<Service> watch = startSynced(spec());

        server.send("{\"type\":\"ADDED\",\"object\":{\"canary-secret");

        await().until(() -> server.lists.get() == 2 && server.watchRequests.get() == 2);
        assertThat(watch.failure()).isEmpty();
        assertThat(states).hasValue(3);
    }

    @Test
    void answersAreBounded() {
        server.put(
                "a",
                "big",
                "{\"metadata\":{\"name\":\"big\",\"resourceVersion\":\"%d\",\"annotations\":{\"x\":\""
                        + "x".repeat(5_000_000) + "\"}}}");
        ClusterWatch<Service> watch = start(spec().ofRemote(16));

        await().until(() -> watch.failure().map(Failure::reason).equals(Optional.of(ConnectionReason.Invalid)));
        assertThat(watch.failure().orElseThrow().message()).contains("larger than");
    }

    @Test
    void numberOfObjectsIsBounded() {
        for (int i = 0; i < 20; i++) {
            server.putService("a", "s" + i, "{}");
        }
        ClusterWatch<Service> watch = start(spec().ofRemote(16));

        await().until(() -> watch.failure().map(Failure::message).orElse("").contains("more than 16"));
        assertThat(watch.synced()).isFalse();
    }

    @Test
    void objectsThatWereNotAskedForAreIgnored() {
        server.putService("a", "one", "{}");
        server.putService("b", "one", "{}");
        server.putService("a", "two", "{}");
        ClusterWatch<Service> watch = startSynced(spec().inNamespace("a").named("one"));

        assertThat(watch.list()).hasSize(1);
        assertThat(server.queries.get(0))
                .contains("fieldSelector=metadata.name%3Done")
                .contains("limit=500");
    }

    @Test
    void listenerThatThrowsStopsNothing() {
        server.putService("a", "one", "{}");
        KubernetesClient client = client(server.port());
        ClusterWatch<Service> watch = closing(ClusterWatch.start(client, spec(), new WatchListener<>() {
            @Override
            public void changed(Optional<Service> before, Optional<Service> after) {
                throw new IllegalStateException("a listener's defect");
            }

            @Override
            public void stateChanged() {
                throw new IllegalStateException("a listener's defect");
            }
        }));
        await().until(() -> server.openWatches() == 1);

        server.putService("a", "two", "{}");

        await().until(() -> watch.list().size() == 2);
    }

    @Test
    void stateIsToldOnFlipsOnly() {
        ClusterWatch<Service> watch = startSynced(spec());
        assertThat(states).hasValue(1);
        server.failWith = 503;
        server.endWatches();
        await().until(() -> watch.failure().isPresent() && server.lists.get() >= 4);
        assertThat(states).hasValue(2);

        server.failWith = 0;

        await().until(() -> watch.failure().isEmpty());
        assertThat(states).hasValue(3);
    }

    @Test
    void closeEndsTheThread() {
        ClusterWatch<Service> watch = startSynced(spec());
        assertThat(watchThreads()).isEqualTo(1);

        watch.close();

        await().until(() -> watchThreads() == 0);
        await().until(() -> {
            server.putService("a", "x", "{}"); // the server notices a closed socket when it writes
            return server.openWatches() == 0;
        });
    }

    private long watchThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("watch-services@127.0.0.1:" + server.port()))
                .count();
    }

    private static WatchSpec<Service> spec() {
        return WatchSpec.of(Service.class).withTimes(Duration.ofSeconds(1), Duration.ofSeconds(60));
    }

    private ClusterWatch<Service> startSynced(WatchSpec<Service> spec) {
        ClusterWatch<Service> watch = start(spec);
        await().until(() -> watch.synced() && server.openWatches() == 1);
        return watch;
    }

    private ClusterWatch<Service> start(WatchSpec<Service> spec) {
        return start(server.port(), spec);
    }

    private ClusterWatch<Service> start(int port, WatchSpec<Service> spec) {
        return closing(ClusterWatch.start(client(port), spec, new WatchListener<>() {
            @Override
            public void changed(Optional<Service> before, Optional<Service> after) {
                Service service = after.or(() -> before).orElseThrow();
                changes.add((before.isEmpty() ? "added " : after.isEmpty() ? "deleted " : "changed ")
                        + service.getMetadata().getNamespace() + "/"
                        + service.getMetadata().getName());
            }

            @Override
            public void stateChanged() {
                states.incrementAndGet();
            }
        }));
    }

    private KubernetesClient client(int port) {
        Vertx vertx = Vertx.vertx();
        toClose.add(() -> vertx.close());
        RemoteCredential credential = new RemoteCredential(
                URI.create("https://127.0.0.1:" + port),
                PKI.authority().certificatePem().getBytes(StandardCharsets.US_ASCII),
                Optional.of("token"),
                Optional.empty(),
                Optional.empty());
        AddressPolicy policy = AddressPolicy.allowing(Set.of(Cidr.parse("127.0.0.0/8")));
        return closing(new RemoteClientFactory(vertx, policy, Runnable::run).open(credential));
    }

    private <C extends AutoCloseable> C closing(C closeable) {
        toClose.add(closeable);
        return closeable;
    }
}
