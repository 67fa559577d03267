package io.meshfed.trust.rotation;

import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.RotationStages.ACCEPTED;
import static io.meshfed.trust.RotationStages.LEAVE;
import static io.meshfed.trust.RotationStages.NEXT;
import static io.meshfed.trust.RotationStages.OLD;
import static io.meshfed.trust.RotationStages.phase;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.ExportedMesh.PublicRoot;
import io.meshfed.api.MeshFederationStatus.Phase;
import io.meshfed.trust.TestCa;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.TrustPlan;
import io.meshfed.trust.Worlds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A rotation that waits for long does not let the intermediate end. */
class RenewalDuringRotationTest {
    private static final Instant DUE = ACCEPTED.verified().notAfter().minus(Duration.ofHours(720));
    private static final Worlds WAITING = waiting(false).reported();

    private static Worlds waiting(boolean accepted) {
        return ACCEPTED.sibling(
                "west",
                Set.of(),
                Optional.of(List.of(new PublicRoot(NEXT.certificate().sha256(), NEXT.pem(), accepted, true))));
    }

    @Test
    void theFormerIssuerRenewsUnderTheFormerRootWhileAPeerIsWaitedFor() {
        Worlds due = WAITING.formerIssuer(issuer(ROOT)).at(DUE);

        assertThat(due.at(DUE.minusSeconds(1)).plan().action()).isEqualTo(LEAVE);
        assertThat(((TrustAction.WriteCacerts) due.plan().action()).why()).isEqualTo("renewal under the former root");
        Worlds renewed = due.applied();

        assertThat(renewed.verified().ownRoot()).isEqualTo(ROOT.certificate());
        assertThat(renewed.verified().notAfter()).isEqualTo(DUE.plus(Duration.ofHours(2160)));
        assertThat(renewed.rootPem()).isEqualTo(due.rootPem());
        assertThat(renewed.plan().action()).isEqualTo(LEAVE);
        assertThat(renewed.plan().trustReady().holds()).isTrue();
        assertThat(phase(renewed)).contains(Phase.AwaitTrust);
    }

    @Test
    void whatIsRenewedOnTheWaySignsUnderTheNewRootInTheEnd() {
        Worlds renewed = WAITING.formerIssuer(issuer(ROOT)).at(DUE).applied();

        Worlds signed = renewed.remotes(waiting(true).world().remotes()).applied();

        assertThat(signed.verified().ownRoot()).isEqualTo(NEXT.certificate());
    }

    @Test
    void aRenewalThatNobodyCanMakeTurnsTrustReadyFalseInTimeAndNamesTheRemedy() {
        assertThat(WAITING.at(DUE.minusSeconds(1)).plan().trustReady().holds()).isTrue();
        assertThat(WAITING.at(DUE.minus(Duration.ofDays(2))).plan().wakeAt()).contains(DUE);

        TrustPlan plan = WAITING.at(DUE).plan();

        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.trustReady().holds()).isFalse();
        assertThat(plan.trustReady().reason()).isEqualTo("IssuerChanged");
        assertThat(plan.trustReady().message())
                .contains(
                        "RemoteMesh west", "expires at " + WAITING.verified().notAfter(), "issuer Secret mesh-root-ca");
        assertThat(plan.status().orElseThrow().intermediateRenewal()).isEqualTo(DUE.toString());
        assertThat(plan.status().orElseThrow().rotation().phase()).isEqualTo(Phase.AwaitTrust);
    }

    @Test
    void anIssuerOnAThirdRootIsNotSignedWith() {
        TrustPlan plan = WAITING.formerIssuer(issuer(OTHER)).at(DUE).plan();

        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.trustReady().reason()).isEqualTo("IssuerChanged");
    }

    @Test
    void aFormerIssuerThatEndsItselfIsNotSignedWithForEver() {
        Ca ending =
                TestCa.root("ending").to(TestCa.NOW.plus(Duration.ofDays(60))).make();
        Worlds world = Worlds.managed()
                .issuer(issuer(ending))
                .applied()
                .reloaded()
                .reported()
                .later(Duration.ofDays(50))
                .issuer("next-root-ca", issuer(NEXT))
                .formerIssuer(issuer(ending));

        assertThat(world.applied().reloaded().reported().plan().action()).isEqualTo(LEAVE);
    }

    @Test
    void aWaitThatEndsBeforeTheIntermediateDoesAlarmsNobody() {
        Worlds late = OLD.at(DUE)
                .issuer("next-root-ca", issuer(NEXT))
                .applied()
                .reported()
                .reloaded()
                .reported();

        assertThat(late.plan().trustReady().reason()).isEqualTo("Rotating");
        assertThat(late.plan().trustReady().holds()).isTrue();
    }

    @Test
    void aFaultKeepsItsReasonAndSaysWhatEndsMeanwhile() {
        Worlds silent = ACCEPTED.sibling("west", Set.of(), Optional.empty()).reported();

        TrustPlan plan = silent.at(DUE).plan();

        assertThat(plan.trustReady().reason()).isEqualTo("PeerNotKnown");
        assertThat(plan.trustReady().message()).contains("acceptedRoots", "can renew it");
    }
}
