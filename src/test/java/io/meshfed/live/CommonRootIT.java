package io.meshfed.live;

import static io.meshfed.testbed.live.Answers.FIVE_POINTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.SharePicture;
import io.meshfed.testbed.live.WithMeshes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The seed with a common root: a service that both meshes have answers from both. */
@WithMeshes
class CommonRootIT {
    private static App shop;
    private static App visitor;
    private static LiveMesh east;

    @BeforeAll
    static void deployInBoth(LiveMeshes meshes) {
        String namespace = meshes.newName("common");
        shop = App.server("shop").in(namespace).http(8000).exports();
        visitor = App.client("visitor").in(namespace);
        east = meshes.east();
        meshes.west().deploy(shop);
        east.deploy(shop, visitor);
    }

    @Test
    void bothMeshesAnswerInEqualShares() {
        east.imports(
                shop,
                """
                from: [{remote: west}]
                loadBalancing: {maxRequestsPerConnection: 1}
                """);
        var requests =
                east.client(visitor).get("http://" + shop.host() + ":8000/").untilAnsweredBy("west/", "east/");

        Answers answers = requests.sample();

        SharePicture.record(SharePicture.Section.IMPORT_AS_LOCAL, 1, "after: both have it", answers);
        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
        assertThat(answers.shareOf("east/shop")).isCloseTo(0.5, FIVE_POINTS);
        assertThat(answers.shareOf("west/shop")).isCloseTo(0.5, FIVE_POINTS);
    }
}
