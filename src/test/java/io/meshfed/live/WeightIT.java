package io.meshfed.live;

import static io.meshfed.testbed.live.Answers.FIVE_POINTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.Client;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.ProxyView;
import io.meshfed.testbed.live.SharePicture;
import io.meshfed.testbed.live.WithMeshes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The seed's weight by remote replicas: a remote with two pods gets two shares. */
@WithMeshes
class WeightIT {
    private static App shop;
    private static App visitor;
    private static LiveMesh east;

    @BeforeAll
    static void onePodHereTwoThere(LiveMeshes meshes) {
        String namespace = meshes.newName("weight");
        shop = App.server("shop").in(namespace).http(8000).exports();
        visitor = App.client("visitor").in(namespace);
        east = meshes.east();
        LiveMesh west = meshes.west();
        west.deploy(shop.replicas(2));
        east.deploy(shop, visitor);
        ProxyView gateway = west.gateways().get(0);
        west.until(
                "both pods behind the gateway",
                () -> gateway.passthroughEndpoints(shop.host(), 8000).size() == 2);
    }

    private static void importWith(String weight) {
        east.imports(
                shop,
                """
                from: [{remote: west%s}]
                loadBalancing: {maxRequestsPerConnection: 1}
                """
                        .formatted(weight));
    }

    @Test
    void everyPodOfEitherMeshGetsItsFairThird() {
        importWith("");
        Client.Requests requests = east.client(visitor).get("http://" + shop.host() + ":8000/");
        Answers unweighted = requests.untilAnsweredBy("west/", "east/").sample();
        SharePicture.record(SharePicture.Section.WEIGHT, 0, "before: no weight", unweighted);

        importWith(", weight: 2");
        ProxyView sidecar = east.sidecars(visitor).get(0);
        east.until("an endpoint of weight 2", () -> sidecar.endpoints(shop.host(), 8000).stream()
                .anyMatch(endpoint -> endpoint.weight() == 2));

        Answers answers = requests.sample();

        SharePicture.record(SharePicture.Section.WEIGHT, 1, "after: weight: 2", answers);
        assertThat(unweighted.shareOf("west/")).isCloseTo(1.0 / 2, FIVE_POINTS);
        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
        assertThat(answers.shareOf("west/")).isCloseTo(2.0 / 3, FIVE_POINTS);
        assertThat(answers.pods()).hasSize(3).allSatisfy(pod -> assertThat(answers.shareOf(pod))
                .as("share of %s", pod)
                .isCloseTo(1.0 / 3, FIVE_POINTS));
    }
}
