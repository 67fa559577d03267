package io.meshfed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.ProxyView;
import io.meshfed.testbed.live.WithMeshes;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The seed's weight by remote replicas: a remote with two pods gets two shares. */
@WithMeshes
class WeightIT {
    private static final Offset<Double> FIVE_POINTS = Offset.offset(0.05);

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

    @Test
    void everyPodOfEitherMeshGetsItsFairThird() {
        east.imports(
                shop,
                """
                from: [{remote: west, weight: 2}]
                loadBalancing: {maxRequestsPerConnection: 1}
                """);
        ProxyView sidecar = east.sidecars(visitor).get(0);
        east.until("an endpoint of weight 2", () -> sidecar.endpoints(shop.host(), 8000).stream()
                .anyMatch(endpoint -> endpoint.weight() == 2));

        Answers answers =
                east.client(visitor).get("http://" + shop.host() + ":8000/").times(2000);

        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
        assertThat(answers.shareOf("west/")).isCloseTo(2.0 / 3, FIVE_POINTS);
        assertThat(answers.pods()).hasSize(3).allSatisfy(pod -> assertThat(answers.shareOf(pod))
                .as("share of %s", pod)
                .isCloseTo(1.0 / 3, FIVE_POINTS));
    }
}
