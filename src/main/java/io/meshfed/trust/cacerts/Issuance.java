package io.meshfed.trust.cacerts;

import io.meshfed.api.Trust;
import io.meshfed.trust.x509.BouncyCastle;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.CommonName;
import io.meshfed.trust.x509.RefusedMaterialException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Issues roots and intermediates by RFC 5280, with serial numbers as the CA/Browser Forum demands. */
public final class Issuance {
    static final Duration ROOT_VALIDITY = Duration.ofDays(3650);
    /** Clocks of workloads may be behind that of the operator. */
    public static final Duration BACKDATE = Duration.ofMinutes(10);

    private static final int SERIAL_BITS = 128;
    private static final String ORGANISATION = "meshfed";

    private Issuance() {}

    /** A certificate and its private key. */
    public record Issued(CaCertificate certificate, PrivateKey key) {
        /** Leaves the key out. */
        @Override
        public String toString() {
            return "Issued[" + certificate + "]";
        }
    }

    /**
     * A self-signed root, ECDSA P-256, ten years. The subject has a random number: two meshes of the same
     * name must not have roots of the same name, because clients look up CRLs by name.
     */
    public static Issued root(String meshName, Instant now, SecureRandom random) {
        KeyPair keys = keyPair(Trust.KeyAlgorithm.ECDSA_P256, random);
        BigInteger serial = serial(random);
        X500Name name = new X500NameBuilder()
                .addRDN(BCStyle.O, ORGANISATION)
                .addRDN(BCStyle.CN, CommonName.of(meshName, " root"))
                .addRDN(BCStyle.SERIALNUMBER, shortSerial(serial))
                .build();
        Instant notBefore = now.minus(BACKDATE).truncatedTo(ChronoUnit.SECONDS);
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                name,
                serial,
                Date.from(notBefore),
                Date.from(now.plus(ROOT_VALIDITY).truncatedTo(ChronoUnit.SECONDS)),
                name,
                publicKey(keys));
        return sign(builder, new BasicConstraints(true), keys, Optional.empty(), keys.getPrivate(), random);
    }

    /**
     * An intermediate for istiod: it may sign workloads and no further CA. It is backdated by ten minutes and valid for
     * {@code validity}, but never beyond its issuer. The issuer must be verified for {@code now}.
     */
    public static Issued intermediate(
            String meshName,
            Trust.KeyAlgorithm algorithm,
            Duration validity,
            Issuer issuer,
            Instant now,
            SecureRandom random) {
        BigInteger serial = serial(random);
        X500Name subject = new X500NameBuilder()
                .addRDN(BCStyle.O, ORGANISATION)
                .addRDN(BCStyle.CN, CommonName.of(meshName, " intermediate " + shortSerial(serial)))
                .build();
        return intermediate(subject, serial, keyPair(algorithm, random), validity, issuer, now, random);
    }

    /** The same with the name and the key of a former one, so that what that CA signed, lists included, stays valid. */
    static Issued intermediateAgain(
            CaCertificate former, PrivateKey key, Duration validity, Issuer issuer, Instant now, SecureRandom random) {
        return intermediate(
                former.holder().getSubject(),
                serial(random),
                new KeyPair(former.x509().getPublicKey(), key),
                validity,
                issuer,
                now,
                random);
    }

    private static Issued intermediate(
            X500Name subject,
            BigInteger serial,
            KeyPair keys,
            Duration validity,
            Issuer issuer,
            Instant now,
            SecureRandom random) {
        X509CertificateHolder parent = issuer.certificate().holder();
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                parent.getSubject(),
                serial,
                Date.from(notBefore(issuer, now)),
                Date.from(notAfter(validity, issuer, now)),
                subject,
                publicKey(keys));
        return sign(builder, new BasicConstraints(0), keys, Optional.of(parent), issuer.key(), random);
    }

    /** When an intermediate that is issued now would end. */
    public static Instant notAfter(Duration validity, Issuer issuer, Instant now) {
        Instant wanted = now.plus(validity).truncatedTo(ChronoUnit.SECONDS);
        return wanted.isBefore(issuer.notAfter()) ? wanted : issuer.notAfter();
    }

    private static Instant notBefore(Issuer issuer, Instant now) {
        Instant wanted = now.minus(BACKDATE).truncatedTo(ChronoUnit.SECONDS);
        Instant latest = issuer.path().stream()
                .map(CaCertificate::notBefore)
                .max(Instant::compareTo)
                .orElseThrow();
        return wanted.isBefore(latest) ? latest : wanted;
    }

    private static Issued sign(
            X509v3CertificateBuilder builder,
            BasicConstraints constraints,
            KeyPair keys,
            Optional<X509CertificateHolder> parent,
            PrivateKey signingKey,
            SecureRandom random) {
        try {
            builder.addExtension(Extension.basicConstraints, true, constraints);
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, extensions().createSubjectKeyIdentifier(keys.getPublic()));
            if (parent.isPresent()) {
                builder.addExtension(Extension.authorityKeyIdentifier, false, authorityKey(parent.get()));
            }
            X509CertificateHolder holder = builder.build(new JcaContentSignerBuilder(signatureAlgorithm(signingKey))
                    .setProvider(BouncyCastle.PROVIDER)
                    .setSecureRandom(random)
                    .build(signingKey));
            return new Issued(CaCertificate.of(holder), keys.getPrivate());
        } catch (IOException | OperatorCreationException | RefusedMaterialException e) {
            // Without the cause, which may quote the key.
            throw new IllegalStateException(
                    "this JVM cannot issue a certificate: " + e.getClass().getSimpleName());
        }
    }

    /** The issuer's own subject key identifier, unchanged: path builders compare the bytes. */
    static AuthorityKeyIdentifier authorityKey(X509CertificateHolder parent) {
        ASN1OctetString identifier = Optional.ofNullable(SubjectKeyIdentifier.fromExtensions(parent.getExtensions()))
                .map(found -> (ASN1OctetString) found.toASN1Primitive())
                .orElseGet(() -> (ASN1OctetString) extensions()
                        .createSubjectKeyIdentifier(parent.getSubjectPublicKeyInfo())
                        .toASN1Primitive());
        return new AuthorityKeyIdentifier(identifier.getOctets());
    }

    private static JcaX509ExtensionUtils extensions() {
        try {
            return new JcaX509ExtensionUtils();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no SHA-1, which key identifiers need", e);
        }
    }

    static String signatureAlgorithm(PrivateKey key) {
        if (!(key instanceof ECPrivateKey ec)) {
            return "SHA256withRSA";
        }
        int bits = ec.getParams().getOrder().bitLength();
        return bits <= 256 ? "SHA256withECDSA" : bits <= 384 ? "SHA384withECDSA" : "SHA512withECDSA";
    }

    private static KeyPair keyPair(Trust.KeyAlgorithm algorithm, SecureRandom random) {
        try {
            return switch (algorithm) {
                case ECDSA_P256 -> ec("secp256r1", random);
                case ECDSA_P384 -> ec("secp384r1", random);
                case RSA_2048 -> rsa(2048, random);
                case RSA_4096 -> rsa(4096, random);
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot generate a key of type " + algorithm, e);
        }
    }

    private static KeyPair ec(String curve, SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", BouncyCastle.PROVIDER);
        generator.initialize(new ECGenParameterSpec(curve), random);
        return generator.generateKeyPair();
    }

    private static KeyPair rsa(int bits, SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", BouncyCastle.PROVIDER);
        generator.initialize(bits, random);
        return generator.generateKeyPair();
    }

    private static SubjectPublicKeyInfo publicKey(KeyPair keys) {
        return SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded());
    }

    /** 127 random bits with the topmost bit set: positive, 17 octets in DER, always 32 hex digits. */
    private static BigInteger serial(SecureRandom random) {
        return new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1);
    }

    private static String shortSerial(BigInteger serial) {
        return serial.toString(16).substring(0, 8);
    }
}
