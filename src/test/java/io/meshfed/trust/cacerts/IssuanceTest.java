package io.meshfed.trust.cacerts;

import static io.meshfed.trust.BadInputs.MID;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.TestCa.NOW;
import static io.meshfed.trust.TestCa.RANDOM;
import static io.meshfed.trust.TestCa.root;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.meshfed.api.Trust.KeyAlgorithm;
import io.meshfed.trust.BadInputs;
import io.meshfed.trust.TestCa;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.Worlds;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.KeyAlgorithms;
import java.math.BigInteger;
import java.security.Provider;
import java.security.Security;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Case 35: the profile of what is issued. */
class IssuanceTest {
    private static final Duration VALIDITY = Duration.ofHours(2160);

    private static Issuer issuer(Ca... path) {
        return new Issuer(
                Arrays.stream(path).map(Ca::certificate).toList(),
                path[0].keys().getPrivate());
    }

    private static CaCertificate issue(Issuer issuer, Instant now) {
        return Issuance.intermediate("east", KeyAlgorithm.ECDSA_P256, VALIDITY, issuer, now, RANDOM)
                .certificate();
    }

    @Test
    void intermediateHasTheProfile() {
        X509CertificateHolder holder = issue(issuer(ROOT), NOW).holder();

        assertThat(holder.getVersionNumber()).isEqualTo(3);
        Extension constraints = holder.getExtension(Extension.basicConstraints);
        assertThat(constraints.isCritical()).isTrue();
        assertThat(BasicConstraints.fromExtensions(holder.getExtensions()).isCA())
                .isTrue();
        assertThat(BasicConstraints.fromExtensions(holder.getExtensions()).getPathLenConstraint())
                .isEqualTo(BigInteger.ZERO);
        assertThat(holder.getExtension(Extension.keyUsage).isCritical()).isTrue();
        KeyUsage usage = KeyUsage.fromExtensions(holder.getExtensions());
        assertThat(usage.hasUsages(KeyUsage.keyCertSign | KeyUsage.cRLSign)).isTrue();
        assertThat(SubjectKeyIdentifier.fromExtensions(holder.getExtensions())).isNotNull();
        assertThat(AuthorityKeyIdentifier.fromExtensions(holder.getExtensions()).getKeyIdentifierOctets())
                .isEqualTo(SubjectKeyIdentifier.fromExtensions(ROOT.holder().getExtensions())
                        .getKeyIdentifier());
        assertThat(holder.getExtension(Extension.extendedKeyUsage)).isNull();
        assertThat(holder.getIssuer()).isEqualTo(ROOT.holder().getSubject());
    }

    @Test
    void rootHasTheProfile() {
        X509CertificateHolder holder =
                Issuance.root("east", NOW, RANDOM).certificate().holder();

        assertThat(BasicConstraints.fromExtensions(holder.getExtensions()).isCA())
                .isTrue();
        assertThat(BasicConstraints.fromExtensions(holder.getExtensions()).getPathLenConstraint())
                .isNull();
        assertThat(holder.getExtension(Extension.basicConstraints).isCritical()).isTrue();
        assertThat(holder.getExtension(Extension.keyUsage).isCritical()).isTrue();
        assertThat(SubjectKeyIdentifier.fromExtensions(holder.getExtensions())).isNotNull();
        assertThat(holder.getNotBefore()).isEqualTo(Date.from(NOW.minus(Duration.ofMinutes(10))));
        assertThat(holder.getNotAfter()).isEqualTo(Date.from(NOW.plus(Duration.ofDays(3650))));
    }

    @Test
    void rootsOfMeshesWithOneNameHaveNamesOfTheirOwn() {
        assertThat(Issuance.root("mesh", NOW, RANDOM).certificate().subject())
                .isNotEqualTo(Issuance.root("mesh", NOW, RANDOM).certificate().subject());
    }

    @Test
    void subjectNamesTheMeshAndTheBeginningOfTheSerial() {
        CaCertificate intermediate = issue(issuer(ROOT), NOW);

        String serial = intermediate.x509().getSerialNumber().toString(16);
        assertThat(intermediate.subject()).isEqualTo("CN=east intermediate " + serial.substring(0, 8) + ",O=meshfed");
    }

