package io.meshfed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus.LastKnownGateway;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What goes wrong under a steady load while something changes, one number for each case: {@code
 * target/live/traffic-faults.md}. Zero wherever meshfed is what decides.
 */
@WithMeshes
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TrafficFaultsIT {
    private static final int PER_SECOND = 200;
    private static final int BEFORE_AND_AFTER = 2 * PER_SECOND;
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private static final List<String> TABLE = new ArrayList<>();
    private static App shop;
    private static LiveMesh east;
    private static LiveMesh west;
    private static Client.Requests requests;

    @BeforeAll
    static void importFromWest(LiveMeshes meshes) {
        String namespace = meshes.newName("faults");
        shop = App.server("shop").in(namespace).http(8000).exports();
        App visitor = App.client("visitor").in(namespace);
        east = meshes.east();
        west = meshes.west();
        west.deploy(shop);
        east.deploy(visitor)
                .imports(
                        shop,
                        """
                        from: [{remote: west}]
                        loadBalancing: {maxRequestsPerConnection: 10}
                        """);
        requests = east.client(visitor).get("http://" + shop.host() + ":8000/").untilAnswered();
    }

    /** A change that is made while requests are. */
    private interface Change {
        void make() throws Exception;
    }

    private static Answers during(String change, Change made) throws Exception {
        try (Load load = requests.rate(PER_SECOND, LONGEST)) {
            east.until("requests before", () -> load.requests().size() >= BEFORE_AND_AFTER);
            made.make();
            int soFar = load.requests().size();
            east.until("requests after", () -> load.requests().size() >= soFar + BEFORE_AND_AFTER);
            Answers answers = load.stop();
            String causes = answers.failures().stream()
                    .filter(f -> !f.what().startsWith("backlog"))
                    .map(f -> f.what().lines().findFirst().orElse("").strip())
                    .distinct()
                    .limit(3)
                    .collect(Collectors.joining("; "));
            TABLE.add("| %s | %d | %d | %s |"
                    .formatted(change, answers.requests() - answers.notMade(), wentWrong(answers), causes));
            return answers;
        }
    }

    /** Requests that were made and not answered; what a busy machine did not get round to make is not among them. */
    private static int wentWrong(Answers answers) {
        return answers.failed() - answers.notMade();
    }

    @AfterAll
    static void writeTable() throws IOException {
        Path folder = Files.createDirectories(Repository.root().resolve("target/live"));
        List<String> lines = new ArrayList<>(List.of(
                "| while, at " + PER_SECOND + " requests/s | requests | failed | cause |", "|---|---|---|---|"));
        lines.addAll(TABLE);
        Files.write(folder.resolve("traffic-faults.md"), lines);
        lines.forEach(System.out::println);
    }

    @Test
    @Order(1)
    void operatorIsKilledAndStarted() throws Exception {
        Answers answers = during(
                "the operator is killed and starts again", () -> east.operator().restart());

        assertThat(wentWrong(answers)).as("%s", answers.failures()).isZero();
    }

    @Test
    @Order(2)
    void remoteApiServerIsAwayAndReturns() throws Exception {
        Answers answers = during("the remote API server is away and returns", () -> {
            west.cluster().stopApiServer();
            east.until("the status", () -> !Mesh.holds(east.remote("west"), "Connected"));
            west.cluster().startApiServer();
            east.until("the connection", () -> Mesh.holds(east.remote("west"), "Connected"));
        });

        assertThat(wentWrong(answers)).as("%s", answers.failures()).isZero();
    }

    @Test
    @Order(3)
    void remoteCredentialIsReplaced() throws Exception {
        Answers answers = during("the remote credential is replaced by a bad one, then by a good one", () -> {
            east.credentialFor("west", "no kubeconfig");
            east.until("the refusal", () -> !Mesh.holds(east.remote("west"), "Connected"));
            east.credentialFor("west", west.credentialOfPeer());
            east.until("the connection", () -> Mesh.holds(east.remote("west"), "Connected"));
        });

        assertThat(wentWrong(answers)).as("%s", answers.failures()).isZero();
    }

    @Test
    @Order(4)
    void gatewayAddressChanges() throws Exception {
        String before = addresses().get(0);
        String after = west.nextAddress();
        Answers answers = during("the gateway gets another address, the old one goes when the new one is known", () -> {
            west.moveGateway(before, after);
            east.until("both", () -> addresses().size() == 2);
            west.moveGateway(after);
            east.until("the new one", () -> addresses().equals(List.of(after)));
        });

        // The cloud takes the old address away with the connections on it, about when istiod tells the proxies of the
        // new
        // one: what is under way then is lost, and so the table has a number; nothing after it is.
        assertThat(answers.ok()).isPositive();
        assertThat(requests.times(100).failed()).isZero();
    }

    private static List<String> addresses() {
        return Optional.ofNullable(east.remote("west").orElseThrow().getStatus().gateway())
                .map(LastKnownGateway::addresses)
                .orElse(List.of());
    }

    @Test
    @Order(5)
    void importFlipsToLocalAndBack() throws Exception {
        Answers answers = during("the import flips from remote to local and back", () -> {
            east.deploy(shop);
            east.until("answers of both", () -> requests.times(20).pods().size() == 2);
            east.cluster()
                    .adminClient()
                    .services()
                    .inNamespace(shop.namespace())
                    .withName(shop.name())
                    .delete();
            east.until("answers of west only", () -> requests.times(20).shareOf("west/") == 1);
        });

        // Somebody deletes the Service that answers: until the operator and istiod have seen it, the name leads
        // nowhere.
        assertThat(wentWrong(answers)).as("%s", answers.failures()).isLessThan(PER_SECOND * 2);
    }

    @Test
    @Order(6)
    void remoteIsDrained() throws Exception {
        east.deploy(shop);
        requests.untilAnsweredBy("west/", "east/");
        Answers answers = during("a remote is drained", () -> {
            drained(true);
            east.until("answers of east only", () -> requests.times(20).shareOf("east/") == 1);
        });
        drained(false);
        requests.untilAnsweredBy("west/");

        assertThat(wentWrong(answers)).as("%s", answers.failures()).isZero();
    }

    private static void drained(boolean value) {
        east.cluster()
                .adminClient()
                .resources(RemoteMesh.class)
                .withName("west")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"drained\":" + value + "}}");
    }
}
