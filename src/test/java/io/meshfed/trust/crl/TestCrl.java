package io.meshfed.trust.crl;

import static io.meshfed.trust.TestCa.NOW;

import io.meshfed.trust.TestCa;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.x509.BouncyCastle;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A revocation list for tests; change what the test is about, then {@link #pem}. Made apart from the code under test. */
final class TestCrl {
    private final Ca ca;
    private KeyPair signing;
    private Instant from = NOW.minus(Duration.ofHours(1));
    private Optional<Instant> to = Optional.of(NOW.plus(Duration.ofDays(60)));
    private Optional<BigInteger> number = Optional.of(BigInteger.ONE);
    private String algorithm = "SHA256withECDSA";
    private boolean delta;
    private boolean scope;
    private boolean strange;
    private final List<BigInteger> revoked = new ArrayList<>();

    private TestCrl(Ca ca) {
        this.ca = ca;
        this.signing = ca.keys();
    }

    /** A sound list of a CA with an EC key. */
    public static TestCrl of(Ca ca) {
        return new TestCrl(ca);
    }

    public TestCrl from(Instant moment) {
        from = moment;
        return this;
    }

    public TestCrl to(Instant moment) {
        to = Optional.of(moment);
        return this;
    }

    public TestCrl withoutEnd() {
        to = Optional.empty();
        return this;
    }

    public TestCrl number(long value) {
        number = Optional.of(BigInteger.valueOf(value));
        return this;
    }

    public TestCrl withoutNumber() {
        number = Optional.empty();
        return this;
    }

    public TestCrl delta() {
        delta = true;
        return this;
    }

    public TestCrl ofSomeCertificates() {
        scope = true;
        return this;
    }

    public TestCrl strangeCriticalExtension() {
        strange = true;
        return this;
    }

    public TestCrl signedWith(KeyPair keys, String name) {
        signing = keys;
        algorithm = name;
        return this;
    }

    public TestCrl revoking(Ca certificate) {
        return revoking(certificate.holder().getSerialNumber());
    }

    public TestCrl revoking(BigInteger serial) {
        revoked.add(serial);
        return this;
    }

    public byte[] der() {
        X509v2CRLBuilder builder = new X509v2CRLBuilder(ca.holder().getSubject(), Date.from(from));
        to.ifPresent(end -> builder.setNextUpdate(Date.from(end)));
        revoked.forEach(serial -> builder.addCRLEntry(serial, Date.from(from), CRLReason.keyCompromise));
        try {
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils()
                            .createAuthorityKeyIdentifier(ca.keys().getPublic()));
            if (number.isPresent()) {
                builder.addExtension(Extension.cRLNumber, false, new CRLNumber(number.get()));
            }
            if (delta) {
                builder.addExtension(Extension.deltaCRLIndicator, true, new CRLNumber(BigInteger.ONE));
            }
            if (scope) {
                builder.addExtension(
                        Extension.issuingDistributionPoint,
                        true,
                        new IssuingDistributionPoint(null, true, false, null, false, false));
            }
            if (strange) {
                builder.addExtension(new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), true, DERNull.INSTANCE);
            }
            return builder.build(new JcaContentSignerBuilder(algorithm)
                            .setProvider(BouncyCastle.PROVIDER)
                            .build(signing.getPrivate()))
                    .getEncoded();
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new AssertionError(e);
        }
    }

    public String pem() {
        return TestCa.pem("X509 CRL", der());
    }
}