    @Test
    void longMeshNamesFitIntoACommonNameAndStayDistinct() {
        String long1 = "m".repeat(252) + "1";
        String long2 = "m".repeat(252) + "2";

        String one = Issuance.root(long1, NOW, RANDOM).certificate().subject().replaceAll(".*CN=([^,]*).*", "$1");
        String two = Issuance.root(long2, NOW, RANDOM).certificate().subject().replaceAll(".*CN=([^,]*).*", "$1");

        assertThat(one).hasSize(64).isNotEqualTo(two);
    }

    @Test
    void lifeIsBackdatedTenMinutes() {
        CaCertificate intermediate = issue(issuer(ROOT), NOW.plusMillis(123));

        assertThat(intermediate.notBefore()).isEqualTo(NOW.minus(Duration.ofMinutes(10)));
        assertThat(intermediate.notAfter()).isEqualTo(NOW.plus(VALIDITY));
    }

    @Test
    void lifeNeverLeavesTheLifeOfAnyIssuer() {
        Ca youngRoot = root("young")
                .from(NOW.minusSeconds(5))
                .to(NOW.plus(Duration.ofDays(10)))
                .make();
        Ca mid = root("mid").issuedBy(youngRoot).make();

        CaCertificate intermediate = issue(issuer(mid, youngRoot), NOW);

        assertThat(intermediate.notBefore()).isEqualTo(youngRoot.certificate().notBefore());
        assertThat(intermediate.notAfter()).isEqualTo(youngRoot.certificate().notAfter());
    }

    @Test
    void issuerWithoutSubjectKeyIdentifierStillGivesOneToPointAt() {
        Ca bare = root("bare").withoutSubjectKeyIdentifier().withoutUsage().make();

        X509CertificateHolder holder = issue(issuer(bare), NOW).holder();

        assertThat(AuthorityKeyIdentifier.fromExtensions(holder.getExtensions()).getKeyIdentifierOctets())
                .hasSize(20);
    }

    @Test
    void thousandSerialsAreUniquePositiveAndShortEnough() {
        Issuer issuer = issuer(ROOT);
        Set<BigInteger> serials = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            BigInteger serial = issue(issuer, NOW).x509().getSerialNumber();
            assertThat(serial.signum()).isPositive();
            assertThat(serial.toByteArray().length).isBetween(16, 20);
            serials.add(serial);
        }

        assertThat(serials).hasSize(1_000);
    }

    @ParameterizedTest
    @EnumSource(KeyAlgorithm.class)
    void everyKeyAlgorithmVerifiesUnderTheJdksPathChecker(KeyAlgorithm algorithm) throws Exception {
        Worlds world = Worlds.managed()
                .issuer(BadInputs.tls(MID.pem(), MID.keyPem(), ROOT.pem()))
                .intermediate(algorithm, "2160h", "720h")
                .applied();

        Cacerts cacerts = world.verified();
        List<X509Certificate> path =
                cacerts.path().stream().limit(2).map(CaCertificate::x509).toList();
        PKIXParameters parameters =
                new PKIXParameters(Set.of(new TrustAnchor(ROOT.certificate().x509(), null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(NOW));

        assertThatCode(() -> CertPathValidator.getInstance("PKIX")
                        .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters))
                .doesNotThrowAnyException();
        assertThat(KeyAlgorithms.matches(cacerts.signing(), algorithm)).isTrue();
    }

    @Test
    void hashFollowsTheIssuersKey() {
        Map<String, String> expected =
                Map.of("secp256r1", "SHA256WITHECDSA", "secp384r1", "SHA384WITHECDSA", "secp521r1", "SHA512WITHECDSA");

        expected.forEach((curve, algorithm) -> {
            CaCertificate intermediate =
                    issue(issuer(root("r").keys(TestCa.ec(curve)).make()), NOW);
            assertThat(intermediate.x509().getSigAlgName().toUpperCase(java.util.Locale.ROOT))
                    .isEqualTo(algorithm);
        });
    }

    @Test
    void keysAreNeverUsedTwice() {
        Issuer issuer = issuer(ROOT);

        assertThat(((ECPublicKey) issue(issuer, NOW).x509().getPublicKey()).getW())
                .isNotEqualTo(((ECPublicKey) issue(issuer, NOW).x509().getPublicKey()).getW());
    }

    @Test
    void bouncyCastleIsNeverRegisteredWithTheJvm() {
        Worlds.managed().issuer(BadInputs.issuer(ROOT)).applied().plan();

        assertThat(Security.getProviders()).extracting(Provider::getName).doesNotContain("BC");
    }
}
