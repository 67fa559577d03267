package io.meshfed.live;

import static io.meshfed.testbed.live.Answers.FIVE_POINTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.testbed.LongRunning;
import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.WithOwnMeshes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three meshes: a host that two others have, first with no Service of that name at home, then with one. */
@LongRunning
@WithOwnMeshes({"east", "west", "south"})
class TwoRemotesIT {
    private static App shop;
    private static App visitor;
    private static LiveMesh east;

    @BeforeAll
    static void importFromBoth(LiveMeshes meshes) {
        String namespace = meshes.newName("two");
        shop = App.server("shop").in(namespace).http(8000).exports();
        visitor = App.client("visitor").in(namespace);
        east = meshes.east();
        meshes.west().deploy(shop);
        meshes.get("south").deploy(shop);
        east.deploy(visitor)
                .imports(
                        shop,
                        """
                        from: [{remote: west}, {remote: south}]
                        loadBalancing: {maxRequestsPerConnection: 1}
                        """);
    }

    private static Answers answersOf(String... meshes) {
        Answers answers = east.client(visitor)
                .get("http://" + shop.host() + ":8000/")
                .untilAnsweredBy(meshes)
                .sample();
        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
        return answers;
    }

    @Test
    void bothRemotesAnswerForAHostThatOnlyTheyHave() {
        east.delete(shop);
        east.until(
                "no local endpoint",
                () -> east.sidecar(visitor).endpoints(shop.host(), 8000).size() == 2);

        Answers answers = answersOf("west/", "south/");

        assertThat(answers.shareOf("west/shop")).isCloseTo(0.5, FIVE_POINTS);
        assertThat(answers.shareOf("south/shop")).isCloseTo(0.5, FIVE_POINTS);
        assertThat(east.sidecar(visitor).endpoints(shop.host(), 8000)).hasSize(2);
    }

    @Test
    void bothRemotesJoinTheLocalService() {
        east.deploy(shop);

        Answers answers = answersOf("west/", "south/", "east/");

        assertThat(answers.pods()).hasSize(3).allSatisfy(pod -> assertThat(answers.shareOf(pod))
                .as("share of %s", pod)
                .isCloseTo(1.0 / 3, FIVE_POINTS));
    }
}
