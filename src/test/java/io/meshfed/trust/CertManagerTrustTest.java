package io.meshfed.trust;

import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.tls;
import static io.meshfed.trust.TestCa.NOW;
import static io.meshfed.trust.TestCa.root;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.MeshFederationStatus.Phase;
import io.meshfed.api.condition.CaDefect;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.cacerts.CertificateTrouble;
import io.meshfed.trust.cacerts.DeliveredIntermediate;
import io.meshfed.trust.rotation.TrustAction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Trust of type CertManager: what cert-manager delivers is verified, taken, renewed and rotated, or refused by name. */
class CertManagerTrustTest {
    private static final TrustAction LEAVE = new TrustAction.Leave();
    private static final Duration DWELL = Duration.ofHours(24).plusMinutes(10);
    private static final Duration LIFE = Duration.ofDays(90);
    private static final Ca BETWEEN = root("between").issuedBy(ROOT).make();
    private static final Ca NEXT = root("next").make();
    private static final CertificateTrouble DENIED =
            new CertificateTrouble(TrustReason.CertificateNotReady, "the request was denied");

    private static final Ca FIRST = intermediate("first", ROOT, NOW);

    /** A mesh at rest on what cert-manager delivered. */
    private static final Worlds RUNNING = Worlds.certManager()
            .issuer(delivered(FIRST, ROOT))
            .applied()
            .reloaded()
            .reported()
            .later(DWELL);

    private static Ca intermediate(String name, Ca issuer, Instant from) {
        return root(name).issuedBy(issuer).from(from).to(from.plus(LIFE)).make();
    }

    /** As cert-manager's CA issuer writes it where it is a root itself. */
    private static Map<String, byte[]> delivered(Ca intermediate, Ca root) {
        return tls(intermediate.pem(), intermediate.keyPem(), root.pem());
    }

    private static void refused(Worlds world, CaDefect defect) {
        refused(world, defect, "ClusterIssuer/mesh-ca");
    }

    private static void refused(Worlds world, CaDefect defect, String words) {
        TrustPlan plan = world.plan();
        assertThat(plan.action()).as(plan.trustReady().message()).isEqualTo(LEAVE);
        assertThat(plan.trustReady().status()).isEqualTo(Condition.State.False);
        assertThat(plan.trustReady().reason()).as(plan.trustReady().message()).isEqualTo(defect.name());
        assertThat(plan.trustReady().message())
                .contains("the certificate that cert-manager issued from ClusterIssuer/mesh-ca", words);
    }

    // ---- the first one

    @Test
    void whatIsDeliveredBecomesCacertsByteForByte() {
        assertThat(RUNNING.data())
                .containsOnlyKeys("ca-cert.pem", "ca-key.pem", "cert-chain.pem", "root-cert.pem")
                .containsEntry("ca-cert.pem", TestCa.bytes(FIRST.pem()))
                .containsEntry("ca-key.pem", TestCa.bytes(FIRST.keyPem()))
                .containsEntry("cert-chain.pem", TestCa.bytes(FIRST.pem()))
                .containsEntry("root-cert.pem", TestCa.bytes(ROOT.pem()));
        assertThat(RUNNING.plan().action()).isEqualTo(LEAVE);
        assertThat(RUNNING.plan().trustReady().reason()).isEqualTo("Verified");
        assertThat(RUNNING.plan().status().orElseThrow().issuer()).isEqualTo("ClusterIssuer/mesh-ca");
    }

    @Test
    void chainKeepsWhatStandsBetweenIntermediateAndRoot() {
        Ca below = intermediate("below", BETWEEN, NOW);

        Worlds done = Worlds.certManager()
                .issuer(tls(below.pem() + BETWEEN.pem(), below.keyPem(), ROOT.pem()))
                .applied();

        assertThat(done.data())
                .containsEntry("cert-chain.pem", TestCa.bytes(below.pem() + BETWEEN.pem()))
                .containsEntry("root-cert.pem", TestCa.bytes(ROOT.pem()));
    }

    @Test
    void nothingDeliveredYetIsSaidInCertManagersWords() {
        TrustPlan waiting = Worlds.certManager().plan();
        TrustPlan denied = Worlds.certManager().trouble(Optional.of(DENIED)).plan();

        assertThat(waiting.action()).isEqualTo(LEAVE);
        assertThat(waiting.trustReady().reason()).isEqualTo("CertificateNotReady");
        assertThat(denied.trustReady().holds()).isFalse();
        assertThat(denied.trustReady().message()).contains("the request was denied");
    }

