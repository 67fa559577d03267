package io.meshfed.trust.rotation;

import static io.meshfed.trust.TestCa.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.Trust.KeyAlgorithm;
import io.meshfed.trust.TestCa;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.cacerts.PresentCacerts.Origin;
import io.meshfed.trust.cacerts.Renewal;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReissuePolicyTest {
    private static final TestCa.Ca ROOT = TestCa.root("root").make();
    private static final TestCa.Ca SIGNING =
            TestCa.root("signing").issuedBy(ROOT).make();
    private static final Cacerts CACERTS = new Cacerts(
            Cacerts.Form.PLUGGED_IN, List.of(SIGNING.certificate(), ROOT.certificate()), List.of(ROOT.certificate()));
    private static final Issuer ISSUER = issuer(ROOT);
    private static final Instant END = NOW.plus(Duration.ofDays(30));

    private static Issuer issuer(TestCa.Ca ca) {
        PrivateKey key = ca.keys().getPrivate();
        return new Issuer(List.of(ca.certificate()), key);
    }

    /** Nothing to do: not due, created by meshfed, same issuer, same kind of key. */
    private static ReissuePolicy.Settings settings(
            Instant due,
            Instant nextNotAfter,
            KeyAlgorithm algorithm,
            boolean keepsKey,
            boolean maySign,
            Origin origin) {
        return new ReissuePolicy.Settings(
                NOW, new Renewal(due, END), nextNotAfter, algorithm, keepsKey, maySign, origin);
    }

    private static ReissuePolicy.Settings idle() {
        return settings(
                NOW.plusSeconds(1), END.plus(Duration.ofDays(60)), KeyAlgorithm.ECDSA_P256, false, true, Origin.OURS);
    }

    private static ReissuePolicy.Settings due(Instant nextNotAfter) {
        return settings(NOW, nextNotAfter, KeyAlgorithm.ECDSA_P256, false, true, Origin.OURS);
    }

    private static ReissuePolicy.Settings algorithm(KeyAlgorithm algorithm, boolean keepsKey) {
        return settings(NOW.plusSeconds(1), END.plus(Duration.ofDays(60)), algorithm, keepsKey, true, Origin.OURS);
    }

    private static ReissuePolicy.Settings handedOver() {
        return settings(
                NOW.plusSeconds(1),
                END.plus(Duration.ofDays(60)),
                KeyAlgorithm.ECDSA_P256,
                false,
                true,
                Origin.HANDED_OVER);
    }

    private static ReissuePolicy.Settings issuerMaySign(boolean maySign) {
        return settings(
                NOW.plusSeconds(1),
                END.plus(Duration.ofDays(60)),
                KeyAlgorithm.ECDSA_P256,
                false,
                maySign,
                Origin.OURS);
    }

    private static Optional<String> why(Issuer issuer, ReissuePolicy.Settings settings) {
        return ReissuePolicy.OWN.whyReissue(CACERTS, issuer, settings);
    }

    @Test
    void nothingChangedSoNothingIsIssued() {
        assertThat(why(ISSUER, idle())).isEmpty();
        assertThat(ReissuePolicy.REMOTE.whyReissue(CACERTS, ISSUER, idle())).isEmpty();
    }

    @Test
    void aDueIntermediateIsRenewed() {
        assertThat(why(ISSUER, due(END.plus(Duration.ofDays(60))))).contains("renewal");
    }

    @Test
    void aRenewalThatGainsNothingIsNone() {
        assertThat(why(ISSUER, due(END))).isEmpty();
    }

    @Test
    void anotherIssuerUnderTheSameRootSigns() {
        assertThat(why(issuer(TestCa.root("other issuer").issuedBy(ROOT).make()), issuerMaySign(true)))
                .contains("the issuer has another certificate under the same root");
    }

    @Test
    void anIssuerWithoutPublishedRevocationListWaits() {
        assertThat(why(issuer(TestCa.root("other issuer").issuedBy(ROOT).make()), issuerMaySign(false)))
                .isEmpty();
    }

    @Test
    void anotherKeyAlgorithmGivesAnotherKey() {
        assertThat(why(ISSUER, algorithm(KeyAlgorithm.RSA_2048, false))).contains("keyAlgorithm is now RSA_2048");
    }

    @Test
    void whereRevocationIsCheckedTheKeyIsKept() {
        assertThat(why(ISSUER, algorithm(KeyAlgorithm.RSA_2048, true))).isEmpty();
    }

    @Test
    void aKeyThatOthersGeneratedIsReplacedForARemoteOnly() {
        assertThat(why(ISSUER, handedOver())).isEmpty();
        assertThat(ReissuePolicy.REMOTE.whyReissue(CACERTS, ISSUER, handedOver()))
                .contains("handed over");
    }

    @Test
    void theFirstCheckThatAppliesGivesTheReason() {
        ReissuePolicy.Settings all =
                settings(NOW, END.plus(Duration.ofDays(60)), KeyAlgorithm.RSA_2048, false, true, Origin.HANDED_OVER);

        assertThat(ReissuePolicy.REMOTE.whyReissue(
                        CACERTS,
                        issuer(TestCa.root("other issuer").issuedBy(ROOT).make()),
                        all))
                .contains("renewal");
    }
}
