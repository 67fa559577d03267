package io.meshfed.trust;

import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.TestCa.NOW;
import static io.meshfed.trust.TestCa.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.trust.rotation.TrustAction;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A {@code cacerts} of meshfed's that does not verify any more. */
class DamagedCacertsTest {
    private static final TrustAction LEAVE = new TrustAction.Leave();

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
