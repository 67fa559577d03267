package io.meshfed.trust;

import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.TestCa.RANDOM;
import static io.meshfed.trust.TestCa.bytes;
import static io.meshfed.trust.TestCa.root;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.Condition;
import io.meshfed.api.ExportedMesh.Istiod;
import io.meshfed.api.ExportedMesh.PublicRoot;
import io.meshfed.api.Trust;
import io.meshfed.trust.PresentCacerts.Origin;
import io.meshfed.trust.TestCa.Ca;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is made for another mesh, and what is left alone. */
class IssuedTrustTest {
    private static final TrustAction LEAVE = new TrustAction.Leave();
    private static final Ca NEXT = root("next").make();
    private static final Duration DWELL = Duration.ofHours(24).plusMinutes(10);
    private static final Optional<Istiod> NOT_SEEN = Optional.of(new Istiod(false, List.of()));

    /** A mesh at rest on ROOT for long. */
    private static final Worlds HOME = Worlds.managed()
            .issuer(issuer(ROOT))
            .applied()
            .reloaded()
            .reported()
            .later(DWELL);

    private static Worlds absent(Worlds home, Optional<Istiod> istiod) {
        return home.issuing("west", Optional.of(List.of()), new IssuedWorld(true, Optional.empty(), istiod));
    }

    private static Worlds present(Worlds home, Origin origin, Map<String, byte[]> data, Optional<Istiod> istiod) {
        return home.issuing(
                "west",
                Optional.of(List.of()),
                new IssuedWorld(true, Optional.of(new PresentCacerts(data, origin)), istiod));
    }

    private static Map<String, byte[]> written(IssuedPlan plan) {
        assertThat(plan.action()).as(plan.issued().toString()).isInstanceOf(TrustAction.WriteCacerts.class);
        return ((TrustAction.WriteCacerts) plan.action()).data();
    }

    private static String text(Map<String, byte[]> data, String key) {
        return new String(data.get(key), StandardCharsets.ISO_8859_1);
    }

    private static Cacerts verified(Map<String, byte[]> data, Instant now) {
        try {
            return Cacerts.verify(data, now, RANDOM);
        } catch (Refused e) {
            throw new AssertionError(e);
        }
    }

    /** West's first cacerts, made by HOME. */
    private static Map<String, byte[]> first() {
        return written(absent(HOME, NOT_SEEN).issue("west"));
    }

