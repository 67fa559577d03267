package io.meshfed.trust;

import static io.meshfed.trust.BadInputs.MID;
import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.TestCa.NOW;
import static io.meshfed.trust.TestCa.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.ExportedMesh;
import io.meshfed.api.condition.Condition.State;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.rotation.TrustAction;
import io.meshfed.trust.x509.RefusedMaterialException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The first issue: from no {@code cacerts} to one that verifies, and a mesh that runs already. */
class ManagedTrustTest {
    private static final TrustAction LEAVE = new TrustAction.Leave();

    // ---- issuer

    @Test
    void missingIssuerIsReportedWithTheCommandThatMakesIt() {
        TrustPlan plan = Worlds.managed().plan();

        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.trustReady().reason()).isEqualTo("IssuerMissing");
        assertThat(plan.trustReady().message())
                .contains("kubectl create secret tls mesh-root-ca --cert=root-cert.pem" + " --key=root-key.pem");
    }

    @Test
    void rootIsGeneratedOnceWhenAsked() throws RefusedMaterialException {
        TrustPlan plan = Worlds.generating().plan();

        assertThat(plan.trustReady().status()).isEqualTo(State.False);
        assertThat(plan.trustReady().reason()).isEqualTo("IssuerCreated");
        Map<String, byte[]> data = ((TrustAction.CreateIssuer) plan.action()).tlsSecretData();
        assertThat(data).containsOnlyKeys("tls.crt", "tls.key", "ca.crt");
        assertThat(new String(data.get("tls.key"))).startsWith("-----BEGIN PRIVATE KEY-----");
        Issuer made = Issuer.read(data, NOW, TestCa.RANDOM);
        assertThat(made.root().subject()).contains("CN=east root").contains("O=meshfed");
        assertThat(made.root().notAfter()).isEqualTo(NOW.plus(Duration.ofDays(3650)));
    }

    @Test
    void generatedRootIssuesAtTheNextPlan() {
        Worlds issued = Worlds.generating().applied().applied();

        TrustPlan plan = issued.plan();

        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.trustReady().holds()).isTrue();
    }

    @Test
    void noRootIsGeneratedBesideACacerts() {
        for (Worlds world : List.of(
                Worlds.generating().ourCacerts(BadInputs.cacerts()),
                Worlds.generating().foreignCacerts(BadInputs.cacerts()),
                Worlds.generating().ourCacerts(Map.of()))) {
            assertThat(world.plan().action()).isEqualTo(LEAVE);
        }
    }

    @Test
    void noRootIsGeneratedForAMeshThatRuns() {
        TrustPlan plan = Worlds.generating().published(OTHER.pem()).plan();

        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.trustReady().reason()).isEqualTo("RunningOnOtherRoot");
        assertThat(plan.trustReady().message()).contains(OTHER.certificate().sha256());
    }

    // ---- first issue

    @Test
    void firstIssueWritesAllFourKeysThatVerify() {
        TrustPlan plan = Worlds.managed().issuer(issuer(ROOT)).plan();

        TrustAction.WriteCacerts write = (TrustAction.WriteCacerts) plan.action();
        assertThat(write.data()).containsOnlyKeys("ca-cert.pem", "ca-key.pem", "cert-chain.pem", "root-cert.pem");
        assertThat(write.data().get("root-cert.pem")).isEqualTo(bytes(ROOT.pem()));
        assertThat(write.data().get("cert-chain.pem")).isEqualTo(write.data().get("ca-cert.pem"));
        assertThat(plan.trustReady().reason()).isEqualTo("Issuing");
        assertThat(plan.status()).isEmpty();
    }

    @Test
    void conditionIsTrueOnlyAfterTheWriteWasSeen() {
        Worlds world = Worlds.managed().issuer(issuer(ROOT)).applied();

        TrustPlan plan = world.plan();

        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.trustReady().status()).isEqualTo(State.True);
        assertThat(plan.trustReady().reason()).isEqualTo("Issued");
        assertThat(plan.trustReady().message()).contains("istiod has not been seen yet");
        assertThat(world.reloaded().plan().trustReady().reason()).isEqualTo("Verified");
    }

    @Test
    void statusShowsPublicFactsOnly() {
        Worlds world =
                Worlds.managed().issuer(issuer(ROOT)).remote("west", OTHER).applied();

        TrustPlan plan = world.plan();

        Cacerts cacerts = world.verified();
        assertThat(plan.status().orElseThrow().roots())
                .containsExactly(
                        ROOT.certificate().sha256(), OTHER.certificate().sha256());
        assertThat(plan.status().orElseThrow().intermediateSubject())
                .isEqualTo(cacerts.signing().subject());
        assertThat(plan.status().orElseThrow().intermediateNotAfter())
                .isEqualTo(NOW.plus(Duration.ofHours(2160)).toString());
        assertThat(plan.status().orElseThrow().intermediateRenewal())
                .isEqualTo(NOW.plus(Duration.ofHours(2160 - 720)).toString());
        assertThat(plan.publicRoots())
                .containsExactly(
                        new ExportedMesh.PublicRoot(ROOT.certificate().sha256(), ROOT.pem(), false, true),
                        new ExportedMesh.PublicRoot(OTHER.certificate().sha256(), OTHER.pem(), false, false));
    }

    @Test
    void statusPromisesNoRenewalOfWhatMayNotBeWritten() {
        Worlds world = Worlds.managed().issuer(issuer(ROOT)).foreignCacerts(BadInputs.cacerts());

        assertThat(world.plan().status().orElseThrow().intermediateNotAfter()).isNotNull();
        assertThat(world.plan().status().orElseThrow().intermediateRenewal()).isNull();
    }

    @Test
    void unchangedWorldWritesNothing() {
        Worlds world = Worlds.managed()
                .issuer(issuer(ROOT))
                .remote("west", OTHER)
                .applied()
                .reloaded();

        assertThat(world.plan().action()).isEqualTo(LEAVE);
        assertThat(world.plan()).isEqualTo(world.plan());
    }

    @Test
    void issuerBelowARootPutsItselfIntoTheChainAndTheRootIntoTheBundle() {
        Worlds world = Worlds.managed()
                .issuer(BadInputs.tls(MID.pem(), MID.keyPem(), ROOT.pem()))
                .applied();

        assertThat(world.rootPem()).isEqualTo(ROOT.pem());
        assertThat(new String(world.data().get("cert-chain.pem")))
                .endsWith(MID.pem())
                .doesNotContain(ROOT.pem());
        assertThat(world.plan().trustReady().holds()).isTrue();
    }

    // ---- a mesh that runs

    @Test
    void meshOnAnotherRootIsLeftAloneWithTheReason() {
        TrustPlan plan =
                Worlds.managed().issuer(issuer(ROOT)).published(OTHER.pem()).plan();

        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.trustReady().reason()).isEqualTo("RunningOnOtherRoot");
        assertThat(plan.trustReady().message())
                .contains(OTHER.certificate().sha256())
                .contains(ROOT.certificate().sha256());
    }

    @Test
    void meshThatSignsUnderAnotherRootAndMerelyTrustsOursIsLeftAlone() {
        TrustPlan plan = Worlds.managed()
                .issuer(issuer(ROOT))
                .published(OTHER.pem() + ROOT.pem())
                .plan();

        assertThat(plan.trustReady().reason()).isEqualTo("RunningOnOtherRoot");
    }

    @Test
    void lostCacertsIsMadeAgainOnTheBytesThatIstiodRunsOn() {
        String running = ROOT.pem() + "\n" + OTHER.pem();

        Worlds world = Worlds.managed().issuer(issuer(ROOT)).published(running).applied();

        assertThat(world.rootPem()).isEqualTo(running);
    }

    @Test
    void unreadablePublishedRootsStopTheFirstIssue() {
        TrustPlan plan =
                Worlds.managed().issuer(issuer(ROOT)).published("nothing here").plan();

        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.trustReady().reason()).isEqualTo("PublishedRootsUnreadable");
    }

    @Test
    void istiodThatStartedBeforeCacertsNeedsARestart() {
        Worlds world = Worlds.managed().issuer(issuer(ROOT)).applied().published(OTHER.pem());

        assertThat(world.plan().trustReady().status()).isEqualTo(State.False);
        assertThat(world.plan().trustReady().reason()).isEqualTo("IstiodNeedsRestart");
        assertThat(world.plan().trustReady().message()).contains("restart istiod");
    }

    @Test
    void istiodWithoutTheAddedRootPointsAtMultiroot() {
        Worlds world = Worlds.managed()
                .issuer(issuer(ROOT))
                .remote("west", OTHER)
                .applied()
                .published(ROOT.pem());

        assertThat(world.plan().trustReady().reason()).isEqualTo("IstiodNotReloaded");
        assertThat(world.plan().trustReady().message())
                .contains("ISTIO_MULTIROOT_MESH=true")
                .contains(OTHER.certificate().sha256());
    }

    @Test
    void istiodThatKeepsARemovedRootIsReported() {
        Worlds world = Worlds.managed().issuer(issuer(ROOT)).applied().published(ROOT.pem() + OTHER.pem());

        assertThat(world.plan().trustReady().reason()).isEqualTo("IstiodNotReloaded");
    }
}
