package io.meshfed.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationStatus;
import io.meshfed.api.MeshFederationStatus.Phase;
import io.meshfed.api.MeshFederationStatus.RotationStatus;
import io.meshfed.api.MeshFederationStatus.TrustStatus;
import io.meshfed.api.RemoteMesh;
import io.meshfed.testbed.CertificateAuthority;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.MostlyWaiting;
import io.meshfed.testbed.Repository;
import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.Load;
import io.meshfed.testbed.live.ProxyView;
import io.meshfed.testbed.live.WithOwnMeshes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Roots are replaced while requests are made, each over a connection of its own, so that each is a handshake, and every
 * operator is killed at each step: {@code target/traffic/rotation.md}. East and west have a common root of meshfed, north
 * has a CA that its istiod generated; in the end all have a new root.
 *
 * <p>Proxies wait a minute for a connection: on a busy machine a handshake takes its time, and a root that is not trusted
 * ends it at once.
 */
@MostlyWaiting
@Order(-2)
@WithOwnMeshes(
        value = {"east", "west", "north"},
        selfSigned = "north",
        istioValues = "istio-short-lived-certificates.yaml")
class RotationUnderLoadIT {
    private static final int PER_SECOND = 5;
    private static final int BEFORE_AND_AFTER = 5 * PER_SECOND;
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final String WAITS = "rotation: {workloadTTL: 1m, margin: 2s}";
    private static final String NEXT = "issuer: {secretName: root-next}";
    private static final String ONE_REQUEST_EACH = "{maxRequestsPerConnection: 1}";

    private static final App VISITOR = App.client("visitor").in("rotation");
    private static final App HOME = slow(App.server("home")).in("rotation").http(8000);
    private static final App SHOP =
            slow(App.server("shop")).in("rotation").http(8000).exports();

    private static final List<String> REPORT = Collections.synchronizedList(new ArrayList<>());
    private static final Map<LiveMesh, Integer> KILLED = new ConcurrentHashMap<>();
    private static List<LiveMesh> all;
    private static LiveMesh east;
    private static LiveMesh west;
    private static LiveMesh north;
    private static TrustRecorder watch;
    private static volatile boolean killing;

    /** Its proxies receive a new root with their next certificate; those of clients receive it at once. */
    private static App slow(App app) {
        return app.proxyMetadata("PROXY_CONFIG_XDS_AGENT", "false");
    }

    /** A wait of a mesh in which its operator is to be killed. */
    private record Stop(LiveMesh mesh, Phase phase) {
        /** Whether it is there, and the wait is being counted. */
        boolean reached() {
            return rotation(mesh)
                    .filter(now -> now.phase() == phase)
                    .map(RotationStatus::waitingFor)
                    .filter(what -> what.contains("of this mesh"))
                    .isPresent();
        }
    }

    @BeforeAll
    static void deploy(LiveMeshes meshes) {
        all = List.copyOf(meshes.all());
        east = meshes.east();
        west = meshes.west();
        north = meshes.get("north");
        watch = new TrustRecorder(all, mesh -> killIfAsked(mesh, "wrote cacerts"));
        west.deploy(SHOP);
        north.deploy(HOME)
                .apply(
                        """
                        apiVersion: networking.istio.io/v1
                        kind: DestinationRule
                        metadata: {name: home, namespace: %s}
                        spec:
                          host: %s
                          trafficPolicy: {connectionPool: {http: %s}}
                        """
                                .formatted(HOME.namespace(), HOME.host(), ONE_REQUEST_EACH));
        for (LiveMesh mesh : List.of(east, north)) {
            mesh.deploy(VISITOR).imports(SHOP, "from: [{remote: west}]\nloadBalancing: " + ONE_REQUEST_EACH);
            follow(mesh.sidecar(VISITOR));
        }
        follow(west.sidecar(SHOP));
        follow(north.sidecar(HOME));
    }

