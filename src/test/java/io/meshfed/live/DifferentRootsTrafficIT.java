package io.meshfed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.testbed.LongRunning;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.TestSteps;
import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.Roots;
import io.meshfed.testbed.live.WithOwnMeshes;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The seed with different roots: nothing crosses until each mesh has the other's, and then without a restart. */
@LongRunning
@WithOwnMeshes(roots = Roots.DIFFERENT)
class DifferentRootsTrafficIT {
    private static LiveMesh east;
    private static LiveMesh west;
    private static TwoSigningMeshes pair;

    @BeforeAll
    static void importFromWest(LiveMeshes meshes) {
        east = meshes.east();
        west = meshes.west();
        pair = TwoSigningMeshes.deploy(east, west, meshes.newName("roots"));
    }

    /** The first step is the negative control: no mesh trusts the other's root yet. */
    @TestFactory
    Stream<DynamicTest> trustOfDifferentRootsFromNoneToAnyKeyAlgorithm() {
        return TestSteps.first(
                        "certificateIsRefusedWithoutTheOthersRoot", this::certificateIsRefusedWithoutTheOthersRoot)
                .then("requestsCrossWhenEachMeshHasTheOthersRoot", this::requestsCrossWhenEachMeshHasTheOthersRoot)
                .then(
                        "istiodsSignWithEveryKeyAlgorithmUnderRootsOfP256AndRsaAndEachMeshAcceptsTheOther",
                        this::istiodsSignWithEveryKeyAlgorithmUnderRootsOfP256AndRsaAndEachMeshAcceptsTheOther)
                .inOrder();
    }

    /** The negative control. */
    private void certificateIsRefusedWithoutTheOthersRoot() {
        east.until("a refused certificate", () -> {
            pair.requests().once();
            return east.sidecar(pair.client().app()).log().contains("CERTIFICATE_VERIFY_FAILED");
        });

        Answers answers = pair.requests().times(10);

        assertThat(answers.byStatus()).containsOnlyKeys("503");
    }

    private void requestsCrossWhenEachMeshHasTheOthersRoot() {
        String processes = pair.processes();

        east.trusts(west);
        west.trusts(east);
        Answers answers = pair.requests().untilAnswered().times(50);

        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
        assertThat(answers.shareOf("west/shop")).isEqualTo(1.0);
        assertThat(Mesh.reason(east.remote("west"), "Trusted")).isEqualTo("RootsTrusted");
        assertThat(pair.processes()).as("istiods that were not restarted").isEqualTo(processes);
        pair.client().signsWithCacerts();
        pair.server().signsWithCacerts();
    }

    private void istiodsSignWithEveryKeyAlgorithmUnderRootsOfP256AndRsaAndEachMeshAcceptsTheOther() {
        pair.goThroughAllKeyAlgorithms();
    }
}
