package io.meshfed.trust;

import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.TestCa.root;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.rotation.TrustAction;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A {@code cacerts} that somebody else made, or made in another form. */
class ForeignCacertsTest {
    private static final TrustAction LEAVE = new TrustAction.Leave();

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
}
