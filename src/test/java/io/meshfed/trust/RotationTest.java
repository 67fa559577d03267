package io.meshfed.trust;

import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.RotationStages.ACCEPTED;
import static io.meshfed.trust.RotationStages.ADDED;
import static io.meshfed.trust.RotationStages.ASKED;
import static io.meshfed.trust.RotationStages.DONE;
import static io.meshfed.trust.RotationStages.DWELL;
import static io.meshfed.trust.RotationStages.LEAVE;
import static io.meshfed.trust.RotationStages.NEXT;
import static io.meshfed.trust.RotationStages.OLD;
import static io.meshfed.trust.RotationStages.PUBLISHED;
import static io.meshfed.trust.RotationStages.RENEWED;
import static io.meshfed.trust.RotationStages.SIGNED;
import static io.meshfed.trust.RotationStages.phase;
import static io.meshfed.trust.RotationStages.rotation;
import static io.meshfed.trust.RotationStages.sha;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.MeshFederationStatus.Phase;
import io.meshfed.api.MeshFederationStatus.RotationStatus;
import io.meshfed.api.Trust;
import io.meshfed.api.condition.Condition;
import io.meshfed.trust.rotation.RotationProgress;
import io.meshfed.trust.rotation.TrustAction;
import io.meshfed.trust.world.IstiodSettings;
import io.meshfed.trust.world.RootHistory;
import io.meshfed.trust.world.VerifiedTrust;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The way from one root to another that nothing disturbs, what starts it, and what it writes. */
class RotationTest {
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

    // ---- what the status says

    @Test
    void statusSaysUntilWhenOwnWorkloadsAreWaitedForAndGoesOnSayingItAfterwards() {
        assertThat(rotation(ASKED).dwellEnds()).isNull();
        assertThat(rotation(ADDED).dwellEnds()).isNull();
        assertThat(rotation(PUBLISHED).dwellEnds()).isEqualTo(ACCEPTED.now().toString());
        Worlds waiting = ACCEPTED.sibling("west", Set.of(), Optional.empty());
        assertThat(rotation(waiting.later(DWELL)).dwellEnds())
                .isEqualTo(ACCEPTED.now().toString());
        assertThat(rotation(SIGNED.reloaded()).dwellEnds())
                .isEqualTo(RENEWED.now().toString());
    }

    @Test
    void whatIsWaitedForFitsIntoTheStatusHoweverLongItIs() {
        RotationProgress way = new RotationProgress(
                ROOT.certificate(),
                NEXT.certificate(),
                Phase.AddRoot,
                Optional.of("RemoteMesh west: " + "n".repeat(4080)));
        RootHistory history =
                VerifiedTrust.of(OLD.world(), OLD.now(), TestCa.RANDOM).history();

        String waitingFor = way.status(Optional.empty(), OLD.now(), history).waitingFor();

        assertThat(waitingFor).hasSize(4096).startsWith("RemoteMesh west: n").endsWith("n…");
    }
}
