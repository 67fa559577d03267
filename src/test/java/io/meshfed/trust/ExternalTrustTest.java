package io.meshfed.trust;

import static io.meshfed.trust.BadInputs.MID;
import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.SIGNING;
import static io.meshfed.trust.TestCa.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.ExportedMesh;
import io.meshfed.api.ExportedMesh.Istiod;
import io.meshfed.api.MeshFederationStatus.RootRecord;
import io.meshfed.api.MeshFederationStatus.TrustStatus;
import io.meshfed.api.condition.Condition;
import io.meshfed.trust.rotation.TrustAction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExternalTrustTest {

    @Test
    void soundCacertsIsVerified() {
        TrustPlan plan = Worlds.external()
                .foreignCacerts(BadInputs.cacerts())
                .published(ROOT.pem())
                .reported()
                .later(Duration.ofDays(2))
                .plan();

        assertThat(plan.trustReady().holds()).isTrue();
        assertThat(plan.trustReady().reason()).isEqualTo("Verified");
        assertThat(plan.wakeAt()).contains(ROOT.certificate().notAfter().plusSeconds(1));
    }

    @Test
    void catalogueSaysWhatIstiodRunsOnWhateverStandsInCacerts() {
        assertThat(Worlds.external().plan().istiod()).contains(new Istiod(false, List.of(), null));
        assertThat(Worlds.external().published(OTHER.pem() + ROOT.pem()).plan().istiod())
                .contains(new Istiod(
                        true,
                        List.of(OTHER.certificate().sha256(), ROOT.certificate().sha256()),
                        null));
        // Whoever laid out the Secret sees that the words are younger.
        assertThat(Worlds.external().foreignCacerts(Map.of()).plan().istiod())
                .contains(new Istiod(false, List.of(), "own"));
        assertThat(Worlds.external().published("nothing").plan().istiod()).isEmpty();
    }

    @Test
    void missingCacertsIsReported() {
        TrustPlan plan = Worlds.external().plan();

        assertThat(plan.action()).isEqualTo(new TrustAction.Leave());
        assertThat(plan.trustReady().reason()).isEqualTo("CacertsMissing");
    }

    @Test
    void nothingIsEverWrittenEvenIfItOnceWasOurs() {
        Worlds world = Worlds.external()
                .issuer(BadInputs.issuer(ROOT))
                .ourCacerts(BadInputs.cacerts())
                .remote("west", OTHER);

        assertThat(world.plan().action()).isEqualTo(new TrustAction.Leave());
        assertThat(world.plan().trusted().get("west").reason()).isEqualTo("MissingInBundle");
    }

    @Test
    void rootThatARemoteAsksForAndNobodyAddedIsToldOnBothSides() {
        Worlds lacking = Worlds.external()
                .foreignCacerts(BadInputs.cacerts())
                .published(ROOT.pem())
                .remote("north", ROOT)
                .remote("west", OTHER);

        Condition ready = lacking.plan().trustReady();
        assertThat(ready.holds()).isFalse();
        assertThat(ready.reason()).isEqualTo("MissingInBundle");
        assertThat(ready.message())
                .contains("RemoteMesh west", OTHER.certificate().sha256(), "External")
                .doesNotContain("north");
        assertThat(lacking.plan().trusted().get("west").message())
                .contains(OTHER.certificate().sha256(), "where you create cacerts");
        assertThat(lacking.plan().trusted().get("north").reason()).isEqualTo("CommonRoot");
        assertThat(lacking.plan().action()).isEqualTo(new TrustAction.Leave());

        Worlds added = lacking.foreignCacerts(
                        BadInputs.cacerts(SIGNING, SIGNING.pem() + MID.pem(), ROOT.pem() + OTHER.pem()))
                .reloaded();
        assertThat(added.plan().trustReady().reason()).isEqualTo("Verified");
        assertThat(added.plan().trusted().get("west").reason()).isEqualTo("RootsTrusted");
    }

    /** What istiod does not run on matters more. */
    @Test
    void istiodThatRunsOnSomethingElseIsToldFirst() {
        TrustPlan plan = Worlds.external()
                .foreignCacerts(BadInputs.cacerts())
                .published(OTHER.pem())
                .remote("west", OTHER)
                .plan();

        assertThat(plan.trustReady().reason()).isEqualTo("IstiodNeedsRestart");
    }

    @Test
    void statusHasTheFiguresOfWhatSomebodyElseMade() {
        TrustStatus status = Worlds.external()
                .foreignCacerts(BadInputs.cacerts())
                .plan()
                .status()
                .orElseThrow();

        assertThat(status.intermediateNotAfter())
                .isEqualTo(SIGNING.certificate().notAfter().toString());
        assertThat(status.intermediateNotBefore())
                .isEqualTo(SIGNING.certificate().notBefore().toString());
        assertThat(status.rootNotAfter())
                .isEqualTo(ROOT.certificate().notAfter().toString());
        assertThat(status.history())
                .extracting(RootRecord::notAfter)
                .containsExactly(ROOT.certificate().notAfter().toString());
        assertThat(status.intermediateRenewal()).isNull();
    }

    @Test
    void rootThatSomebodyPutBesideTheOwnOneIsAcceptedWhenEveryWorkloadHasIt() {
        Worlds world = Worlds.external()
                .foreignCacerts(BadInputs.cacerts(SIGNING, SIGNING.pem() + MID.pem(), ROOT.pem() + OTHER.pem()))
                .published(ROOT.pem() + OTHER.pem())
                .reported();

        assertThat(accepted(world.plan())).containsExactly(false, false);
        assertThat(accepted(world.later(Duration.ofHours(25)).plan())).containsExactly(true, true);
        assertThat(accepted(
                        world.later(Duration.ofHours(25)).published(ROOT.pem()).plan()))
                .containsExactly(true, false);
    }

    private static List<Boolean> accepted(TrustPlan plan) {
        return plan.publicRoots().stream()
                .map(ExportedMesh.PublicRoot::accepted)
                .toList();
    }

    @Test
    void rootThatSignsWorkloadsItselfIsAccepted() {
        TrustPlan plan = Worlds.external()
                .foreignCacerts(BadInputs.cacerts(ROOT, ROOT.pem(), ROOT.pem()))
                .plan();

        assertThat(plan.trustReady().holds()).isTrue();
    }

    @Test
    void cacertsThatIstiodMadeForItselfVerifies() {
        Map<String, byte[]> data = Map.of(
                "istio-generated", new byte[0],
                "ca-cert.pem", bytes(ROOT.pem()),
                "ca-key.pem", bytes(ROOT.keyPem()),
                "cert-chain.pem", new byte[0],
                "root-cert.pem", new byte[0]);

        assertThat(Worlds.external().foreignCacerts(data).plan().trustReady().holds())
                .isTrue();
    }

    @Test
    void tlsFormWinsAndVerifies() {
        Map<String, byte[]> data = Map.of(
                "tls.crt", bytes(SIGNING.pem() + MID.pem()),
                "tls.key", bytes(SIGNING.keyPem()),
                "ca.crt", bytes(ROOT.pem()),
                "ca-cert.pem", bytes("ignored by istiod"));

        TrustPlan plan = Worlds.external().foreignCacerts(data).plan();

        assertThat(plan.trustReady().holds()).as(plan.trustReady().message()).isTrue();
        assertThat(plan.publicRoots()).hasSize(1);
    }

    @Test
    void textBeforeABlockIsToleratedAsOpensslWritesIt() {
        TrustPlan plan = Worlds.external()
                .foreignCacerts(BadInputs.cacerts(
                        SIGNING,
                        "subject=CN = signing\n" + SIGNING.pem() + "\nsubject=CN = mid\n" + MID.pem(),
                        ROOT.pem().replace("\n", "\r\n")))
                .plan();

        assertThat(plan.trustReady().holds()).as(plan.trustReady().message()).isTrue();
    }
}
