package io.meshfed.trust;

import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.TestCa.root;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.Condition;
import io.meshfed.api.ExportedMesh.PublicRoot;
import io.meshfed.api.MeshFederationStatus.Phase;
import io.meshfed.api.MeshFederationStatus.RotationStatus;
import io.meshfed.api.Trust;
import io.meshfed.trust.TestCa.Ca;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each phase of a rotation against each thing that can happen in it. */
class RotationTest {
    private static final TrustAction LEAVE = new TrustAction.Leave();
    private static final Ca NEXT = root("next").make();
    private static final Duration DWELL = Duration.ofHours(24).plusMinutes(10);

    /** A mesh at rest on ROOT for long. */
    private static final Worlds OLD = Worlds.managed()
            .issuer(issuer(ROOT))
            .applied()
            .reloaded()
            .reported()
            .later(DWELL);
    /** Its spec names an issuer with another root. */
    private static final Worlds ASKED = OLD.issuer("next-root-ca", issuer(NEXT));
    /** Both roots are in the bundle; istiod has not taken it. */
    private static final Worlds ADDED = ASKED.applied().reported();
    /** istiod publishes both. */
    private static final Worlds PUBLISHED = ADDED.reloaded().reported();
    /** Every workload has both. */
    private static final Worlds ACCEPTED = PUBLISHED.later(DWELL);
    /** The new root signs. */
    private static final Worlds SIGNED = ACCEPTED.applied().reported();
    /** No certificate under the old root is valid any more. */
    private static final Worlds RENEWED = SIGNED.later(DWELL);
    /** The old root is gone. */
    private static final Worlds DONE = RENEWED.applied().reloaded().reported();

    private static RotationStatus rotation(Worlds world) {
        return world.plan().status().orElseThrow().rotation();
    }

    private static Optional<Phase> phase(Worlds world) {
        return Optional.ofNullable(rotation(world)).map(RotationStatus::phase);
    }

    private static Optional<List<PublicRoot>> catalogue(Ca root, boolean accepted, boolean inUse) {
        return Optional.of(List.of(new PublicRoot(root.certificate().sha256(), root.pem(), accepted, inUse)));
    }

    private static String sha(Ca root) {
        return root.certificate().sha256();
    }

    // ---- the way that nothing disturbs

    @Test
    void eachStepChangesOneThing() {
        assertThat(ADDED.rootPem()).isEqualTo(ROOT.pem() + NEXT.pem());
        for (String key : List.of("ca-cert.pem", "ca-key.pem", "cert-chain.pem")) {
            assertThat(ADDED.data().get(key)).isEqualTo(OLD.data().get(key));
            assertThat(DONE.data().get(key)).isEqualTo(SIGNED.data().get(key));
        }
        assertThat(SIGNED.rootPem()).isEqualTo(ADDED.rootPem());
        assertThat(SIGNED.verified().ownRoot()).isEqualTo(NEXT.certificate());
        assertThat(DONE.rootPem()).isEqualTo(NEXT.pem());
        assertThat(DONE.plan().action()).isEqualTo(LEAVE);
    }

    @Test
    void statusTellsThePhaseItsBeginningAndWhatItWaitsFor() {
        assertThat(phase(OLD)).isEmpty();
        assertThat(phase(ASKED)).contains(Phase.AddRoot);
        assertThat(phase(ADDED)).contains(Phase.AwaitTrust);
        assertThat(phase(PUBLISHED)).contains(Phase.AwaitTrust);
        assertThat(phase(ACCEPTED)).contains(Phase.Sign);
        assertThat(phase(SIGNED)).contains(Phase.AwaitRenewal);
        assertThat(phase(RENEWED)).contains(Phase.RemoveRoot);
        assertThat(phase(DONE)).isEmpty();
        RotationStatus waiting = rotation(PUBLISHED.later(Duration.ofHours(3)));
        assertThat(waiting.from()).isEqualTo(sha(ROOT));
        assertThat(waiting.to()).isEqualTo(sha(NEXT));
        assertThat(waiting.since()).isEqualTo(PUBLISHED.now().toString());
        assertThat(waiting.waitingFor())
                .contains(sha(NEXT))
                .contains(PUBLISHED.now().plus(DWELL).toString());
    }

    @Test
    void trustIsReadyAllTheWayThatEndsByItself() {
        for (Worlds world : List.of(OLD, ASKED, PUBLISHED, ACCEPTED, SIGNED, RENEWED, DONE)) {
            Condition ready = world.plan().trustReady();
            assertThat(ready.holds()).as(ready.message()).isTrue();
        }
        assertThat(PUBLISHED.plan().trustReady().reason()).isEqualTo("Rotating");
        assertThat(SIGNED.plan().trustReady().reason()).isEqualTo("Rotating");
    }

