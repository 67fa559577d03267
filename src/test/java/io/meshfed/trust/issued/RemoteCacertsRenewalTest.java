package io.meshfed.trust.issued;

import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.TestCa.bytes;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.HOME;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.LEAVE;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.NEXT;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.NOT_SEEN;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.SIGNED;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.first;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.present;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.refused;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.runningOn;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.text;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.verified;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.ExportedMesh.Istiod;
import io.meshfed.api.Trust;
import io.meshfed.trust.Worlds;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.cacerts.PresentCacerts.Origin;
import io.meshfed.trust.x509.KeyAlgorithms;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What was made for another mesh is renewed, and made again when it is broken. */
class RemoteCacertsRenewalTest {
    @Test
    void renewalIsDueBeforeTheEndAtAMomentOfItsOwn() {
        List<Instant> moments = Stream.generate(RemoteCacertsWorlds::first)
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
        assertThat(later.issue("west").due()).isTrue();
        assertThat(present(HOME, Origin.OURS, old, NOT_SEEN).issue("west").due())
                .isFalse();
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
        Worlds inForce = HOME.cacerts(Optional.of(new PresentCacerts(listed, Origin.OURS, "own")));
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
                .contains("remove spec.trust.crl here")
                .doesNotContain("in its MeshFederation");
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

        RemoteCacertsPlan plan = present(HOME, Origin.OURS, broken, NOT_SEEN).issue("west");

        assertThat(text(written(plan), "root-cert.pem")).isEqualTo(ROOT.pem());
        assertThat(plan.issued().reason()).isEqualTo("KeyMismatch");
        refused(present(HOME, Origin.OURS, broken, runningOn(OTHER)), "RunningOnOtherRoot");
    }

    @Test
    void repairKeepsTheRootsThatIstiodMayRunOn() {
        Map<String, byte[]> broken = new HashMap<>(SIGNED.data());
        broken.remove("root-cert.pem");

        for (Optional<Istiod> word : List.of(Optional.<Istiod>empty(), runningOn(NEXT, ROOT))) {
            assertThat(text(written(present(SIGNED, Origin.OURS, broken, word).issue("west")), "root-cert.pem"))
                    .isEqualTo(NEXT.pem() + ROOT.pem());
        }
        assertThat(text(
                        written(present(SIGNED, Origin.OURS, broken, runningOn(NEXT))
                                .issue("west")),
                        "root-cert.pem"))
                .isEqualTo(NEXT.pem());
    }
}