    /** The issuer of a mesh that was Managed may still stand in the spec. */
    @Test
    void noRootIsMadeWhereCertManagerIsToIssue() {
        TrustPlan plan =
                Worlds.generating().certManager("mesh-ca", Optional.empty()).plan();

        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.trustReady().reason()).isEqualTo("CertificateNotReady");
    }

    @Test
    void meshOnAnotherRootIsLeftOnIt() {
        TrustPlan plan = Worlds.certManager()
                .issuer(delivered(FIRST, ROOT))
                .published(OTHER.pem())
                .plan();

        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.trustReady().reason()).isEqualTo("RunningOnOtherRoot");
        assertThat(plan.trustReady().message()).contains("name an issuer of cert-manager under that root");
    }

    // ---- which root

    /** cert-manager puts the highest certificate that it knows into ca.crt; where that is no root, nothing is guessed. */
    @Test
    void caCrtThatIsNoRootIsNotTakenForOne() {
        Ca below = intermediate("below", BETWEEN, NOW);
        Worlds given = Worlds.certManager().issuer(tls(below.pem() + BETWEEN.pem(), below.keyPem(), BETWEEN.pem()));

        refused(given, CaDefect.RootMissing, "spec.trust.certManager.root.pem");
        refused(
                Worlds.certManager().issuer(delivered(below, BETWEEN)),
                CaDefect.RootMissing,
                "spec.trust.certManager.root.pem");
        refused(
                Worlds.certManager().issuer(tls(below.pem() + BETWEEN.pem(), below.keyPem())),
                CaDefect.RootMissing,
                "spec.trust.certManager.root.pem");
        assertThat(given.certManager("mesh-ca", Optional.of(ROOT)).applied().rootPem())
                .isEqualTo(ROOT.pem());
    }

    @Test
    void rootInCaCrtThatDidNotSignTheChainIsNotTaken() {
        refused(Worlds.certManager().issuer(delivered(FIRST, OTHER)), CaDefect.RootMissing);
    }

    @Test
    void rootOfTheSpecWinsOverCaCrt() {
        assertThat(Worlds.certManager()
                        .certManager("mesh-ca", Optional.of(ROOT))
                        .issuer(delivered(FIRST, OTHER))
                        .applied()
                        .rootPem())
                .isEqualTo(ROOT.pem());
        refused(
                Worlds.certManager().certManager("mesh-ca", Optional.of(OTHER)).issuer(delivered(FIRST, ROOT)),
                CaDefect.RootMismatch,
                OTHER.certificate().sha256());
        refused(
                Worlds.certManager()
                        .certManager("mesh-ca", Optional.of(BETWEEN))
                        .issuer(delivered(FIRST, ROOT)),
                CaDefect.NotSelfSigned);
    }

    @Test
    void intermediateThatSignedItselfIsRefused() {
        refused(
                Worlds.certManager().issuer(delivered(OTHER, OTHER)),
                CaDefect.SelfSignedIntermediate,
                "not one of type SelfSigned");
    }

    // ---- bad material

    record Bad(CaDefect defect, Map<String, byte[]> data) {}

    static List<Bad> bad() {
        Ca narrow = root("narrow").pathlen(0).make();
        Ca below = intermediate("below", narrow, NOW);
        Ca leaf = root("leaf").issuedBy(ROOT).notCa().make();
        Ca late = intermediate("late", ROOT, NOW.plus(Duration.ofDays(1)));
        Ca old = intermediate("old", ROOT, NOW.minus(LIFE).minus(Duration.ofDays(1)));
        Ca weak = root("weak").issuedBy(ROOT).keys(TestCa.rsa(1024)).make();
        return List.of(
                new Bad(CaDefect.PathLengthTooSmall, delivered(below, narrow)),
                new Bad(CaDefect.NotCa, delivered(leaf, ROOT)),
                new Bad(CaDefect.NotYetValid, delivered(late, ROOT)),
                new Bad(CaDefect.Expired, delivered(old, ROOT)),
                new Bad(CaDefect.WeakKey, delivered(weak, ROOT)),
                new Bad(CaDefect.KeyMismatch, tls(FIRST.pem(), OTHER.keyPem(), ROOT.pem())),
                new Bad(
                        CaDefect.FieldMissing,
                        Map.of("tls.crt", TestCa.bytes(FIRST.pem()), "ca.crt", TestCa.bytes(ROOT.pem()))),
                new Bad(CaDefect.FieldMissing, Map.of()),
                new Bad(CaDefect.NotPem, tls("certificate", FIRST.keyPem(), ROOT.pem())),
                new Bad(
                        CaDefect.PrivateKeyInCertificate,
                        tls(FIRST.pem() + FIRST.keyPem(), FIRST.keyPem(), ROOT.pem())));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void badMaterialIsRefusedByNameAndWhatIsInForceStays(Bad bad) {
        refused(Worlds.certManager().issuer(bad.data()), bad.defect());
        Worlds running = RUNNING.at(NOW).issuer(bad.data());
        refused(running, bad.defect(), "stays in use");
        assertThat(running.applied().data()).isEqualTo(RUNNING.data());
    }

    // ---- renewal

    @Test
    void renewalByCertManagerIsTakenAtOnceOnTheBundleThatStands() {
        Worlds later =
                RUNNING.remote("west", OTHER).applied().reloaded().reported().later(Duration.ofDays(60));
        Ca second = intermediate("second", ROOT, later.now());

        Worlds renewed = later.issuer(delivered(second, ROOT)).applied();

        assertThat(renewed.data())
                .containsEntry("ca-cert.pem", TestCa.bytes(second.pem()))
                .containsEntry("ca-key.pem", TestCa.bytes(second.keyPem()))
                .containsEntry("root-cert.pem", TestCa.bytes(ROOT.pem() + OTHER.pem()));
        assertThat(renewed.plan().action()).isEqualTo(LEAVE);
    }

    /** The Secret outlives the Certificate: a mesh that was Managed meanwhile finds the former one there. */
    @Test
    void secretThatIsOlderThanWhatIsInForceIsLeftAndNamed() {
        Ca fresher = intermediate("fresher", ROOT, NOW.plus(Duration.ofDays(20)));
        Worlds renewed = RUNNING.later(Duration.ofDays(20))
                .issuer(delivered(fresher, ROOT))
                .applied()
                .reported();

        Worlds restored = renewed.issuer(delivered(FIRST, ROOT)).remote("west", OTHER);

        assertThat(restored.plan().trustReady().holds()).isTrue();
        assertThat(restored.plan().trustReady().message())
                .contains(FIRST.certificate().sha256(), "is older", "delete the Certificate's Secret");
        assertThat(restored.applied().data()).containsEntry("ca-cert.pem", TestCa.bytes(fresher.pem()));
        assertThat(restored.applied().rootPem()).isEqualTo(ROOT.pem() + OTHER.pem());
    }

    @Test
    void olderSecretThatLastsLongerIsTakenOnceARenewalIsOverdue() {
        Ca brief = root("brief")
                .issuedBy(ROOT)
                .from(NOW.plusSeconds(1))
                .to(NOW.plus(Duration.ofDays(40)))
                .make();
        Worlds onBrief = RUNNING.issuer(delivered(brief, ROOT)).applied().reported();

        Worlds restored = onBrief.issuer(delivered(FIRST, ROOT));

        assertThat(restored.plan().action()).isEqualTo(LEAVE);
        assertThat(restored.at(NOW.plus(Duration.ofDays(39))).applied().data())
                .containsEntry("ca-cert.pem", TestCa.bytes(FIRST.pem()));
    }

    /** Two within one second are both as new as can be told; so is one whose issuer alone was certified anew. */
    @Test
    void secretThatIsAsOldAsWhatIsInForceIsTaken() {
        Ca twin = intermediate("twin", ROOT, NOW);

        assertThat(RUNNING.issuer(delivered(twin, ROOT)).applied().data())
                .containsEntry("ca-cert.pem", TestCa.bytes(twin.pem()));
    }

    @Test
    void meshfedNeverRenewsByItself() {
        Worlds end = RUNNING.at(FIRST.certificate().notAfter().minusSeconds(1));

        assertThat(end.plan().action()).isEqualTo(LEAVE);
    }

    /** renewBefore is 30 days: cert-manager begins then, and with half of that left somebody should look. */
    @Test
    void renewalThatIsOverdueIsAFaultAndNotBefore() {
        Instant end = FIRST.certificate().notAfter();
        Worlds due = RUNNING.at(end.minus(Duration.ofDays(16)));
        Worlds overdue = RUNNING.at(end.minus(Duration.ofDays(14)));

        assertThat(due.plan().trustReady().holds()).isTrue();
        assertThat(due.plan().wakeAt()).contains(end.minus(Duration.ofDays(15)));
        assertThat(overdue.plan().trustReady().holds()).isFalse();
        assertThat(overdue.plan().trustReady().reason()).isEqualTo("CertificateNotReady");
        assertThat(overdue.trouble(Optional.of(DENIED)).plan().trustReady().message())
                .contains("the request was denied", end.toString());
    }

    @Test
    void troubleOfCertManagerIsToldWhileWhatIsInForceIsGoodForLong() {
        Worlds troubled = RUNNING.trouble(Optional.of(DENIED));

        for (Worlds world : List.of(troubled, troubled.withoutIssuer())) {
            Condition ready = world.plan().trustReady();
            assertThat(ready.holds()).as(ready.message()).isTrue();
            assertThat(ready.reason()).isEqualTo("CertificateNotReady");
            assertThat(ready.message())
                    .contains(
                            "the request was denied",
                            FIRST.certificate().notAfter().toString());
            assertThat(world.plan().action()).isEqualTo(LEAVE);
        }
    }

    // ---- another root

    private static Worlds asked() {
        Worlds renamed = RUNNING.certManager("next-ca", Optional.empty());
        // cert-manager has not issued by the new issuer yet.
        assertThat(renamed.withoutIssuer().plan().action()).isEqualTo(LEAVE);
        return renamed.withoutIssuer().reported().issuer(delivered(intermediate("of-next", NEXT, renamed.now()), NEXT));
    }

    @Test
    void anotherIssuerMovesTheMeshLikeAnyRotation() {
        Worlds asked = asked();
        Worlds added = asked.applied().reported();
        Worlds published = added.reloaded().reported();
        Worlds accepted = published.later(DWELL);
        Worlds signed = accepted.applied().reported();

        assertThat(added.rootPem()).isEqualTo(ROOT.pem() + NEXT.pem());
        for (String key : List.of("ca-cert.pem", "ca-key.pem", "cert-chain.pem")) {
            assertThat(added.data().get(key))
                    .as("the former " + key)
                    .isEqualTo(RUNNING.data().get(key));
        }
        assertThat(published.plan().action()).isEqualTo(LEAVE);
        assertThat(published.plan().status().orElseThrow().rotation().phase()).isEqualTo(Phase.AwaitTrust);
        assertThat(published.plan().status().orElseThrow().issuer()).isEqualTo("ClusterIssuer/mesh-ca");
        assertThat(signed.verified().ownRoot()).isEqualTo(NEXT.certificate());
        assertThat(signed.rootPem()).isEqualTo(ROOT.pem() + NEXT.pem());
        assertThat(signed.plan().status().orElseThrow().issuer()).isEqualTo("ClusterIssuer/next-ca");
        assertThat(signed.later(DWELL).applied().rootPem()).isEqualTo(NEXT.pem());
    }

    /** cert-manager renews while the mesh waits: what is signed with in the end is the newest. */
    @Test
    void renewalsOfTheNextIntermediateDoNotDisturbTheWait() {
        Worlds published = asked().applied().reported().reloaded().reported();
        Ca newest = intermediate("newest", NEXT, published.now());

        Worlds renewed = published.issuer(delivered(newest, NEXT));

        assertThat(renewed.plan().action()).isEqualTo(LEAVE);
        assertThat(renewed.reported().later(DWELL).applied().data())
                .containsEntry("ca-cert.pem", TestCa.bytes(newest.pem()));
    }

    @Test
    void abortGoesBackToTheFormerIssuer() {
        Worlds published = asked().applied().reported().reloaded().reported();
        Ca again = intermediate("again", ROOT, published.now());

        Worlds aborted = published
                .certManager("mesh-ca", Optional.empty())
                .issuer(delivered(again, ROOT))
                .applied()
                .reported();

        assertThat(aborted.data()).containsEntry("ca-cert.pem", TestCa.bytes(again.pem()));
        assertThat(aborted.rootPem()).isEqualTo(ROOT.pem() + NEXT.pem());
        assertThat(aborted.later(DWELL).applied().rootPem()).isEqualTo(ROOT.pem());
    }

    @Test
    void issuerThatChangesItsRootByItselfStartsNothingUntilTheSpecGivesThatRoot() {
        Worlds swapped = RUNNING.issuer(delivered(intermediate("of-next", NEXT, RUNNING.now()), NEXT));

        assertThat(swapped.plan().action()).isEqualTo(LEAVE);
        assertThat(swapped.plan().trustReady().reason()).isEqualTo("IssuerChanged");
        assertThat(swapped.plan().trustReady().message()).contains("spec.trust.certManager.root.pem");
        assertThat(swapped.certManager("mesh-ca", Optional.of(NEXT)).applied().rootPem())
                .isEqualTo(ROOT.pem() + NEXT.pem());
    }

    @Test
    void rootsOfPeersComeAndGoWhileTheIssuerHasChangedItsRoot() {
        Worlds swapped = RUNNING.issuer(delivered(intermediate("of-next", NEXT, RUNNING.now()), NEXT));

        Worlds with = swapped.remote("west", OTHER).applied().reloaded().reported();

        assertThat(with.rootPem()).isEqualTo(ROOT.pem() + OTHER.pem());
        assertThat(with.plan().trustReady().reason()).isEqualTo("IssuerChanged");
        assertThat(with.remotes(List.of()).applied().rootPem()).isEqualTo(ROOT.pem());
    }

    /** cert-manager renews a root of its own making with the same key, if it is told to. */
    @Test
    void rootThatWasCertifiedAnewWithItsKeyMovesNothing() {
        Worlds later = RUNNING.later(Duration.ofDays(60));
        Ca anew = root("root").keys(ROOT.keys()).make();
        Ca second = intermediate("second", anew, later.now());

        Worlds renewed = later.issuer(delivered(second, anew)).applied().reported();

        assertThat(renewed.data()).containsEntry("ca-cert.pem", TestCa.bytes(second.pem()));
        assertThat(renewed.rootPem()).isEqualTo(ROOT.pem());
        assertThat(renewed.plan().action()).isEqualTo(LEAVE);
        assertThat(renewed.plan().trustReady().reason()).isEqualTo("Verified");
    }

    @Test
    void meshMovesToTheNewCertificateOfItsRootWhenTheSpecGivesIt() {
        Ca anew = root("root").keys(ROOT.keys()).make();
        Worlds asked = RUNNING.certManager("mesh-ca", Optional.of(anew))
                .issuer(delivered(intermediate("second", anew, RUNNING.now()), anew));

        Worlds added = asked.applied().reported();
        Worlds signed = added.reloaded().reported().later(DWELL).applied().reported();

        assertThat(added.rootPem()).isEqualTo(ROOT.pem() + anew.pem());
        assertThat(signed.verified().ownRoot()).isEqualTo(anew.certificate());
        assertThat(signed.plan().action()).isEqualTo(LEAVE);
        assertThat(signed.later(DWELL).applied().rootPem()).isEqualTo(anew.pem());
    }

    /** The way in: the Managed mesh's own root becomes an issuer of cert-manager. */
    @Test
    void managedMeshGoesOverToCertManagerOnItsRoot() {
        Worlds managed = Worlds.managed()
                .issuer(BadInputs.issuer(ROOT))
                .applied()
                .reloaded()
                .reported();

        Worlds over = managed.certManager("mesh-ca", Optional.empty())
                .issuer(delivered(FIRST, ROOT))
                .applied()
                .reported();

        assertThat(over.data()).containsEntry("ca-cert.pem", TestCa.bytes(FIRST.pem()));
        assertThat(over.rootPem()).isEqualTo(ROOT.pem());
        assertThat(over.plan().status().orElseThrow().issuer()).isEqualTo("ClusterIssuer/mesh-ca");
    }

    @Test
    void brokenCacertsIsMadeAgainFromWhatWasDelivered() {
        Map<String, byte[]> broken = new java.util.HashMap<>(RUNNING.data());
        broken.put("ca-key.pem", TestCa.bytes(OTHER.keyPem()));

        assertThat(RUNNING.ourCacerts(broken).applied().data()).containsAllEntriesOf(RUNNING.data());
    }

    @Test
    void keysAreInNoText() {
        assertThat(List.of(
                                RUNNING.world().toString(),
                                RUNNING.plan().toString(),
                                new DeliveredIntermediate(List.of(), TestCa.bytes(FIRST.keyPem())).toString())
                        .toString())
                .doesNotContain(
                        "PRIVATE KEY",
                        FIRST.keyPem().lines().skip(1).findFirst().orElseThrow());
    }
}
