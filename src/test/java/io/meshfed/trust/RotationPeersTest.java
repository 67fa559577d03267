package io.meshfed.trust;

import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.RotationStages.ACCEPTED;
import static io.meshfed.trust.RotationStages.DWELL;
import static io.meshfed.trust.RotationStages.LEAVE;
import static io.meshfed.trust.RotationStages.NEXT;
import static io.meshfed.trust.RotationStages.PUBLISHED;
import static io.meshfed.trust.RotationStages.RENEWED;
import static io.meshfed.trust.RotationStages.phase;
import static io.meshfed.trust.RotationStages.rotation;
import static io.meshfed.trust.RotationStages.sha;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.ExportedMesh.PublicRoot;
import io.meshfed.api.MeshFederationStatus.Phase;
import io.meshfed.api.condition.Condition;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.rotation.TrustAction;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A rotation waits for other meshes as far as it can know them. */
class RotationPeersTest {
    private static Optional<List<PublicRoot>> catalogue(Ca root, boolean accepted, boolean inUse) {
        return Optional.of(List.of(new PublicRoot(root.certificate().sha256(), root.pem(), accepted, inUse)));
    }

    @Test
    void signsOnlyWhenTheCatalogueOfEveryPeerAcceptsTheNewRoot() {
        Worlds not = ACCEPTED.sibling("west", Set.of(), catalogue(NEXT, false, true));
        Worlds one = not.sibling("north", Set.of(), catalogue(NEXT, true, true));
        Worlds all = one.sibling("west", Set.of(), catalogue(NEXT, true, false));

        assertThat(one.plan().action()).isEqualTo(LEAVE);
        assertThat(one.plan().trustReady().reason()).isEqualTo("WaitingForPeer");
        assertThat(one.plan().trustReady().holds()).isTrue();
        assertThat(rotation(one).waitingFor()).contains("RemoteMesh west").doesNotContain("north");
        assertThat(all.plan().action()).isInstanceOf(TrustAction.WriteCacerts.class);
    }

    @Test
    void rootThatTheCatalogueDoesNotListIsNotAccepted() {
        Worlds world = ACCEPTED.sibling("west", Set.of(), catalogue(ROOT, true, true));

        assertThat(world.plan().action()).isEqualTo(LEAVE);
        assertThat(world.plan().trustReady().reason()).isEqualTo("WaitingForPeer");
    }

    @Test
    void peerWithoutCatalogueIsAcknowledgedByFingerprint() {
        Worlds silent = ACCEPTED.sibling("west", Set.of(), Optional.empty());

        assertThat(silent.plan().action()).isEqualTo(LEAVE);
        assertThat(silent.plan().trustReady().status()).isEqualTo(Condition.State.False);
        assertThat(silent.plan().trustReady().reason()).isEqualTo("PeerNotKnown");
        assertThat(silent.plan().trustReady().message())
                .contains("acceptedRoots")
                .contains(sha(NEXT));
        assertThat(silent.sibling("west", Set.of(sha(ROOT)), Optional.empty())
                        .plan()
                        .action())
                .isEqualTo(LEAVE);
        assertThat(silent.sibling("west", Set.of(sha(NEXT)), Optional.empty())
                        .plan()
                        .action())
                .isInstanceOf(TrustAction.WriteCacerts.class);
    }

    @Test
    void catalogueThatContradictsAnAcknowledgementWins() {
        Worlds world = ACCEPTED.sibling("west", Set.of(sha(NEXT)), catalogue(NEXT, false, false));

        assertThat(world.plan().action()).isEqualTo(LEAVE);
    }

    @Test
    void catalogueOfAnOlderOperatorSaysNothing() {
        Optional<List<PublicRoot>> older = Optional.of(List.of(new PublicRoot(sha(NEXT), NEXT.pem(), null, null)));

        assertThat(ACCEPTED.sibling("west", Set.of(), older).plan().trustReady().reason())
                .isEqualTo("PeerNotKnown");
        assertThat(RENEWED.sibling("west", Set.of(), older).plan().action()).isEqualTo(LEAVE);
    }

    @Test
    void catalogueWithARootThatHasNoFingerprintSaysNothing() {
        Optional<List<PublicRoot>> holed = Optional.of(
                List.of(new PublicRoot(null, null, false, true), new PublicRoot(sha(NEXT), NEXT.pem(), true, true)));

        TrustPlan accepted = ACCEPTED.sibling("west", Set.of(), holed).plan();
        assertThat(accepted.trustReady().reason()).isEqualTo("PeerNotKnown");
        assertThat(accepted.trustReady().message()).contains("RemoteMesh west", "a root without sha256");
        assertThat(RENEWED.sibling("west", Set.of(), holed).plan().action()).isEqualTo(LEAVE);
    }

    @Test
    void oldRootStaysWhileAPeerUsesItOrNobodyKnows() {
        for (Worlds world : List.of(
                RENEWED.sibling("west", Set.of(), catalogue(ROOT, true, true)),
                RENEWED.sibling("west", Set.of(sha(NEXT)), Optional.empty()))) {
            assertThat(world.later(DWELL.multipliedBy(9)).plan().action()).isEqualTo(LEAVE);
            assertThat(phase(world)).contains(Phase.AwaitRenewal);
            assertThat(rotation(world).waitingFor()).contains("RemoteMesh west");
        }
    }

    @Test
    void oldRootGoesWhenEveryPeerIsKnownNotToUseIt() {
        for (Worlds world : List.of(
                RENEWED.sibling("west", Set.of(), catalogue(ROOT, false, false)),
                RENEWED.sibling("west", Set.of(), catalogue(NEXT, true, true)),
                RENEWED.remote("west", OTHER).applied().reloaded().reported())) {
            assertThat(world.applied().rootPem()).doesNotContain(ROOT.pem());
        }
    }

    @Test
    void peersRootsComeAndGoWhileARotationWaits() {
        Worlds with = PUBLISHED.remote("west", OTHER).applied().reloaded().reported();
        Worlds without = with.remotes(List.of()).applied().reloaded().reported();

        assertThat(with.rootPem()).isEqualTo(ROOT.pem() + NEXT.pem() + OTHER.pem());
        assertThat(without.rootPem()).isEqualTo(ROOT.pem() + NEXT.pem());
        assertThat(phase(without)).contains(Phase.AwaitTrust);
        assertThat(without.at(ACCEPTED.now()).plan().action()).isInstanceOf(TrustAction.WriteCacerts.class);
    }
}