    /** A proxy with a certificate of a minute. */
    private static void follow(ProxyView proxy) {
        assertThat(proxy.identity().chain().get(0).getNotAfter())
                .as("the end of the certificate of " + proxy.name())
                .isBefore(Instant.now().plusSeconds(60));
        watch.follow(proxy);
    }

    @AfterAll
    static void writeReport() throws IOException {
        if (watch != null) {
            watch.close();
        }
        Path folder = Files.createDirectories(Repository.root().resolve("target/traffic"));
        Files.write(folder.resolve("rotation.md"), REPORT);
        REPORT.forEach(System.out::println);
    }

    @Test
    void noRequestFailsWhileRootsAreReplacedAndASelfSignedMeshIsMigratedAndOperatorsAreKilledAtEachStep(
            LiveMeshes meshes) {
        String common = publishedRoots(east);
        String own = publishedRoots(north);
        for (LiveMesh mesh : List.of(east, west)) {
            trusts(mesh, "north", own);
            trusts(north, mesh.name(), common);
            federation(mesh, WAITS);
        }
        for (LiveMesh mesh : List.of(east, west)) {
            until("north's root in " + mesh.name(), () -> publishedRoots(mesh).equals(common + own));
        }
        Map<String, String> next = CertificateAuthority.rootSecret("CN=root-next");
        all.forEach(mesh -> mesh.operatorSecret("root-next", "kubernetes.io/tls", next));
        Map<LiveMesh, Integer> before = all.stream().collect(Collectors.toMap(mesh -> mesh, watch::writes));
        east.client(VISITOR).get(url(SHOP)).untilAnswered();
        killing = true;
        try (Load within = load(north, HOME);
                Load across = load(east, SHOP)) {
            untilAnswered(within, 0);
            untilAnswered(across, 0);
            federation(north, "existingCA: Migrate", NEXT, WAITS);
            List.of(east, west).forEach(mesh -> federation(mesh, NEXT));
            until("the request for a restart of istiod", () -> trustReady(north).equals("IstiodNeedsRestart"));
            north.restartIstiod();
            north.client(VISITOR).get(url(SHOP)).untilAnswered();
            try (Load fromNorth = load(north, SHOP)) {
                goThroughAllPhases(before, List.of(within, across, fromNorth));
                killing = false;
                all.forEach(mesh -> assertThat(watch.writes(mesh) - before.get(mesh))
                        .as("writes of cacerts in " + mesh.name())
                        .isEqualTo(3));
                for (LiveMesh mesh : List.of(east, west)) {
                    trusts(mesh, "north");
                    trusts(north, mesh.name());
                }
                String root = text(next.get("tls.crt"));
                all.forEach(mesh -> until("the next root alone in " + mesh.name(), () -> publishedRoots(mesh)
                        .equals(root)));
                assertNothingFailed("within north, from its own CA to the next root", within);
                int toWest = assertNothingFailed("from east to west, from their root to the next", across)
                        + assertNothingFailed("from north to west, from roots of their own to the next", fromNorth);
                assertThat(meshes.gatewayConnections("west"))
                        .as("each request is a handshake")
                        .isGreaterThanOrEqualTo(toWest);
            }
        } finally {
            killing = false;
            REPORT.add("operators killed: "
                    + all.stream()
                            .map(mesh -> mesh.name() + " " + KILLED.getOrDefault(mesh, 0))
                            .collect(Collectors.joining(", ")));
        }

        assertThat(watch.broken()).isEmpty();
        assertThat(watch.strangers()).isEmpty();
        assertThat(KILLED.values()).hasSize(3).allMatch(times -> times == 5, "at three writes and in two waits");
    }

