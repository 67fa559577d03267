package io.meshfed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.dsl.ServiceResource;
import io.meshfed.api.RemoteMesh;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.Repository;
import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.Client;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.Load;
import io.meshfed.testbed.live.WithMeshes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What goes wrong under a steady load while something changes, one number for each case: {@code
 * target/traffic/faults.md}. Zero wherever meshfed is what decides.
 */
@WithMeshes
class TrafficFaultsIT {
    private static final int PER_SECOND = 200;
    private static final int BEFORE_AND_AFTER = 2 * PER_SECOND;
    private static final Duration LONGEST = Duration.ofMinutes(4);

    private static final SortedMap<String, String> TABLE = new TreeMap<>();
    private static App shop;
    private static App visitor;
    private static LiveMesh east;
    private static LiveMesh west;
    private static Client.Requests requests;

    @BeforeAll
    static void importFromWest(LiveMeshes meshes) {
        String namespace = meshes.newName("faults");
        shop = App.server("shop").in(namespace).http(8000).exports();
        visitor = App.client("visitor").in(namespace);
        east = meshes.east();
        west = meshes.west();
        west.deploy(shop);
        east.deploy(visitor).imports(shop, "from: [{remote: west}]");
        requests = east.client(visitor)
                .get("http://" + shop.host() + ":8000/")
                .patient()
                .untilAnswered();
    }

    /** A change that is made while requests are. */
    private interface Change {
        void make() throws Exception;
    }

    private static Answers during(String change, Change made) throws Exception {
        try (Load load = requests.rate(PER_SECOND, LONGEST)) {
            east.until("requests before", () -> load.answered() >= BEFORE_AND_AFTER);
            made.make();
            long soFar = load.answered();
            east.until("requests after", () -> load.answered() >= soFar + BEFORE_AND_AFTER);
            Answers answers = load.stop();
            String causes = answers.failures().stream()
                    .map(f -> f.what().lines().findFirst().orElse("").strip())
                    .distinct()
                    .limit(3)
                    .collect(Collectors.joining("; "));
            TABLE.put(change, "| %s | %d | %d | %s |".formatted(change, answers.requests(), answers.failed(), causes));
            return answers;
        }
    }

    private static void assertNothingWentWrong(Answers answers) {
        assertThat(answers.failed())
                .as("%s, %s", answers.byStatus(), answers.failures())
                .isZero();
    }

    /** For changes outside of meshfed: no failure before the change, and none once the client's proxy knows it. */
    private static void assertNothingWentWrongOutside(Instant[] moments, Answers answers) {
        assertThat(answers.failures())
                .allMatch(failure -> endedAfter(moments[0], failure), "not before it happens")
                .allMatch(failure -> begunBefore(moments[1], failure), "not once the proxy knows");
    }

    @BeforeEach
    void onlyWestServesTheHost() {
        localService().delete();
        east.until(
                "west alone in the client's proxy, and the name",
                () -> endpoints() == 1 && requests.once().failed() == 0);
    }

    private static ServiceResource<Service> localService() {
        return east.cluster()
                .adminClient()
                .services()
                .inNamespace(shop.namespace())
                .withName(shop.name());
    }

    private static void givenLocalService() {
        east.deploy(shop);
        requests.untilAnsweredBy("west/", "east/");
    }

    @AfterAll
    static void writeTable() throws IOException {
        Path folder = Files.createDirectories(Repository.root().resolve("target/traffic"));
        List<String> lines = new ArrayList<>(List.of(
                "| while, at " + PER_SECOND + " requests/s | requests | failed | cause |", "|---|---|---|---|"));
        lines.addAll(TABLE.values());
        Files.write(folder.resolve("faults.md"), lines);
        lines.forEach(System.out::println);
    }

    @Test
    void operatorIsKilledAndStarted() throws Exception {
        Answers answers = during("the operator is killed and starts again", () -> {
            String before = leader();
            east.operator().restart();
            east.until("the new leader", () -> !leader().equals(before));
        });

        assertNothingWentWrong(answers);
    }