    @Test
    void nextLookIsWhereAWaitEnds() {
        assertThat(PUBLISHED.plan().wakeAt()).contains(PUBLISHED.now().plus(DWELL));
        assertThat(SIGNED.plan().wakeAt()).contains(SIGNED.now().plus(DWELL));
    }

    @Test
    void catalogueDeclaresUseBeforeTheFirstSignatureAndWithdrawalBeforeTheRemoval() {
        assertThat(facts(OLD)).containsExactly("root true true");
        assertThat(facts(PUBLISHED)).containsExactly("root true true", "next false true");
        assertThat(facts(ACCEPTED)).containsExactly("root true true", "next true true");
        assertThat(facts(SIGNED)).containsExactly("next true true", "root false true");
        assertThat(facts(RENEWED)).containsExactly("next true true", "root false false");
        assertThat(facts(DONE)).containsExactly("next true true");
    }

    private static List<String> facts(Worlds world) {
        return world.plan().publicRoots().stream()
                .map(root ->
                        (root.sha256().equals(sha(ROOT)) ? "root " : "next ") + root.accepted() + " " + root.inUse())
                .toList();
    }

    // ---- what starts one

    @Test
    void contentOfTheIssuersSecretThatChangesByItselfStartsNothing() {
        Worlds swapped = OLD.issuer(issuer(NEXT));

        assertThat(swapped.plan().action()).isEqualTo(LEAVE);
        assertThat(swapped.plan().trustReady().reason()).isEqualTo("IssuerChanged");
        assertThat(swapped.plan().trustReady().message()).contains("Secret of another name");
    }

    @Test
    void adoptedCacertsMovesOnlyWithMigrate() {
        Worlds adopted = Worlds.managed()
                .issuer(issuer(NEXT))
                .adoptedCacerts(BadInputs.cacerts())
                .published(ROOT.pem());

        assertThat(adopted.plan().action()).isEqualTo(LEAVE);
        assertThat(adopted.plan().trustReady().reason()).isEqualTo("IssuerChanged");
        assertThat(adopted.plan().trustReady().message()).contains("existingCA: Migrate");

        Worlds added = adopted.existingCA(Trust.ExistingCa.Migrate).applied();
        assertThat(added.rootPem()).isEqualTo(ROOT.pem() + NEXT.pem());
        Worlds signed = added.reloaded().reported().later(DWELL).applied().reported();
        assertThat(signed.verified().ownRoot()).isEqualTo(NEXT.certificate());
        assertThat(signed.later(DWELL).applied().rootPem()).isEqualTo(NEXT.pem());
    }

    @Test
    void foreignCacertsDoesNotMoveEvenWithMigrate() {
        Worlds foreign = Worlds.managed()
                .existingCA(Trust.ExistingCa.Migrate)
                .issuer(issuer(NEXT))
                .foreignCacerts(BadInputs.cacerts())
                .published(ROOT.pem());

        assertThat(foreign.plan().action()).isEqualTo(LEAVE);
        assertThat(foreign.plan().trustReady().reason()).isEqualTo("ForeignCacerts");
        assertThat(foreign.plan().trustReady().message()).contains("meshfed.io/adopt");
    }

    // ---- settings

    @Test
    void withoutMultirootNothingIsWrittenAndItIsNamed() {
        Worlds world = ASKED.istiod(new IstiodSettings(Optional.of(false), Optional.of(true), Optional.empty()));

        assertThat(world.plan().action()).isEqualTo(LEAVE);
        assertThat(world.plan().trustReady().status()).isEqualTo(Condition.State.False);
        assertThat(world.plan().trustReady().reason()).isEqualTo("MultirootMissing");
        assertThat(rotation(world).waitingFor()).contains("ISTIO_MULTIROOT_MESH=true");
    }

    @Test
    void withoutXdsAgentNothingIsWrittenNorSignedAndItIsNamed() {
        IstiodSettings without = new IstiodSettings(Optional.of(true), Optional.of(false), Optional.empty());
        for (Worlds world : List.of(ASKED.istiod(without), ACCEPTED.istiod(without))) {
            assertThat(world.plan().action()).isEqualTo(LEAVE);
            assertThat(world.plan().trustReady().reason()).isEqualTo("XdsAgentMissing");
            assertThat(rotation(world).waitingFor()).contains("PROXY_CONFIG_XDS_AGENT");
        }
    }

    @Test
    void meshConfigThatCannotBeReadIsNoConsent() {
        Worlds world = ACCEPTED.istiod(IstiodSettings.UNKNOWN);

        assertThat(world.plan().action()).isEqualTo(LEAVE);
        assertThat(world.plan().trustReady().message()).contains("mesh config cannot be read");
    }

