package io.meshfed.live;

import static io.meshfed.testbed.live.Answers.FIVE_POINTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.ProxyView;
import io.meshfed.testbed.live.SharePicture;
import io.meshfed.testbed.live.WithMeshes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The seed's scaling: more local pods are more endpoints, more remote pods are not. */
@WithMeshes
class ReplicasShareIT {
    private static App shop;
    private static App visitor;
    private static LiveMesh east;
    private static LiveMesh west;

    @BeforeAll
    static void deployInBoth(LiveMeshes meshes) {
        String namespace = meshes.newName("scale");
        shop = App.server("shop").in(namespace).http(8000).exports();
        visitor = App.client("visitor").in(namespace);
        east = meshes.east();
        west = meshes.west();
        west.deploy(shop);
        east.deploy(shop, visitor);
    }

    private static void givenPods(int inEast, int inWest) {
        east.scale(shop, inEast);
        west.scale(shop, inWest);
        ProxyView gateway = west.gateways().get(0);
        west.until(
                "the pods behind the gateway",
                () -> gateway.passthroughEndpoints(shop.host(), 8000).size() == inWest);
    }

    private static String url() {
        return "http://" + shop.host() + ":8000/";
    }

    @Test
    void threeEndpointsShareTheRequestsWhenTheLocalSideHasTwoPods() {
        givenPods(1, 1);
        east.imports(
                shop,
                """
                from: [{remote: west}]
                loadBalancing: {maxRequestsPerConnection: 1}
                """);

        Answers before = east.client(visitor)
                .get(url())
                .untilAnsweredBy("west/", "east/")
                .sample();
        SharePicture.record(SharePicture.Section.SCALE_LOCAL, 0, "before: one pod in each mesh", before);

        east.scale(shop, 2);
        ProxyView sidecar = east.sidecars(visitor).get(0);
        east.until("three endpoints", () -> sidecar.endpoints(shop.host(), 8000).size() == 3);
        Answers answers = east.client(visitor).get(url()).sample();

        SharePicture.record(SharePicture.Section.SCALE_LOCAL, 1, "after: two in east, one in west", answers);
        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
        assertThat(answers.pods()).hasSize(3).allSatisfy(pod -> assertThat(answers.shareOf(pod))
                .as("share of %s", pod)
                .isCloseTo(1.0 / 3, FIVE_POINTS));
    }

    /** The known imbalance: a gateway passes connections on, and a client has one. */
    @Test
    void oneClientsConnectionStaysWithOneOfThreeRemotePods() {
        givenPods(1, 3);
        east.imports(shop, "from: [{remote: west}]");
        ProxyView sidecar = east.sidecars(visitor).get(0);
        east.until(
                "one local and one remote endpoint",
                () -> sidecar.endpoints(shop.host(), 8000).size() == 2);
        var sequential = east.client(visitor).get(url()).workers(1).untilAnsweredBy("west/", "east/");

        Answers answers = sequential.times(300);

        SharePicture.record(
                SharePicture.Section.SCALE_REMOTE, 0, "no setting: two of three pods in west are idle", answers);
        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
        assertThat(answers.shareOf("west/")).as("share of west").isBetween(0.35, 0.65);
        assertThat(answers.pods())
                .as("two of three remote pods are idle: %s", answers.byPod())
                .filteredOn(pod -> pod.startsWith("west/"))
                .hasSize(1);
    }
}
