package io.meshfed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.Client.Requests;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.Load;
import io.meshfed.testbed.live.ProxyView;
import io.meshfed.testbed.live.SharePicture;
import io.meshfed.testbed.live.WithMeshes;
import java.time.Duration;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What makes one client reach all pods behind a gateway, and what does not. */
@WithMeshes
class ConnectionBalanceIT {
    private static final int PODS = 3;
    private static final Offset<Double> TEN_POINTS = Offset.offset(0.10);
    private static final Offset<Double> TWENTY_POINTS = Offset.offset(0.20);

    private static App shop;
    private static App visitor;
    private static LiveMesh east;
    private static LiveMesh west;

    @BeforeAll
    static void threePodsInWest(LiveMeshes meshes) {
        String namespace = meshes.newName("balance");
        shop = App.server("shop").in(namespace).http(8000).exports().replicas(PODS);
        visitor = App.client("visitor").in(namespace);
        east = meshes.east();
        west = meshes.west();
        west.deploy(shop);
        east.deploy(visitor);
        ProxyView gateway = west.gateways().get(0);
        west.until(
                "all pods behind the gateway",
                () -> gateway.passthroughEndpoints(shop.host(), 8000).size() == PODS);
    }

    /** One after the other, so that the client's proxy needs no second connection. */
    private static Requests sequential() {
        return requests().workers(1);
    }

    private static Requests requests() {
        return east.client(visitor).get("http://" + shop.host() + ":8000/").untilAnswered();
    }

    private static void untilSidecarHas(String setting) {
        ProxyView sidecar = east.sidecars(visitor).get(0);
        east.until(setting + " in the client's proxy", () -> sidecar.setting(shop.host(), 8000, setting)
                .isPresent());
    }

    @Test
    void everyRequestIsBalancedWhenAConnectionCarriesOnlyOne() {
        east.imports(
                shop,
                """
                from: [{remote: west}]
                loadBalancing: {maxRequestsPerConnection: 1}
                """);
        untilSidecarHas("max_requests_per_connection");

        Answers answers = sequential().times(600);

        SharePicture.record(SharePicture.Section.SCALE_REMOTE, 1, "maxRequestsPerConnection: 1 (west alone)", answers);
        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
        assertThat(answers.pods()).hasSize(PODS).allSatisfy(pod -> assertThat(answers.shareOf(pod))
                .as("share of %s", pod)
                .isCloseTo(1.0 / PODS, TEN_POINTS));
    }

    @Test
    void sharesEvenOutOverTimeWhenConnectionsHaveAnAge() {
        east.imports(
                shop,
                """
                from: [{remote: west}]
                loadBalancing: {maxConnectionDuration: 500ms}
                """);
        untilSidecarHas("max_connection_duration");

        Answers answers;
        try (Load load = requests().patient().rate(40, Duration.ofMinutes(4))) {
            east.until(
                    "answers over dozens of connections", () -> load.requests().size() >= 1000);
            answers = load.stop();
        }

        SharePicture.record(SharePicture.Section.SCALE_REMOTE, 2, "maxConnectionDuration: 500ms (west alone)", answers);
        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
        assertThat(answers.pods()).hasSize(PODS).allSatisfy(pod -> assertThat(answers.shareOf(pod))
                .as("share of %s", pod)
                .isCloseTo(1.0 / PODS, TWENTY_POINTS));
    }
}