    @Test
    void xdsAgentIsWaivedByTheSpecOnly() {
        Worlds world = ACCEPTED.istiod(IstiodSettings.UNKNOWN)
                .rotation(new Trust.Rotation(null, null, Trust.XdsAgent.NotRequired));

        assertThat(world.plan().action()).isInstanceOf(TrustAction.WriteCacerts.class);
    }

    @Test
    void istiodThatDoesNotTakeTheBundleIsWaitedForAndNamed() {
        Worlds world = ADDED.later(Duration.ofDays(30));

        assertThat(world.plan().action()).isEqualTo(LEAVE);
        assertThat(world.plan().trustReady().reason()).isEqualTo("IstiodNotReloaded");
        assertThat(rotation(world).waitingFor()).contains("ISTIO_MULTIROOT_MESH=true");
    }

    @Test
    void longerWorkloadLifeMakesALongerWaitAndAShorterOneMustBeTold() {
        Worlds longer = PUBLISHED.istiod(
                new IstiodSettings(Optional.of(true), Optional.of(true), Optional.of(Duration.ofHours(100))));
        Worlds shorter = PUBLISHED.istiod(
                new IstiodSettings(Optional.of(true), Optional.of(true), Optional.of(Duration.ofMinutes(2))));
        Worlds told = shorter.rotation(new Trust.Rotation("2m", "30s", null));

        assertThat(longer.later(DWELL).plan().action()).isEqualTo(LEAVE);
        assertThat(longer.later(Duration.ofHours(101)).plan().action()).isInstanceOf(TrustAction.WriteCacerts.class);
        assertThat(shorter.later(Duration.ofHours(24)).plan().action()).isEqualTo(LEAVE);
        assertThat(told.later(Duration.ofSeconds(149)).plan().action()).isEqualTo(LEAVE);
        assertThat(told.later(Duration.ofSeconds(150)).plan().action()).isInstanceOf(TrustAction.WriteCacerts.class);
    }

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
    void badIssuerStopsTheWay() {
        Worlds bad = ACCEPTED.issuer(BadInputs.tls("garbage", "garbage", ""));

        assertThat(bad.plan().action()).isEqualTo(LEAVE);
        assertThat(bad.plan().trustReady().holds()).isFalse();
    }

    // ---- other meshes

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

    // ---- writes

    @Test
    void bundleNeverShrinksOnTopOfAGrowthThatIstiodHasNotTaken() {
        Worlds grown = OLD.remote("west", OTHER).applied().reported();

        Worlds asked = grown.remotes(List.of());

        assertThat(asked.plan().action()).isInstanceOf(TrustAction.WriteCacerts.class);
        Worlds replaced = OLD.remote("west", OTHER)
                .applied()
                .reloaded()
                .reported()
                .remote("west", NEXT)
                .applied()
                .reported();
        assertThat(replaced.verified().roots()).hasSize(3);
        assertThat(replaced.plan().action()).isEqualTo(LEAVE);
        assertThat(replaced.reloaded().applied().verified().roots()).hasSize(2);
    }

    @Test
    void lostKeyIsMadeAgainWhereverTheRotationStands() {
        for (Worlds world : List.of(SIGNED, RENEWED)) {
            java.util.Map<String, byte[]> damaged = new java.util.HashMap<>(world.data());
            damaged.remove("ca-key.pem");

            Worlds repaired = world.ourCacerts(damaged).applied();

            assertThat(repaired.rootPem()).isEqualTo(world.rootPem());
            assertThat(repaired.verified().ownRoot()).isEqualTo(NEXT.certificate());
        }
        for (Worlds world : List.of(ADDED, PUBLISHED)) {
            java.util.Map<String, byte[]> damaged = new java.util.HashMap<>(world.data());
            damaged.remove("ca-key.pem");

            assertThat(world.ourCacerts(damaged).plan().action()).isEqualTo(LEAVE);
        }
    }

    @Test
    void intermediateThatEndsBeforeTheWaitDoesIsReported() {
        Instant end = OLD.verified().notAfter();
        Worlds late = PUBLISHED
                .at(end.minus(Duration.ofHours(3)))
                .before(Optional.empty())
                .reported();

        assertThat(late.plan().action()).isEqualTo(LEAVE);
        assertThat(late.plan().trustReady().holds()).isFalse();
        assertThat(late.plan().trustReady().message()).contains("former issuer");
    }

    @Test
    void keysOfTheIntermediateChangeExactlyOnce() {
        assertThat(Arrays.equals(OLD.data().get("ca-key.pem"), SIGNED.data().get("ca-key.pem")))
                .isFalse();
        assertThat(SIGNED.plan().action()).isEqualTo(LEAVE);
    }
}
