package io.meshfed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.testbed.LongRunning;
import io.meshfed.testbed.TestSteps;
import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.Client.Requests;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.WithOwnMeshes;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Revocation lists under a common root: istiod and Envoy take ours, and a mesh whose intermediate is revoked is shut out. */
@LongRunning
@WithOwnMeshes({"north", "south"})
class RevocationIT {
    private static LiveMesh north;
    private static CrlSteps here;
    private static CrlSteps there;
    private static App shop;
    private static App visitor;

    @BeforeAll
    static void importFromSouth(LiveMeshes meshes) {
        north = meshes.get("north");
        here = new CrlSteps(north);
        there = new CrlSteps(meshes.get("south"));
        String namespace = meshes.newName("revoked");
        shop = App.server("shop").in(namespace).http(8000).exports();
        visitor = App.client("visitor").in(namespace);
        meshes.get("south").deploy(shop);
        north.deploy(visitor).imports(shop, "from: [{remote: south}]");
    }

    private static Requests requests() {
        return north.client(visitor).get("http://" + shop.host() + ":8000/");
    }

    /** Lists, a revocation and its end, each in the state that the step before reached. */
    @TestFactory
    Stream<DynamicTest> revocationOfAnIntermediateAndItsEnd() {
        return TestSteps.first("requestsCrossWithListsOfEveryCa", this::requestsCrossWithListsOfEveryCa)
                .then("meshWhoseIntermediateIsRevokedIsRefused", this::meshWhoseIntermediateIsRevokedIsRefused)
                .then(
                        "itIsAcceptedAgainWhenTheSerialIsRemovedFromTheSpec",
                        this::itIsAcceptedAgainWhenTheSerialIsRemovedFromTheSpec)
                .inOrder();
    }

    private void requestsCrossWithListsOfEveryCa() {
        CrlSteps.bothPublish(here, visitor, there, shop);

        north.restart(visitor);
        Answers answers = requests().untilAnswered().times(50);

        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
        assertThat(answers.shareOf("south/shop")).isEqualTo(1.0);
    }

    private void meshWhoseIntermediateIsRevokedIsRefused() {
        here.wants("{\"revoked\":[\"" + there.serial() + "\"]}");
        String before = here.lists();
        north.until("the revocation", () -> !here.lists().equals(before));
        here.givesListsTo(visitor);

        // Envoy does not verify an open connection again.
        north.restart(visitor);
        north.until("a refused certificate", () -> {
            requests().once();
            return north.sidecar(visitor).log().contains("certificate_revoked");
        });
        Answers answers = requests().times(10);

        assertThat(answers.byStatus()).containsOnlyKeys("503");
    }

    private void itIsAcceptedAgainWhenTheSerialIsRemovedFromTheSpec() {
        String before = here.lists();
        here.wants("{\"revoked\":null}");
        north.until("lists without the revocation", () -> !here.lists().equals(before));
        here.givesListsTo(visitor);

        Answers answers = requests().untilAnswered().times(20);

        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
    }
}
