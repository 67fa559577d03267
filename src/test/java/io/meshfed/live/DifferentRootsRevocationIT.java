package io.meshfed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.testbed.LongRunning;
import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.Client.Requests;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.Roots;
import io.meshfed.testbed.live.WithOwnMeshes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Revocation lists between meshes with roots of their own: each root comes with its list, out of the other's catalogue. */
@LongRunning
@WithOwnMeshes(roots = Roots.DIFFERENT)
class DifferentRootsRevocationIT {
    private static LiveMesh east;
    private static LiveMesh west;
    private static App shop;
    private static App visitor;

    @BeforeAll
    static void importFromWest(LiveMeshes meshes) {
        east = meshes.east();
        west = meshes.west();
        String namespace = meshes.newName("listed");
        shop = App.server("shop").in(namespace).http(8000).exports();
        visitor = App.client("visitor").in(namespace);
        west.deploy(shop);
        east.deploy(visitor).imports(shop, "from: [{remote: west}]");
        east.trusts(west);
        west.trusts(east);
    }

    private static Requests requests() {
        return east.client(visitor).get("http://" + shop.host() + ":8000/");
    }

    @Test
    void requestsCrossWithListsOfBothRoots() {
        CrlSteps here = new CrlSteps(east);
        CrlSteps there = new CrlSteps(west);
        requests().untilAnswered();

        CrlSteps.bothPublish(here, visitor, there, shop);
        east.restart(visitor);
        Answers answers = requests().untilAnswered().times(50);

        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
        assertThat(answers.shareOf("west/shop")).isEqualTo(1.0);
        assertThat(here.lists().split("BEGIN X509 CRL"))
                .as("two lists of each mesh")
                .hasSize(5);
    }
}
