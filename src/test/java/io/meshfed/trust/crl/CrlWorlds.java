package io.meshfed.trust.crl;

import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.TestCa.NOW;
import static io.meshfed.trust.TestCa.root;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.Trust;
import io.meshfed.api.condition.Condition;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.Worlds;
import io.meshfed.trust.rotation.TrustAction;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.Pem;
import io.meshfed.trust.x509.RefusedMaterialException;
import io.meshfed.trust.x509.RevocationList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Worlds in which revocation is checked, and what to ask of them. */
final class CrlWorlds {
    public static final TrustAction LEAVE = new TrustAction.Leave();
    public static final Ca WEST = root("west-signing")
            .issuedBy(OTHER)
            .pathlen(0)
            .from(NOW.minus(Duration.ofDays(2)))
            .make();
    public static final Ca SIBLING = root("sibling")
            .issuedBy(ROOT)
            .pathlen(0)
            .from(NOW.minus(Duration.ofDays(2)))
            .make();

    /** More than a dwell. */
    public static final Duration A_DAY = Duration.ofHours(25);

    public static Trust.Crl crl(String... revoked) {
        return new Trust.Crl("mesh-crls", null, List.of(revoked));
    }

    /** A mesh alone, with lists wanted and written. */
    public static Worlds alone() {
        return settled(Worlds.managed().issuer(issuer(ROOT)).crl(crl()));
    }

    /** Two roots, and the other mesh shows its lists. */
    public static Worlds pair() {
        return settled(Worlds.managed()
                .issuer(issuer(ROOT))
                .crl(crl())
                .remote("west", OTHER)
                .shown(west()));
    }

    public static Map<String, String> west() {
        return Map.of(
                "west", WEST.pem() + TestCrl.of(WEST).pem() + TestCrl.of(OTHER).pem());
    }

    public static Worlds settled(Worlds world) {
        Worlds settled = world;
        for (int step = 0; step < 5 && !settled.plan().action().equals(LEAVE); step++) {
            settled = settled.applied().reloaded();
        }
        assertThat(settled.plan().action()).isEqualTo(LEAVE);
        return settled.reported();
    }

    /** The lists in {@code ca-crl.pem}; empty if it is not there. */
    public static List<RevocationList> lists(Worlds world) {
        byte[] pem = world.data().getOrDefault("ca-crl.pem", new byte[0]);
        List<RevocationList> lists = new ArrayList<>();
        for (Pem.Block block : Pem.blocksAnywhere(Pem.text(pem), () -> {
            throw new AssertionError("broken PEM");
        })) {
            try {
                lists.add(RevocationList.ofDer("test", block.der()));
            } catch (RefusedMaterialException e) {
                throw new AssertionError(e);
            }
        }
        return lists;
    }

    public static RevocationList listOf(Worlds world, CaCertificate ca) {
        return lists(world).stream()
                .filter(list -> list.isSignedBy(ca))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no list of " + ca));
    }

    public static void assertHasListsOf(Worlds world, CaCertificate... cas) {
        assertThat(lists(world)).hasSize(cas.length);
        for (CaCertificate ca : cas) {
            listOf(world, ca);
        }
    }

    public static Condition ready(Worlds world) {
        return world.plan().trustReady();
    }

    private CrlWorlds() {}
}
