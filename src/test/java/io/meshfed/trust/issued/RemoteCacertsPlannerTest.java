package io.meshfed.trust.issued;

import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.TestCa.bytes;
import static io.meshfed.trust.TestCa.root;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.HOME;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.LEAVE;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.NOT_SEEN;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.OLD_WORD;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.absent;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.asked;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.first;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.present;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.refused;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.runningOn;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.text;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.verified;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.ExportedMesh.Istiod;
import io.meshfed.trust.BadInputs;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.Worlds;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.PresentCacerts.Origin;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The first cacerts of another mesh, and what is left alone. */
class RemoteCacertsPlannerTest {
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

    /** A catalogue does not tell how old it is: who wrote it may have ended long before an istiod came. */
    @Test
    void catalogueIsBelievedOnlyWithTheQuestionInSight() {
        RemoteCacertsPlan question = absent(HOME, OLD_WORD).issue("west");
        assertThat(written(question)).isEmpty();
        assertThat(question.issued().reason()).isEqualTo("Issuing");
        assertThat(written(absent(HOME, NOT_SEEN).issue("west"))).isEmpty();
        assertThat(written(absent(HOME, runningOn(ROOT)).issue("west"))).isEmpty();

        refused(asked(HOME, OLD_WORD), "Issuing");
        assertThat(asked(HOME, OLD_WORD).issue("west").issued().message())
                .contains("check that meshfed runs in the remote cluster", "meshfed.io/adopt: \"true\"");
        refused(asked(HOME, Optional.of(new Istiod(false, List.of(), "another"))), "Issuing");
        refused(
                asked(
                        HOME,
                        Optional.of(new Istiod(true, List.of(ROOT.certificate().sha256()), null))),
                "Issuing");
        refused(asked(HOME, Optional.empty()), "PeerNotKnown");
        refused(asked(HOME, runningOn(OTHER)), "RunningOnOtherRoot");
        assertThat(written(asked(HOME, NOT_SEEN).issue("west"))).containsKey("ca-key.pem");
    }

    @Test
    void nothingIsWrittenWhereIstiodMayRunOnAnotherRoot() {
        refused(absent(HOME, Optional.empty()), "PeerNotKnown");
        refused(absent(HOME, runningOn(OTHER)), "RunningOnOtherRoot");
        refused(absent(HOME, runningOn(OTHER, ROOT)), "RunningOnOtherRoot");
        refused(absent(HOME, runningOn()), "RunningOnOtherRoot");
    }

    @Test
    void istiodThatLostItsCacertsGetsOneOnTheRootsThatItRunsOn() {
        Worlds lost = asked(HOME, runningOn(ROOT));

        assertThat(text(written(lost.issue("west")), "root-cert.pem")).isEqualTo(ROOT.pem());
    }

    @Test
    void emptySecretThatWasHandedOverSaysThatNoIstiodRunsThere() {
        Worlds laidOut = present(HOME, Origin.HANDED_OVER, Map.of(), Optional.empty());

        assertThat(text(written(laidOut.issue("west")), "root-cert.pem")).isEqualTo(ROOT.pem());
        assertThat(written(present(HOME, Origin.HANDED_OVER, Map.of(), OLD_WORD).issue("west")))
                .isNotEmpty();
        refused(present(HOME, Origin.FOREIGN, Map.of(), Optional.empty()), "ForeignCacerts");
        // What is seen counts more than what was said.
        refused(present(HOME, Origin.HANDED_OVER, Map.of(), runningOn(OTHER)), "RunningOnOtherRoot");
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
        RemoteCacertsPlan plan = present(HOME, Origin.OURS, first(), NOT_SEEN).issue("west");

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
        refused(present(HOME.certManager("mesh-ca", Optional.empty()), Origin.OURS, first(), NOT_SEEN), "NotManaged");
        refused(absent(Worlds.managed().issuer(issuer(ROOT)), NOT_SEEN), "WaitingForOwnTrust");
        refused(absent(HOME.foreignCacerts(HOME.data()), NOT_SEEN), "WaitingForOwnTrust");
        refused(absent(HOME.withoutIssuer(), NOT_SEEN), "IssuerMissing");
        refused(absent(HOME.issuer(Map.of("tls.crt", bytes("x"))), NOT_SEEN), "NotPem");
    }

    @Test
    void nothingPrivateIsInAnyText() {
        Worlds world = asked(HOME, NOT_SEEN);
        RemoteCacertsPlan plan = world.issue("west");
        String key = text(written(plan), "ca-key.pem").split("\n")[1];

        assertThat(plan.toString() + world.world() + world.world().remotes()).doesNotContain(key);
        assertThat(present(HOME, Origin.OURS, written(plan), NOT_SEEN)
                        .world()
                        .remotes()
                        .toString())
                .doesNotContain(key);
    }
}
