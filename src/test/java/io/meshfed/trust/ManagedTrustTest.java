package io.meshfed.trust;

import static io.meshfed.trust.BadInputs.MID;
import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.TestCa.NOW;
import static io.meshfed.trust.TestCa.bytes;
import static io.meshfed.trust.TestCa.root;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.Condition.State;
import io.meshfed.api.ExportedMesh;
import io.meshfed.api.Trust.KeyAlgorithm;
import io.meshfed.trust.TestCa.Ca;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

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
    void rootIsGeneratedOnceWhenAsked() throws Refused {
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

    // ---- foreign

    @Test
    void foreignCacertsIsNeverWritten() {
        TrustPlan plan = Worlds.managed()
                .issuer(issuer(ROOT))
                .foreignCacerts(BadInputs.cacerts())
                .remote("west", OTHER)
                .plan();

        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.trustReady().reason()).isEqualTo("ForeignCacerts");
        assertThat(plan.trustReady().message())
                .contains("meshfed.io/adopt: \"true\"")
                .contains("type: External");
        assertThat(plan.status()).isPresent();
    }

    @Test
    void foreignCacertsThatIsBrokenOrExpiringIsNotWrittenEither() {
        Worlds world = Worlds.managed().issuer(issuer(ROOT));

        assertThat(world.foreignCacerts(Map.of()).plan().action()).isEqualTo(LEAVE);
        assertThat(world.foreignCacerts(BadInputs.cacerts())
                        .later(Duration.ofDays(3640))
                        .plan()
                        .action())
                .isEqualTo(LEAVE);
    }

    @Test
    void cacertsThatIstiodMadeIsForeignEvenIfLabelled() {
        Map<String, byte[]> data = new HashMap<>(BadInputs.cacerts());
        data.put("istio-generated", new byte[0]);

        TrustPlan plan = Worlds.managed().issuer(issuer(ROOT)).ourCacerts(data).plan();

        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.trustReady().reason()).isEqualTo("IstioGenerated");
    }

    @Test
    void adoptedCacertsOfAnotherRootIsKept() {
        TrustPlan plan = Worlds.managed()
                .issuer(issuer(OTHER))
                .ourCacerts(BadInputs.cacerts())
                .plan();

        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.trustReady().reason()).isEqualTo("IssuerChanged");
        assertThat(plan.trustReady().message())
                .contains(OTHER.certificate().sha256())
                .contains(ROOT.certificate().sha256());
    }

    @Test
    void adoptedCacertsOfAnotherIssuerUnderTheSameRootIsTakenOver() {
        Worlds adopted = Worlds.managed().issuer(issuer(ROOT)).ourCacerts(BadInputs.cacerts());

        Worlds after = adopted.applied();

        assertThat(after.rootPem()).isEqualTo(adopted.rootPem());
        assertThat(after.verified().path()).hasSize(2);
        assertThat(after.plan().action()).isEqualTo(LEAVE);
    }

    @Test
    void cacertsInTlsFormIsVerifiedAndNotWritten() {
        Worlds world = Worlds.managed().issuer(issuer(MID_ISSUER)).ourCacerts(tlsForm());

        assertThat(world.plan().trustReady().holds()).isTrue();
        assertThat(world.remote("west", OTHER).plan().action()).isEqualTo(LEAVE);
        assertThat(world.remote("west", OTHER).plan().trustReady().reason()).isEqualTo("TlsFormNotWritten");
    }

    private static final Ca MID_ISSUER = root("root for tls").make();

    private static Map<String, byte[]> tlsForm() {
        Ca signing = root("signing").issuedBy(MID_ISSUER).pathlen(0).make();
        return BadInputs.tls(signing.pem(), signing.keyPem(), MID_ISSUER.pem());
    }

    // ---- renewal

    @Test
    void renewalComesWhenLessThanRenewBeforeIsLeft() {
        Worlds world = Worlds.managed().issuer(issuer(ROOT)).applied().reloaded();
        Instant due = NOW.plus(Duration.ofHours(2160 - 720));

        assertThat(world.reported().later(Duration.ofDays(2)).plan().wakeAt()).contains(due);
        assertThat(world.at(due.minusSeconds(1)).plan().action()).isEqualTo(LEAVE);
        TrustPlan renewal = world.at(due).plan();

        assertThat(((TrustAction.WriteCacerts) renewal.action()).why()).isEqualTo("renewal");
        assertThat(renewal.trustReady().holds()).isTrue();
        Worlds renewed = world.at(due).applied();
        assertThat(renewed.rootPem()).isEqualTo(world.rootPem());
        assertThat(renewed.data().get("ca-key.pem")).isNotEqualTo(world.data().get("ca-key.pem"));
        assertThat(renewed.verified().signing().subject())
                .isNotEqualTo(world.verified().signing().subject());
        assertThat(renewed.plan().action()).isEqualTo(LEAVE);
        assertThat(renewed.later(Duration.ofDays(2)).plan().wakeAt()).contains(due.plus(Duration.ofHours(2160 - 720)));
    }

    @Test
    void expiredIntermediateIsRenewedToo() {
        Worlds world =
                Worlds.managed().issuer(issuer(ROOT)).applied().reloaded().later(Duration.ofDays(100));

        TrustPlan plan = world.plan();

        assertThat(plan.trustReady().reason()).isEqualTo("Expired");
        assertThat(((TrustAction.WriteCacerts) plan.action()).why()).isEqualTo("renewal");
        assertThat(world.applied().plan().trustReady().holds()).isTrue();
    }

    @Test
    void tenYearsOfRenewalsNeverEndOutsideTheIssuer() {
        Worlds world = Worlds.managed().issuer(issuer(ROOT)).applied().reloaded();
        int writes = 0;
        while (world.now().isBefore(ROOT.certificate().notAfter())) {
            Worlds next = world.applied();
            writes += next.data() == world.data() ? 0 : 1;
            assertThat(next.verified().notAfter())
                    .isBeforeOrEqualTo(ROOT.certificate().notAfter());
            world = next.at(next.plan().wakeAt().orElse(ROOT.certificate().notAfter()));
        }

        assertThat(writes).isBetween(58, 62);
        assertThat(world.plan().action()).isEqualTo(LEAVE);
    }

    @Test
    void issuerThatEndsSoonIsReportedAndNotRenewedForEver() {
        Ca ending = root("ending").to(NOW.plus(Duration.ofDays(60))).make();
        Worlds world = Worlds.managed().issuer(issuer(ending)).applied().reloaded();

        assertThat(world.verified().notAfter()).isEqualTo(NOW.plus(Duration.ofDays(60)));
        TrustPlan plan = world.later(Duration.ofDays(31)).plan();

        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.trustReady().reason()).isEqualTo("IssuerExpiring");
    }

    @Test
    void specWhoseRenewBeforeExceedsTheLifeDoesNotRenewAtOnce() {
        Worlds world = Worlds.managed()
                .issuer(issuer(ROOT))
                .intermediate(KeyAlgorithm.ECDSA_P256, "24h", "48h")
                .applied()
                .reloaded();

        assertThat(world.later(Duration.ofHours(15)).plan().action()).isEqualTo(LEAVE);
        assertThat(world.later(Duration.ofHours(17)).plan().action()).isInstanceOf(TrustAction.WriteCacerts.class);
    }

    @Test
    void otherKeyAlgorithmIsIssuedOnTheSameBundle() {
        Worlds world = Worlds.managed().issuer(issuer(ROOT)).applied().reloaded();

        Worlds changed = world.intermediate(KeyAlgorithm.ECDSA_P384, "2160h", "720h");

        assertThat(((TrustAction.WriteCacerts) changed.plan().action()).why()).contains("ECDSA_P384");
        assertThat(changed.applied().rootPem()).isEqualTo(world.rootPem());
        assertThat(changed.applied().plan().action()).isEqualTo(LEAVE);
    }

    @Test
    void lostIssuerKeepsCacertsTrueUntilRenewalIsDue() {
        Worlds world =
                Worlds.managed().issuer(issuer(ROOT)).applied().reloaded().withoutIssuer();

        TrustPlan early = world.plan();
        TrustPlan late = world.later(Duration.ofHours(2160 - 720)).plan();

        assertThat(early.action()).isEqualTo(LEAVE);
        assertThat(early.trustReady().status()).isEqualTo(State.True);
        assertThat(early.trustReady().reason()).isEqualTo("IssuerMissing");
        assertThat(early.trustReady().message()).contains("cannot be renewed");
        assertThat(world.reported().later(Duration.ofDays(2)).plan().wakeAt())
                .contains(NOW.plus(Duration.ofHours(2160 - 720)));
        assertThat(late.action()).isEqualTo(LEAVE);
        assertThat(late.trustReady().status()).isEqualTo(State.False);
        assertThat(late.trustReady().reason()).isEqualTo("IssuerMissing");
    }

    @Test
    void peersRootsComeWithoutTheIssuer() {
        Worlds world = Worlds.managed().issuer(issuer(ROOT)).applied().withoutIssuer();

        Worlds with = world.remote("west", OTHER).applied();

        assertThat(with.rootPem()).isEqualTo(ROOT.pem() + OTHER.pem());
    }

    @Test
    void clockBeforeTheIssuersBeginSignsNothing() {
        Worlds world = Worlds.managed()
                .issuer(issuer(ROOT))
                .at(ROOT.certificate().notBefore().minusSeconds(1));

        assertThat(world.plan().action()).isEqualTo(LEAVE);
        assertThat(world.plan().trustReady().reason()).isEqualTo("NotYetValid");
        assertThat(world.plan().wakeAt()).contains(world.now().plus(Duration.ofMinutes(10)));
    }

    // ---- repair

    @Test
    void damagedCacertsIsMadeAgainOnItsOwnBundle() {
        Worlds world = Worlds.managed()
                .issuer(issuer(ROOT))
                .remote("west", OTHER)
                .applied()
                .reloaded();
        for (String key : Set.of("ca-cert.pem", "ca-key.pem", "cert-chain.pem")) {
            Map<String, byte[]> damaged = new HashMap<>(world.data());
            damaged.remove(key);

            TrustPlan plan = world.ourCacerts(damaged).plan();

            assertThat(plan.trustReady().reason()).isEqualTo("FieldMissing");
            assertThat(((TrustAction.WriteCacerts) plan.action()).data().get("root-cert.pem"))
                    .isEqualTo(world.data().get("root-cert.pem"));
        }
    }

    @Test
    void lostBundleIsTakenFromIstiod() {
        Worlds world = Worlds.managed()
                .issuer(issuer(ROOT))
                .remote("west", OTHER)
                .applied()
                .reloaded();
        Map<String, byte[]> damaged = new HashMap<>(world.data());
        damaged.put("root-cert.pem", bytes("oops"));

        assertThat(world.ourCacerts(damaged).applied().rootPem()).isEqualTo(world.rootPem());
    }

    @Test
    void privateKeyInTheBundleIsCutOut() {
        Worlds world = Worlds.managed().issuer(issuer(ROOT)).applied();
        Map<String, byte[]> damaged = new HashMap<>(world.data());
        damaged.put("root-cert.pem", bytes(ROOT.pem() + ROOT.keyPem() + OTHER.pem()));

        Worlds repaired = world.remote("west", OTHER).ourCacerts(damaged).applied();

        assertThat(repaired.rootPem()).isEqualTo(ROOT.pem() + OTHER.pem());
    }

    @Test
    void damagedCacertsOfAnUnknownRootIsNotMadeAgain() {
        Map<String, byte[]> damaged = new HashMap<>(BadInputs.cacerts());
        damaged.remove("ca-key.pem");
        Worlds world = Worlds.managed().issuer(issuer(OTHER)).ourCacerts(damaged);

        assertThat(world.plan().action()).isEqualTo(LEAVE);
        assertThat(world.plan().trustReady().reason()).isEqualTo("FieldMissing");
        assertThat(world.ourCacerts(Map.of()).plan().action()).isEqualTo(LEAVE);
    }

    @Test
    void damagedCacertsOfAMeshOnAnotherRootIsNotMadeAgain() {
        Worlds world = Worlds.managed().issuer(issuer(ROOT)).applied().published(OTHER.pem());
        Map<String, byte[]> damaged = new HashMap<>(world.data());
        damaged.remove("ca-key.pem");

        TrustPlan plan = world.ourCacerts(damaged).plan();

        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.trustReady().reason()).isEqualTo("RunningOnOtherRoot");
    }

    @Test
    void cacertsFromTheFutureBlamesTheClock() {
        Worlds world = Worlds.managed().issuer(issuer(ROOT)).applied().at(NOW.minus(Duration.ofHours(1)));

        assertThat(world.plan().action()).isEqualTo(LEAVE);
        assertThat(world.plan().trustReady().reason()).isEqualTo("NotYetValid");
        assertThat(world.plan().trustReady().message()).contains("clock");
    }

    @Test
    void damagedCacertsWithoutIssuerIsKept() {
        Worlds world = Worlds.managed().issuer(issuer(ROOT)).applied().withoutIssuer();
        Map<String, byte[]> damaged = new HashMap<>(world.data());
        damaged.remove("ca-key.pem");

        assertThat(world.ourCacerts(damaged).plan().action()).isEqualTo(LEAVE);
        assertThat(world.ourCacerts(damaged).plan().trustReady().reason()).isEqualTo("FieldMissing");
    }
}
