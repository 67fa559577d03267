package io.meshfed.trust;

import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.RotationStages.ACCEPTED;
import static io.meshfed.trust.RotationStages.ADDED;
import static io.meshfed.trust.RotationStages.ASKED;
import static io.meshfed.trust.RotationStages.DWELL;
import static io.meshfed.trust.RotationStages.LEAVE;
import static io.meshfed.trust.RotationStages.NEXT;
import static io.meshfed.trust.RotationStages.PUBLISHED;
import static io.meshfed.trust.RotationStages.RENEWED;
import static io.meshfed.trust.RotationStages.SIGNED;
import static io.meshfed.trust.RotationStages.phase;
import static io.meshfed.trust.TestCa.root;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.MeshFederationStatus.Phase;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.rotation.TrustAction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each phase of a rotation against operators that are killed or forget, and people who change their minds. */
class RotationTroubleTest {
    // ---- crashes and lost memory

    @Test
    void killedAfterAWriteItGoesOnFromWhatItSees() {
        Worlds added = ASKED.appliedAndKilled();
        Worlds signed = ACCEPTED.appliedAndKilled();

        assertThat(phase(added)).contains(Phase.AwaitTrust);
        assertThat(added.plan().action()).isEqualTo(LEAVE);
        assertThat(phase(signed)).contains(Phase.AwaitRenewal);
        assertThat(signed.later(DWELL).plan().action()).isEqualTo(LEAVE);
        assertThat(signed.reported().later(DWELL).applied().rootPem()).isEqualTo(NEXT.pem());
    }

    @Test
    void lostStatusBeginsEachWaitAnewAndLosesNoRoot() {
        for (Worlds world : List.of(ADDED.reloaded(), ACCEPTED, SIGNED, RENEWED)) {
            Worlds forgotten = world.before(Optional.empty());
            assertThat(forgotten.plan().action()).isEqualTo(LEAVE);
            assertThat(forgotten.reported().later(DWELL.minusSeconds(1)).plan().action())
                    .isEqualTo(LEAVE);
            assertThat(forgotten.reported().later(DWELL).plan().action()).isInstanceOf(TrustAction.WriteCacerts.class);
        }
    }

    @Test
    void timesFromTheFutureCountFromNow() {
        Worlds skewed = PUBLISHED.at(PUBLISHED.now().plus(Duration.ofDays(3))).reported();
        Worlds fromFuture = PUBLISHED
                .before(Optional.of(PUBLISHED
                        .at(PUBLISHED.now().plus(Duration.ofDays(3)))
                        .before(Optional.empty())
                        .plan()
                        .status()
                        .orElseThrow()))
                .reported();

        assertThat(skewed.plan().action()).isInstanceOf(TrustAction.WriteCacerts.class);
        assertThat(fromFuture.later(DWELL.minusSeconds(1)).plan().action()).isEqualTo(LEAVE);
    }

    @Test
    void publishedThatFlapsBeginsItsWaitAnew() {
        Worlds back = PUBLISHED
                .later(Duration.ofHours(12))
                .published(ROOT.pem())
                .reported()
                .reloaded()
                .reported();

        assertThat(back.later(Duration.ofHours(13)).plan().action()).isEqualTo(LEAVE);
        assertThat(back.later(DWELL).plan().action()).isInstanceOf(TrustAction.WriteCacerts.class);
    }

    // ---- abort

    @Test
    void abortBeforeSigningKeepsBothRootsAndLetsTheNewOneGoAfterAWait() {
        for (Worlds world : List.of(ADDED.reloaded().reported(), PUBLISHED, ACCEPTED)) {
            Worlds aborted = world.issuer("mesh-root-ca", issuer(ROOT)).reported();

            assertThat(aborted.plan().action()).isEqualTo(LEAVE);
            assertThat(aborted.later(DWELL.minusSeconds(1)).plan().action()).isEqualTo(LEAVE);
            assertThat(aborted.later(DWELL).applied().rootPem()).isEqualTo(ROOT.pem());
        }
    }

    @Test
    void abortAfterSigningGoesBackTheSameWay() {
        Worlds aborted = SIGNED.issuer("mesh-root-ca", issuer(ROOT)).reported();

        // Every workload still accepts the old root, so it may sign at once.
        assertThat(aborted.applied().verified().ownRoot()).isEqualTo(ROOT.certificate());
        assertThat(aborted.applied().rootPem()).isEqualTo(SIGNED.rootPem());
        Worlds back = aborted.applied().reported();
        assertThat(back.later(DWELL.minusSeconds(1)).plan().action()).isEqualTo(LEAVE);
        assertThat(back.later(DWELL).applied().rootPem()).isEqualTo(ROOT.pem());
    }

