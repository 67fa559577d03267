package io.meshfed.trust;

import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.TestCa.root;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.MeshFederationStatus.Phase;
import io.meshfed.api.Trust;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.rotation.TrustAction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A mesh whose istiod signs with a CA of its own making, brought over to the issuer's root. */
class MigrationTest {
    private static final TrustAction LEAVE = new TrustAction.Leave();
    private static final Duration DWELL = Duration.ofHours(24).plusMinutes(10);
    private static final Ca OWN = root("istiod's own")
            .usage(org.bouncycastle.asn1.x509.KeyUsage.keyCertSign)
            .keys(TestCa.rsa(2048))
            .make();
    private static final Worlds REFUSING = Worlds.managed().issuer(issuer(ROOT)).selfSigned(OWN);
    private static final Worlds MIGRATING = REFUSING.existingCA(Trust.ExistingCa.Migrate);

    @Test
    void refuseSaysWhatWasFoundAndNamesMigrate() {
        assertThat(REFUSING.plan().action()).isEqualTo(LEAVE);
        assertThat(REFUSING.plan().trustReady().reason()).isEqualTo("RunningOnOtherRoot");
        assertThat(REFUSING.plan().trustReady().message())
                .contains(OWN.certificate().sha256())
                .contains("existingCA: Migrate");
    }

    @Test
    void firstCacertsIsIstiodsOwnCaWithBothRootsInTheBundle() {
        Worlds taken = MIGRATING.applied();

        assertThat(taken.data())
                .containsEntry("ca-cert.pem", TestCa.bytes(OWN.pem()))
                .containsEntry("ca-key.pem", TestCa.bytes(OWN.keyPem()))
                .containsEntry("cert-chain.pem", TestCa.bytes(OWN.pem()));
        assertThat(taken.rootPem()).isEqualTo(OWN.pem() + ROOT.pem());
    }

    @Test
    void restartOfIstiodIsAskedForAndWaitedFor() {
        Worlds taken = MIGRATING.applied().later(Duration.ofDays(40));

        assertThat(taken.plan().action()).isEqualTo(LEAVE);
        assertThat(taken.plan().trustReady().reason()).isEqualTo("IstiodNeedsRestart");
        assertThat(taken.plan().trustReady().message()).contains("restart istiod");
        assertThat(taken.plan().status().orElseThrow().rotation().phase()).isEqualTo(Phase.AwaitTrust);
    }

    @Test
    void afterTheRestartItIsARotation() {
        Worlds restarted = MIGRATING.applied().reloaded().reported();
        Worlds signed = restarted.later(DWELL).applied().reported();
        Worlds done = signed.later(DWELL).applied().reloaded().reported();

        assertThat(restarted.later(DWELL.minusSeconds(1)).plan().action()).isEqualTo(LEAVE);
        assertThat(signed.verified().ownRoot()).isEqualTo(ROOT.certificate());
        assertThat(signed.rootPem()).isEqualTo(OWN.pem() + ROOT.pem());
        assertThat(done.rootPem()).isEqualTo(ROOT.pem());
        assertThat(done.plan().action()).isEqualTo(LEAVE);
        assertThat(done.plan().trustReady().reason()).isEqualTo("Verified");
    }

    @Test
    void migrateThatIsLeftInTheSpecMovesTheMeshOnce() {
        Worlds done =
                MIGRATING.applied().reloaded().reported().later(DWELL).applied().reported();

        TrustPlan swapped = done.issuer(issuer(OTHER)).plan();

        assertThat(swapped.action()).isEqualTo(LEAVE);
        assertThat(swapped.trustReady().reason()).isEqualTo("IssuerChanged");
    }

    /** Its cacerts was deleted and istiod restarted: it stands on a CA of its istiod's making again. */
    @Test
    void meshThatFellBackToItsIstiodsCaMigratesAgain() {
        Worlds done =
                MIGRATING.applied().reloaded().reported().later(DWELL).applied().reported();
        Worlds fallen = done.cacerts(Optional.empty()).published(OWN.pem());

        Worlds again = fallen.applied().reloaded().reported().later(DWELL).applied();

        assertThat(again.verified().ownRoot()).isEqualTo(ROOT.certificate());
    }

    @Test
    void killedAtAnyWriteItGoesOn() {
        Worlds taken = MIGRATING.appliedAndKilled().reloaded().reported();
        Worlds signed = taken.later(DWELL).appliedAndKilled().reported();

        assertThat(signed.verified().ownRoot()).isEqualTo(ROOT.certificate());
        assertThat(signed.later(DWELL).applied().rootPem()).isEqualTo(ROOT.pem());
    }

    @Test
    void rootsOfPeersAreThereFromTheBeginning() {
        assertThat(MIGRATING.remote("west", OTHER).applied().rootPem()).isEqualTo(OWN.pem() + ROOT.pem() + OTHER.pem());
    }

    @Test
    void withoutTheKeyNothingIsWritten() {
        Worlds blind = Worlds.managed()
                .existingCA(Trust.ExistingCa.Migrate)
                .issuer(issuer(ROOT))
                .published(OWN.pem());

        assertThat(blind.plan().action()).isEqualTo(LEAVE);
        assertThat(blind.plan().trustReady().reason()).isEqualTo("SelfSignedCaUnknown");
        assertThat(blind.plan().trustReady().message()).contains("trust.migrate: true");
    }

    @Test
    void caThatIstiodDoesNotRunOnIsNotTaken() {
        Worlds other = MIGRATING.published(OTHER.pem());

        assertThat(other.plan().action()).isEqualTo(LEAVE);
        assertThat(other.plan().trustReady().reason()).isEqualTo("SelfSignedCaUnknown");
    }

    @Test
    void brokenCaIsNamedAndNotTaken() {
        for (Ca bad : List.of(
                root("no ca").notCa().make(),
                root("old").to(TestCa.NOW.minusSeconds(1)).make())) {
            assertThat(MIGRATING.selfSigned(bad).plan().action()).isEqualTo(LEAVE);
            assertThat(MIGRATING.selfSigned(bad).plan().trustReady().holds()).isFalse();
        }
        assertThat(MIGRATING
                        .selfSigned(new Ca(OWN.holder(), OTHER.keys()))
                        .plan()
                        .trustReady()
                        .reason())
                .isEqualTo("KeyMismatch");
    }

    @Test
    void nothingPrivateIsTold() {
        TrustPlan plan = MIGRATING.plan();
        String told = plan + MIGRATING.world().toString() + plan.trustReady().message();

        assertThat(told).doesNotContain("PRIVATE KEY");
        OWN.keyPem().lines().filter(line -> line.length() > 30).forEach(line -> assertThat(told)
                .doesNotContain(line));
        assertThat(((TrustAction.WriteCacerts) plan.action()).data()).isInstanceOf(Map.class);
    }
}