    private static String leader() {
        return east.cluster().adminClient().leases().inAnyNamespace().list().getItems().stream()
                .filter(lease -> lease.getMetadata().getName().equals("meshfed"))
                .findFirst()
                .orElseThrow()
                .getSpec()
                .getHolderIdentity();
    }

    @Test
    void remoteApiServerIsAwayAndReturns() throws Exception {
        Answers answers = during("the remote API server is away and returns", () -> {
            west.cluster().stopApiServer();
            try {
                east.until("the status", () -> !Mesh.holds(east.remote("west"), "Connected"));
            } finally {
                west.cluster().startApiServer();
            }
            east.until("the connection", () -> Mesh.holds(east.remote("west"), "Connected"));
        });

        assertNothingWentWrong(answers);
    }

    @Test
    void remoteCredentialIsReplaced() throws Exception {
        Answers answers = during("the remote credential is replaced by a bad one, then by a good one", () -> {
            east.credentialFor("west", "no kubeconfig");
            try {
                east.until("the refusal", () -> !Mesh.holds(east.remote("west"), "Connected"));
            } finally {
                east.credentialFor("west", west.credentialOfPeer());
            }
            east.until("the connection", () -> Mesh.holds(east.remote("west"), "Connected"));
        });

        assertNothingWentWrong(answers);
    }

    @Test
    void gatewayAddressChanges() throws Exception {
        String before = west.gatewayAddresses().get(0);
        String after = west.nextAddress();
        Instant[] moments = new Instant[2];
        Answers answers = during("the gateway gets another address, the old one goes when the new one is known", () -> {
            west.moveGateway(before, after);
            east.until("both in the client's proxy", () -> endpoints() == 2);
            moments[0] = Instant.now();
            west.moveGateway(after);
            east.until("the new one alone in the client's proxy", () -> endpoints() == 1);
            moments[1] = Instant.now();
        });

        // The cloud removes the old address, closes its connections, and reports that at the same time: what is under
        // way then is lost, whatever the operator does. It decides how soon the proxies know; nothing is lost before
        // the one or after the other.
        assertNothingWentWrongOutside(moments, answers);
        assertThat(requests.times(100).failed()).isZero();
    }

    private static int endpoints() {
        return east.sidecar(visitor).endpoints(shop.host(), 8000).size();
    }

    private static boolean begunBefore(Instant moment, Answers.Failure failure) {
        return Instant.parse(failure.at()).isBefore(moment);
    }

    private static boolean endedAfter(Instant moment, Answers.Failure failure) {
        return Instant.parse(failure.at())
                .plusMillis(Math.round(failure.afterMillis()))
                .isAfter(moment);
    }

    @Test
    void importFlipsToLocal() throws Exception {
        Answers answers = during("an import flips to a local Service", () -> {
            east.deploy(shop);
            east.until("answers of both", () -> requests.times(20).pods().size() == 2);
        });

        assertNothingWentWrong(answers);
    }

    @Test
    void importFlipsBackToRemote() throws Exception {
        givenLocalService();
        Instant[] moments = new Instant[2];
        Answers answers =
                during("an import flips back to remote: the local Service is deleted, but not its pods", () -> {
                    moments[0] = Instant.now();
                    localService().delete();
                    east.until(
                            "west alone in the client's proxy, and the name",
                            () -> endpoints() == 1 && requests.once().failed() == 0);
                    moments[1] = Instant.now();
                });

        // When a pod belongs to no Service any more, istiod updates its proxy like all others, and that proxy then
        // answers for the port that it has lost (503, NC), while the client's proxy may not have the update yet. That
        // is
        // so without meshfed, too.
        assertNothingWentWrongOutside(moments, answers);
    }

    @Test
    void remoteIsDrained() throws Exception {
        givenLocalService();
        Answers answers;
        try {
            answers = during("a remote is drained", () -> {
                drained(true);
                east.until("answers of east only", () -> requests.times(20).shareOf("east/") == 1);
            });
        } finally {
            drained(false);
        }
        requests.untilAnsweredBy("west/");

        assertNothingWentWrong(answers);
    }

    private static void drained(boolean value) {
        east.cluster().mergeSpec(RemoteMesh.class, "west", "drained: " + value);
    }
}