    private static void refused(Worlds world, String reason) {
        IssuedPlan plan = world.issue("west");
        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.issued().type()).isEqualTo("CacertsIssued");
        assertThat(plan.issued().status()).isEqualTo(Condition.State.False);
        assertThat(plan.issued().reason()).as(plan.issued().message()).isEqualTo(reason);
    }

    // ---- the first one

    @Test
    void firstOneStandsOnThisMeshsRootWithAKeyOfItsOwn() {
        Map<String, byte[]> data = first();

        Cacerts cacerts = verified(data, HOME.now());
        assertThat(cacerts.ownRoot()).isEqualTo(ROOT.certificate());
        assertThat(cacerts.signing().subject()).contains("west intermediate");
        assertThat(text(data, "root-cert.pem")).isEqualTo(ROOT.pem());
        assertThat(data.get("ca-key.pem")).isNotEqualTo(HOME.data().get("ca-key.pem"));
        assertThat(text(data, "ca-key.pem")).isNotEqualTo(ROOT.keyPem());
    }

    @Test
    void nothingIsWrittenWhereIstiodMayRunOnAnotherRoot() {
        refused(absent(HOME, Optional.empty()), "PeerNotKnown");
        refused(
                absent(
                        HOME,
                        Optional.of(new Istiod(true, List.of(OTHER.certificate().sha256())))),
                "RunningOnOtherRoot");
        refused(
                absent(
                        HOME,
                        Optional.of(new Istiod(
                                true,
                                List.of(
                                        OTHER.certificate().sha256(),
                                        ROOT.certificate().sha256())))),
                "RunningOnOtherRoot");
        refused(absent(HOME, Optional.of(new Istiod(true, List.of()))), "RunningOnOtherRoot");
    }

    @Test
    void istiodThatLostItsCacertsGetsOneOnTheRootsThatItRunsOn() {
        Worlds lost = absent(
                HOME, Optional.of(new Istiod(true, List.of(ROOT.certificate().sha256()))));

        assertThat(text(written(lost.issue("west")), "root-cert.pem")).isEqualTo(ROOT.pem());
    }

    @Test
    void emptySecretThatWasHandedOverSaysThatNoIstiodRunsThere() {
        Worlds laidOut = present(HOME, Origin.HANDED_OVER, Map.of(), Optional.empty());

        assertThat(text(written(laidOut.issue("west")), "root-cert.pem")).isEqualTo(ROOT.pem());
        refused(present(HOME, Origin.FOREIGN, Map.of(), Optional.empty()), "ForeignCacerts");
        // What is seen counts more than what was said.
        refused(
                present(
                        HOME,
                        Origin.HANDED_OVER,
                        Map.of(),
                        Optional.of(new Istiod(true, List.of(OTHER.certificate().sha256())))),
                "RunningOnOtherRoot");
    }

    // ---- what is left alone

    @Test
    void foreignOneIsLeftAsItIs() {
        refused(present(HOME, Origin.FOREIGN, first(), NOT_SEEN), "ForeignCacerts");
        refused(present(HOME, Origin.FOREIGN, Map.of("ca-cert.pem", bytes("x")), NOT_SEEN), "ForeignCacerts");
        Map<String, byte[]> generated = new HashMap<>(first());
        generated.put("istio-generated", new byte[0]);
        refused(present(HOME, Origin.OURS, generated, NOT_SEEN), "IstioGenerated");
    }

    @Test
    void oneThatWasHandedOverMustStandOnThisMeshsRoot() {
        Ca signing = root("west").issuedBy(OTHER).pathlen(0).make();
        Map<String, byte[]> onOther = BadInputs.cacerts(signing, signing.pem(), OTHER.pem());
        Ca good = root("west").issuedBy(ROOT).pathlen(0).make();
        Map<String, byte[]> onRoot = BadInputs.cacerts(good, good.pem(), ROOT.pem());

        refused(present(HOME, Origin.HANDED_OVER, onOther, NOT_SEEN), "RunningOnOtherRoot");
        // Its key is somebody else's work.
        Map<String, byte[]> taken =
                written(present(HOME, Origin.HANDED_OVER, onRoot, NOT_SEEN).issue("west"));
        assertThat(taken.get("ca-key.pem")).isNotEqualTo(onRoot.get("ca-key.pem"));
        assertThat(verified(taken, HOME.now()).ownRoot()).isEqualTo(ROOT.certificate());
    }

    @Test
    void oneThatIsInOrderIsNotTouched() {
        IssuedPlan plan = present(HOME, Origin.OURS, first(), NOT_SEEN).issue("west");

        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.issued().holds()).isTrue();
        assertThat(plan.issued().reason()).isEqualTo("Issued");
        assertThat(plan.status().orElseThrow().roots())
                .containsExactly(ROOT.certificate().sha256());
        assertThat(Instant.parse(plan.status().orElseThrow().notAfter())).isAfter(HOME.now());
    }

    @Test
    void meshThatCannotSignForItselfSignsForNobody() {
        refused(absent(Worlds.external().foreignCacerts(BadInputs.cacerts()), NOT_SEEN), "NotManaged");
        refused(absent(Worlds.managed().issuer(issuer(ROOT)), NOT_SEEN), "WaitingForOwnTrust");
        refused(absent(HOME.foreignCacerts(HOME.data()), NOT_SEEN), "WaitingForOwnTrust");
        refused(absent(HOME.withoutIssuer(), NOT_SEEN), "IssuerMissing");
        refused(absent(HOME.issuer(Map.of("tls.crt", bytes("x"))), NOT_SEEN), "NotPem");
    }

    // ---- renewal and repair

    @Test
    void renewalIsDueBeforeTheEndAtAMomentOfItsOwn() {
        List<Instant> moments = Stream.generate(IssuedTrustTest::first)
                .limit(12)
                .map(data -> present(HOME, Origin.OURS, data, NOT_SEEN).issue("west"))
                .map(plan -> plan.wakeAt().orElseThrow())
                .toList();

        Instant plain = HOME.now().plus(Duration.ofHours(2160 - 720));
        assertThat(moments).allSatisfy(at -> assertThat(at)
                .isBetween(plain.minus(Duration.ofHours(72).plusMinutes(11)), plain.plusSeconds(1)));
        assertThat(moments).doesNotHaveDuplicates();
    }

    @Test
    void renewalBringsAFreshKeyOnTheSameRoots() {
        Map<String, byte[]> old = first();
        Instant due =
                present(HOME, Origin.OURS, old, NOT_SEEN).issue("west").wakeAt().orElseThrow();
        Worlds later = present(HOME.at(due), Origin.OURS, old, NOT_SEEN);

        assertThat(present(HOME.at(due.minusSeconds(1)), Origin.OURS, old, NOT_SEEN)
                        .issue("west")
                        .action())
                .isEqualTo(LEAVE);
        Map<String, byte[]> renewed = written(later.issue("west"));
        assertThat(renewed.get("ca-key.pem")).isNotEqualTo(old.get("ca-key.pem"));
        assertThat(renewed.get("root-cert.pem")).isEqualTo(old.get("root-cert.pem"));
        assertThat(verified(renewed, due).notAfter()).isAfter(verified(old, due).notAfter());
    }

    @Test
    void whereRevocationIsCheckedHereNameAndKeyStay() {
        Map<String, byte[]> old = first();
        Instant due =
                present(HOME, Origin.OURS, old, NOT_SEEN).issue("west").wakeAt().orElseThrow();
        Worlds checking = HOME.crl(new Trust.Crl(null, null, null));

        Map<String, byte[]> renewed =
                written(present(checking.at(due), Origin.OURS, old, NOT_SEEN).issue("west"));
        assertThat(verified(renewed, due).signing().x509().getPublicKey())
                .isEqualTo(verified(old, due).signing().x509().getPublicKey());
        assertThat(verified(renewed, due).signing().subject())
                .isEqualTo(verified(old, due).signing().subject());
        assertThat(verified(renewed, due).notAfter()).isAfter(verified(old, due).notAfter());
        // Lists that are no longer wanted are in force until they are out of cacerts.
        Map<String, byte[]> listed = new HashMap<>(HOME.data());
        listed.put("ca-crl.pem", bytes("x"));
        Worlds inForce = HOME.cacerts(Optional.of(new PresentCacerts(listed, Origin.OURS)));
        assertThat(verified(
                                written(present(inForce.at(due), Origin.OURS, old, NOT_SEEN)
                                        .issue("west")),
                                due)
                        .signing()
                        .x509()
                        .getPublicKey())
                .isEqualTo(verified(old, due).signing().x509().getPublicKey());
        // A key of another kind would be a new one.
        assertThat(present(
                                checking.intermediate(Trust.KeyAlgorithm.ECDSA_P384, "2160h", "720h"),
                                Origin.OURS,
                                old,
                                NOT_SEEN)
                        .issue("west")
                        .action())
                .isEqualTo(LEAVE);
    }

    @Test
    void nobodyIsSentToSetListsInAMeshWhoseCacertsIsMadeHere() {
        Worlds checking = present(HOME.crl(new Trust.Crl(null, null, null)), Origin.OURS, first(), NOT_SEEN);

        assertThat(checking.plan().trustReady().message())
                .contains("RemoteMesh west")
                .contains("take spec.trust.crl away here")
                .doesNotContain("in the MeshFederation there");
    }

    @Test
    void changedAlgorithmIsFollowed() {
        Worlds p384 = HOME.intermediate(Trust.KeyAlgorithm.ECDSA_P384, "2160h", "720h");

        assertThat(KeyAlgorithms.matches(
                        verified(
                                        written(present(p384, Origin.OURS, first(), NOT_SEEN)
                                                .issue("west")),
                                        HOME.now())
                                .signing(),
                        Trust.KeyAlgorithm.ECDSA_P384))
                .isTrue();
    }

    @Test
    void brokenOneOfOursIsMadeAgainOnTheSameRoots() {
        Map<String, byte[]> broken = new HashMap<>(first());
        broken.put("ca-key.pem", bytes(OTHER.keyPem()));

        IssuedPlan plan = present(HOME, Origin.OURS, broken, NOT_SEEN).issue("west");

        assertThat(text(written(plan), "root-cert.pem")).isEqualTo(ROOT.pem());
        assertThat(plan.issued().reason()).isEqualTo("KeyMismatch");
        refused(
                present(
                        HOME,
                        Origin.OURS,
                        broken,
                        Optional.of(new Istiod(true, List.of(OTHER.certificate().sha256())))),
                "RunningOnOtherRoot");
    }

    // ---- from one root to another

    private static PublicRoot says(Ca ca, boolean accepted, boolean inUse) {
        return new PublicRoot(ca.certificate().sha256(), ca.pem(), accepted, inUse);
    }

    private static Worlds west(Worlds home, Map<String, byte[]> data, PublicRoot... page) {
        return home.issuing(
                "west",
                Optional.of(List.of(page)),
                new IssuedWorld(true, Optional.of(new PresentCacerts(data, Origin.OURS)), Optional.empty()));
    }

    @Test
    void rotationTakesTheRemoteAlongStepByStep() {
        Map<String, byte[]> west = first();
        PublicRoot[] atRest = {says(ROOT, true, true)};
        Worlds asked = HOME.issuer("next-root-ca", issuer(NEXT));
        // Before this mesh has the root in its own bundle, the remote does not get it.
        assertThat(west(asked, west, atRest).issue("west").action()).isEqualTo(LEAVE);

        Worlds added = asked.applied().reloaded().reported();
        IssuedPlan grow = west(added, west, atRest).issue("west");
        Map<String, byte[]> both = written(grow);
        assertThat(text(both, "root-cert.pem")).isEqualTo(ROOT.pem() + NEXT.pem());
        assertThat(both.get("ca-cert.pem")).isEqualTo(west.get("ca-cert.pem"));
        assertThat(both.get("ca-key.pem")).isEqualTo(west.get("ca-key.pem"));
        assertThat(grow.issued().reason()).isEqualTo("Rotating");

        // This mesh does not sign before the remote's workloads accept the root; the remote is not signed before this
        // mesh.
        Worlds waited = added.later(DWELL);
        Worlds westBehind = west(waited, both, says(ROOT, true, true), says(NEXT, false, true));
        assertThat(westBehind.plan().action()).isEqualTo(LEAVE);
        assertThat(westBehind.plan().trustReady().reason()).isEqualTo("WaitingForPeer");
        PublicRoot[] accepts = {says(ROOT, true, true), says(NEXT, true, false)};
        assertThat(west(waited, both, accepts).issue("west").action()).isEqualTo(LEAVE);
        assertThat(west(waited, both, accepts).issue("west").issued().reason()).isEqualTo("Rotating");

        Worlds signed = west(waited, both, accepts).applied().reported();
        assertThat(signed.verified().ownRoot()).isEqualTo(NEXT.certificate());
        // The remote's catalogue may change its word until the last moment.
        assertThat(west(signed, both, says(ROOT, true, true), says(NEXT, false, true))
                        .issue("west")
                        .action())
                .isEqualTo(LEAVE);
        Map<String, byte[]> moved = written(west(signed, both, accepts).issue("west"));
        assertThat(verified(moved, signed.now()).ownRoot()).isEqualTo(NEXT.certificate());
        assertThat(moved.get("root-cert.pem")).isEqualTo(both.get("root-cert.pem"));

        // The old root stays in both as long as either may use it, and leaves the remote first.
        Worlds renewed = signed.later(DWELL);
        PublicRoot[] stillUses = {says(ROOT, true, true), says(NEXT, true, true)};
        PublicRoot[] doesNot = {says(ROOT, true, false), says(NEXT, true, true)};
        assertThat(west(renewed, moved, stillUses).issue("west").action()).isEqualTo(LEAVE);
        assertThat(west(signed, moved, doesNot).issue("west").action()).isEqualTo(LEAVE);
        Worlds homeWaits = west(renewed, moved, doesNot);
        assertThat(homeWaits.plan().action()).isEqualTo(LEAVE);
        assertThat(homeWaits.plan().status().orElseThrow().rotation().waitingFor())
                .contains("RemoteMesh west");
        Map<String, byte[]> last = written(homeWaits.issue("west"));
        assertThat(text(last, "root-cert.pem")).isEqualTo(NEXT.pem());
        assertThat(last.get("ca-cert.pem")).isEqualTo(moved.get("ca-cert.pem"));

        Worlds end =
                west(renewed, last, says(NEXT, true, true)).applied().reloaded().reported();
        assertThat(end.rootPem()).isEqualTo(NEXT.pem());
        assertThat(end.issue("west").action()).isEqualTo(LEAVE);
        assertThat(end.issue("west").issued().reason()).isEqualTo("Issued");
    }

    @Test
    void oldRootStaysHereWhileTheRemotesCacertsCannotBeRead() {
        Worlds signed = HOME.issuer("next-root-ca", issuer(NEXT))
                .applied()
                .reloaded()
                .reported()
                .later(DWELL)
                .applied()
                .reported()
                .later(DWELL);
        Worlds blind = signed.issuing("west", catalogueWithout(ROOT), IssuedWorld.UNREADABLE);

        assertThat(blind.plan().action()).isEqualTo(LEAVE);
        assertThat(blind.plan().trustReady().reason()).isEqualTo("PeerNotKnown");
        assertThat(signed.plan().action()).isNotEqualTo(LEAVE);
    }

    private static Optional<List<PublicRoot>> catalogueWithout(Ca unused) {
        return Optional.of(List.of(says(unused, true, false), says(NEXT, true, true)));
    }

    @Test
    void firstOneWaitsForTheEndOfARotationsFirstHalf() {
        Worlds waiting =
                HOME.issuer("next-root-ca", issuer(NEXT)).applied().reloaded().reported();

        refused(absent(waiting, NOT_SEEN), "Issuing");
    }

    @Test
    void istiodThatSignsUnderTheOldRootGetsNothingFromTheNewOne() {
        Worlds signed = HOME.issuer("next-root-ca", issuer(NEXT))
                .applied()
                .reloaded()
                .reported()
                .later(DWELL)
                .applied()
                .reloaded()
                .reported();
        String old = ROOT.certificate().sha256();
        String next = NEXT.certificate().sha256();

        refused(absent(signed, Optional.of(new Istiod(true, List.of(old, next)))), "RunningOnOtherRoot");
        assertThat(text(
                        written(absent(signed, Optional.of(new Istiod(true, List.of(next, old))))
                                .issue("west")),
                        "root-cert.pem"))
                .isEqualTo(NEXT.pem() + ROOT.pem());
    }

    @Test
    void rootThatIsNoneOfThisMeshsOwnStays() {
        Map<String, byte[]> more = new HashMap<>(first());
        more.put("root-cert.pem", bytes(ROOT.pem() + OTHER.pem()));

        IssuedPlan plan = present(HOME, Origin.OURS, more, NOT_SEEN).issue("west");

        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.issued().holds()).isTrue();
        // Not even when this mesh knew it, and gives it up.
        Worlds givingUp =
                HOME.remote("north", OTHER).applied().reloaded().reported().remotes(List.of());
        assertThat(givingUp.plan().action()).isNotEqualTo(LEAVE);
        assertThat(west(givingUp, more, says(ROOT, true, true)).issue("west").action())
                .isEqualTo(LEAVE);
    }

    @Test
    void nothingIsWrittenThatIstiodWouldSeeAsAddingAndRemoving() {
        Worlds added =
                HOME.issuer("next-root-ca", issuer(NEXT)).applied().reloaded().reported();
        Istiod behind = new Istiod(
                true, List.of(ROOT.certificate().sha256(), OTHER.certificate().sha256()));

        assertThat(present(added, Origin.OURS, first(), Optional.of(behind))
                        .issue("west")
                        .action())
                .isEqualTo(LEAVE);
    }

    @Test
    void endThatComesBeforeTheNewRootIsTold() {
        Worlds added =
                HOME.issuer("next-root-ca", issuer(NEXT)).applied().reloaded().reported();
        Map<String, byte[]> both = new HashMap<>(first());
        both.put("root-cert.pem", bytes(ROOT.pem() + NEXT.pem()));
        Worlds late = west(added.later(Duration.ofDays(80)), both, says(ROOT, true, true));

        refused(late, "IssuerChanged");
    }

    @Test
    void nothingPrivateIsInAnyText() {
        Worlds world = absent(HOME, NOT_SEEN);
        IssuedPlan plan = world.issue("west");
        String key = text(written(plan), "ca-key.pem").split("\n")[1];

        assertThat(plan.toString() + world.world() + world.world().remotes()).doesNotContain(key);
        assertThat(present(HOME, Origin.OURS, written(plan), NOT_SEEN)
                        .world()
                        .remotes()
                        .toString())
                .doesNotContain(key);
    }
}
