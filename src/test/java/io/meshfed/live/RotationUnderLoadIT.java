package io.meshfed.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationStatus;
import io.meshfed.api.MeshFederationStatus.Phase;
import io.meshfed.api.MeshFederationStatus.RotationStatus;
import io.meshfed.api.MeshFederationStatus.TrustStatus;
import io.meshfed.api.RemoteMesh;
import io.meshfed.testbed.CertificateAuthority;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.Repository;
import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.Load;
import io.meshfed.testbed.live.WithMeshes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Roots are replaced while requests are made, each over a connection of its own, so that each is a handshake: {@code
 * target/traffic/rotation.md}. East comes with a CA that its istiod made, west with a root of meshfed's.
 */
@Isolated
@WithMeshes(selfSigned = "east", istioValues = "istio-short-lived-certificates.yaml")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RotationUnderLoadIT {
    private static final int PER_SECOND = 20;
    private static final int BEFORE_AND_AFTER = 5 * PER_SECOND;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofMinutes(8);
    private static final String WAITS = "rotation: {workloadTTL: 1m, margin: 2s}";
    private static final String ONE_CONNECTION_EACH = "{maxRequestsPerConnection: 1}";

    private static final List<String> TABLE = new ArrayList<>();
    private static final App VISITOR = App.client("visitor").in("rotation");
    private static final App HOME = App.server("home").in("rotation").http(8000);
    private static final App SHOP = App.server("shop").in("rotation").http(8000).exports();

    private static LiveMesh east;
    private static LiveMesh west;
    private static TrustWatch watch;
    private static volatile boolean killing;

    @BeforeAll
    static void deploy(LiveMeshes meshes) {
        east = meshes.east();
        west = meshes.west();
        watch = new TrustWatch(meshes.all(), RotationUnderLoadIT::killIfAsked);
        west.deploy(SHOP);
        east.deploy(HOME, VISITOR)
                .imports(SHOP, "from: [{remote: west}]\nloadBalancing: %s".formatted(ONE_CONNECTION_EACH))
                .apply(
                        """
                        apiVersion: networking.istio.io/v1
                        kind: DestinationRule
                        metadata: {name: home, namespace: %s}
                        spec:
                          host: %s
                          trafficPolicy: {connectionPool: {http: %s}}
                        """
                                .formatted(HOME.namespace(), HOME.host(), ONE_CONNECTION_EACH));
        List.of(east.sidecar(VISITOR), east.sidecar(HOME), west.sidecar(SHOP)).forEach(watch::follow);
    }

    @AfterAll
    static void writeTable() throws IOException {
        if (watch != null) {
            watch.close();
        }
        Path folder = Files.createDirectories(Repository.root().resolve("target/traffic"));
        Files.write(folder.resolve("rotation.md"), TABLE);
        TABLE.forEach(System.out::println);
    }

    @Test
    @Order(1)
    void selfSignedMeshIsMigratedAndTheOtherRotatedWhileOperatorsAreKilledAtEachStep() throws Exception {
        String eastsOwn = publishedRoots(east);
        String westsOwn = publishedRoots(west);
        newRoot("root-one");
        trusts(west, "east", eastsOwn);
        trusts(east, "west", westsOwn);
        federation(west, WAITS);
        west.until("east's root", () -> publishedRoots(west).equals(westsOwn + eastsOwn));
        killing = true;
        try (Load home = load(HOME)) {
            untilAnswered(home, 0);
            federation(east, "existingCA: Migrate", "issuer: {secretName: root-one}", WAITS);
            federation(west, "issuer: {secretName: root-one}");
            until("the wish for a restart", () -> trustReady(east).equals("IstiodNeedsRestart"));
            east.restartIstiod();
            east.client(VISITOR).get(url(SHOP)).untilAnswered();
            try (Load shop = load(SHOP)) {
                walk("existingCA: Migrate in east, rotation in west, operators killed");
                trusts(west, "east");
                trusts(east, "west");
                untilOnlyRootIs("root-one");
                killing = false;
                report("from a self-signed CA, within the mesh", home);
                report("from roots of their own, across", shop);
            }
        } finally {
            killing = false;
        }

        assertThat(watch.broken()).isEmpty();
        assertThat(watch.strangers()).isEmpty();
    }

    @Test
    @Order(2)
    void commonRootIsReplaced() throws Exception {
        int eastBefore = watch.writes(east);
        int westBefore = watch.writes(west);
        newRoot("root-two");
        try (Load home = load(HOME);
                Load shop = load(SHOP)) {
            untilAnswered(shop, 0);
            federation(east, "issuer: {secretName: root-two}");
            federation(west, "issuer: {secretName: root-two}");
            walk("a common root is replaced");
            untilOnlyRootIs("root-two");
            report("a common root, within the mesh", home);
            report("a common root, across", shop);
        }

        assertThat(watch.broken()).isEmpty();
        assertThat(watch.writes(east) - eastBefore).isEqualTo(3);
        assertThat(watch.writes(west) - westBefore).isEqualTo(3);
    }

    private static Load load(App app) {
        return east.client(VISITOR).get(url(app)).within(PATIENCE).rate(PER_SECOND, LONGEST);
    }

    private static String url(App app) {
        return "http://" + app.host() + ":8000/";
    }

    /** From the first phase to the end, in both meshes. */
    private static void walk(String name) {
        Instant start = Instant.now();
        List<String> moments = new ArrayList<>();
        for (Phase phase : List.of(Phase.AwaitTrust, Phase.AwaitRenewal)) {
            for (LiveMesh mesh : List.of(east, west)) {
                until(mesh.name() + " in " + phase, () -> phase(mesh).equals(Optional.of(phase)));
                moments.add(since(start) + " " + mesh.name() + " " + phase);
                killIfAsked(mesh);
            }
        }
        for (LiveMesh mesh : List.of(east, west)) {
            until(
                    "the end in " + mesh.name(),
                    () -> phase(mesh).isEmpty() && trustReady(mesh).equals("Verified"));
            moments.add(since(start) + " " + mesh.name() + " there");
        }
        TABLE.add(name + ": " + String.join(", ", moments));
    }

    private static String since(Instant start) {
        return Duration.between(start, Instant.now()).toSeconds() + " s";
    }

    private static void killIfAsked(LiveMesh mesh) {
        if (killing) {
            mesh.operator().crash();
        }
    }

    private static Optional<Phase> phase(LiveMesh mesh) {
        return mesh.federation()
                .map(MeshFederation::getStatus)
                .map(MeshFederationStatus::trust)
                .map(TrustStatus::rotation)
                .map(RotationStatus::phase);
    }

    private static String trustReady(LiveMesh mesh) {
        return Mesh.reason(mesh.federation(), "TrustReady");
    }

    /** Nothing that was sent went wrong, from before to after. */
    private static void report(String what, Load load) {
        untilAnswered(load, load.requests().size());
        Answers answers = load.stop();
        int wrong = answers.failed() - answers.notMade();
        TABLE.add("%s: %d requests, %d failed".formatted(what, answers.requests() - answers.notMade(), wrong));
        assertThat(wrong).as("%s, %s", answers.byStatus(), answers.failures()).isZero();
    }

    private static void untilAnswered(Load load, int soFar) {
        east.until(
                "requests",
                () -> load.requests().stream().filter(r -> !r.pod().isEmpty()).count() >= soFar + BEFORE_AND_AFTER);
    }

    private static void newRoot(String name) {
        Map<String, String> root = CertificateAuthority.rootSecret("CN=" + name);
        List.of(east, west).forEach(mesh -> mesh.operatorSecret(name, "kubernetes.io/tls", root));
    }

    private static void untilOnlyRootIs(String name) {
        for (LiveMesh mesh : List.of(east, west)) {
            until(name + " alone in " + mesh.name(), () -> publishedRoots(mesh).equals(root(mesh, name)));
        }
    }

    private static String root(LiveMesh mesh, String name) {
        String encoded = mesh.cluster()
                .adminClient()
                .secrets()
                .inNamespace("meshfed-system")
                .withName(name)
                .get()
                .getData()
                .get("tls.crt");
        return new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII);
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

    /** Changes {@code spec.trust}. */
    private static void federation(LiveMesh mesh, String... trust) {
        patch(mesh, MeshFederation.class, mesh.name(), "spec: {trust: {" + String.join(", ", trust) + "}}");
    }

    /** The roots that a RemoteMesh lists. */
    private static void trusts(LiveMesh mesh, String peer, String... roots) {
        String listed = java.util.Arrays.stream(roots)
                .map(pem -> "{name: own, pem: " + Serialization.asJson(pem) + "}")
                .collect(Collectors.joining(", "));
        patch(mesh, RemoteMesh.class, peer, "spec: {trust: {roots: [" + listed + "]}}");
    }

    private static <T extends HasMetadata> void patch(LiveMesh mesh, Class<T> type, String name, String yaml) {
        mesh.cluster()
                .adminClient()
                .resources(type)
                .withName(name)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        Serialization.asJson(Serialization.unmarshal(yaml, Map.class)));
    }

    /** Longer than a wait of the rotation, with operators that are killed and have to wait for their Lease. */
    private static void until(String what, Callable<Boolean> condition) {
        await(what)
                .pollInterval(Duration.ofMillis(100))
                .atMost(Duration.ofMinutes(4))
                .until(condition);
    }
}