    /** Fails as soon as it is known that it will, and says by what. */
    private static void goThroughAllPhases(Map<LiveMesh, Integer> before, List<Load> loads) {
        Instant start = Instant.now();
        Set<Stop> ahead = new LinkedHashSet<>();
        all.forEach(mesh ->
                Stream.of(Phase.AwaitTrust, Phase.AwaitRenewal).forEach(phase -> ahead.add(new Stop(mesh, phase))));
        until("the end of all phases", () -> {
            assertThat(watch.broken()).isEmpty();
            loads.forEach(load -> assertThat(failed(load)).isEmpty());
            for (Stop stop : Set.copyOf(ahead)) {
                if (stop.reached()) {
                    ahead.remove(stop);
                    killIfAsked(stop.mesh(), "waits in " + stop.phase());
                }
            }
            Set<LiveMesh> through = all.stream()
                    .filter(mesh -> watch.writes(mesh) - before.get(mesh) >= 3)
                    .filter(mesh -> rotation(mesh).isEmpty() && trustReady(mesh).equals("Verified"))
                    .collect(Collectors.toSet());
            assertThat(ahead).as("waits that were left out").noneMatch(stop -> through.contains(stop.mesh()));
            return through.size() == all.size();
        });
        REPORT.add("all at rest after " + Duration.between(start, Instant.now()).toSeconds() + " s");
    }

    private static List<Load.Request> failed(Load load) {
        return load.requests().stream()
                .filter(request -> request.pod().isEmpty())
                .toList();
    }

    private static void killIfAsked(LiveMesh mesh, String when) {
        if (killing) {
            mesh.operator().crash();
            KILLED.merge(mesh, 1, Integer::sum);
            REPORT.add("%s: operator of %s killed, which %s".formatted(Instant.now(), mesh.name(), when));
        }
    }

    private static Load load(LiveMesh mesh, App app) {
        return mesh.client(VISITOR).get(url(app)).patient().rate(PER_SECOND, LONGEST);
    }

    private static String url(App app) {
        return "http://" + app.host() + ":8000/";
    }

    private static Optional<RotationStatus> rotation(LiveMesh mesh) {
        return mesh.federation()
                .map(MeshFederation::getStatus)
                .map(MeshFederationStatus::trust)
                .map(TrustStatus::rotation);
    }

    private static String trustReady(LiveMesh mesh) {
        return Mesh.reason(mesh.federation(), "TrustReady");
    }

    private static int assertNothingFailed(String what, Load load) {
        untilAnswered(load, load.requests().size());
        Answers answers = load.stop();
        REPORT.add("%s: %d requests, %d failed".formatted(what, answers.requests(), answers.failed()));
        assertThat(answers.failed())
                .as("%s: %s, %s", what, answers.byStatus(), answers.failures())
                .isZero();
        return answers.requests();
    }

    private static void untilAnswered(Load load, int soFar) {
        until("requests", () -> load.answered() >= soFar + BEFORE_AND_AFTER);
    }

    private static String publishedRoots(LiveMesh mesh) {
        return mesh.cluster()
                .adminClient()
                .configMaps()
                .inNamespace("istio-system")
                .withName("istio-ca-root-cert")
                .get()
                .getData()
                .get("root-cert.pem");
    }

    private static String text(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
    }

    /** Changes {@code spec.trust}. */
    private static void federation(LiveMesh mesh, String... trust) {
        mesh.cluster().mergeSpec(MeshFederation.class, mesh.name(), "trust: {" + String.join(", ", trust) + "}");
    }

    /** The roots that a RemoteMesh lists. */
    private static void trusts(LiveMesh mesh, String peer, String... roots) {
        String listed = Stream.of(roots)
                .map(pem -> "{name: own, pem: " + Serialization.asJson(pem) + "}")
                .collect(Collectors.joining(", "));
        mesh.cluster().mergeSpec(RemoteMesh.class, peer, "trust: {roots: [" + listed + "]}");
    }

    /** Longer than two waits of a minute with operators that are killed and then wait for their Lease. */
    private static void until(String what, Callable<Boolean> condition) {
        await(what)
                .pollInterval(Duration.ofMillis(100))
                .atMost(Duration.ofMinutes(8))
                .until(condition);
    }
}
