package io.meshfed.trust.cacerts;

import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.TestCa.NOW;
import static io.meshfed.trust.TestCa.root;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.Trust.KeyAlgorithm;
import io.meshfed.api.condition.Condition.State;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.TrustPlan;
import io.meshfed.trust.Worlds;
import io.meshfed.trust.rotation.TrustAction;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is renewed when, and what is said where it cannot be. */
class RenewalTest {
    private static final TrustAction LEAVE = new TrustAction.Leave();

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
}