    @Test
    void thirdRootInTheMiddleIsAnotherTargetAndTheSecondLeavesLater() {
        Ca third = root("third").make();
        Worlds changed = PUBLISHED
                .issuer("third-root-ca", issuer(third))
                .applied()
                .reloaded()
                .reported();

        assertThat(changed.rootPem()).isEqualTo(ROOT.pem() + NEXT.pem() + third.pem());
        Worlds later = changed.later(DWELL);
        // One write, one thing: the second root leaves, then the third signs.
        Worlds end = later;
        for (int i = 0; i < 4; i++) {
            end = end.applied().reloaded().reported();
        }
        assertThat(end.verified().ownRoot()).isEqualTo(third.certificate());
        assertThat(end.verified().roots()).contains(ROOT.certificate());
        assertThat(end.later(DWELL).applied().rootPem()).isEqualTo(third.pem());
    }

    @Test
    void issuerThatIsTakenOfflineStopsTheWayAndLosesNoRoot() {
        Worlds offline = ACCEPTED.withoutIssuer().reported();

        assertThat(offline.plan().action()).isEqualTo(LEAVE);
        assertThat(offline.later(DWELL.multipliedBy(3)).plan().action()).isEqualTo(LEAVE);
        assertThat(offline.later(DWELL.multipliedBy(3))
                        .issuer(issuer(NEXT))
                        .plan()
                        .action())
                .isInstanceOf(TrustAction.WriteCacerts.class);
    }

    @Test
    void issuerThatIsTakenOfflineAfterSigningLetsTheOldRootGo() {
        Worlds offline = SIGNED.withoutIssuer().reported();

        assertThat(offline.later(DWELL).applied().rootPem()).isEqualTo(NEXT.pem());
    }

    @Test
    void rootsOfPeersComeAndGoWhileTheIssuerIsBad() {
        Worlds bad = PUBLISHED.issuer(BadInputs.tls("garbage", "garbage", ""));

        Worlds with = bad.remote("west", OTHER).applied().reloaded().reported();

        assertThat(with.rootPem()).isEqualTo(ROOT.pem() + NEXT.pem() + OTHER.pem());
        assertThat(with.plan().trustReady().holds()).isFalse();
        assertThat(with.remotes(List.of()).applied().rootPem()).isEqualTo(ROOT.pem() + NEXT.pem());
    }

    // ---- cacerts that is lost

    @Test
    void lostCacertsIsMadeAgainOnceTheNewRootMaySign() {
        for (Worlds world : List.of(ACCEPTED, SIGNED, RENEWED)) {
            Worlds again = world.cacerts(Optional.empty()).applied();

            assertThat(again.verified().ownRoot()).isEqualTo(NEXT.certificate());
            assertThat(again.rootPem()).isEqualTo(world.rootPem());
        }
    }

    @Test
    void lostCacertsIsNotMadeAgainUnderARootThatSomebodyMayNotAccept() {
        Worlds early = PUBLISHED.cacerts(Optional.empty());
        Worlds silent = SIGNED.sibling("west", Set.of(), Optional.empty()).cacerts(Optional.empty());
        Worlds forgotten = SIGNED.before(Optional.empty()).cacerts(Optional.empty());

        for (Worlds world : List.of(early, silent, forgotten)) {
            assertThat(world.plan().action()).isEqualTo(LEAVE);
            assertThat(world.plan().trustReady().reason()).isEqualTo("RunningOnOtherRoot");
        }
        assertThat(early.plan().trustReady().message()).contains(ACCEPTED.now().toString());
        assertThat(early.plan().wakeAt()).contains(ACCEPTED.now());
        assertThat(silent.plan().trustReady().message()).contains("RemoteMesh west", "acceptedRoots");
    }

    @Test
    void badIssuerStopsTheWay() {
        Worlds bad = ACCEPTED.issuer(BadInputs.tls("garbage", "garbage", ""));

        assertThat(bad.plan().action()).isEqualTo(LEAVE);
        assertThat(bad.plan().trustReady().holds()).isFalse();
    }
}
