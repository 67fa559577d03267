package io.meshfed.trust.x509;

import io.meshfed.api.condition.CaDefect;
import io.meshfed.common.Digests;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;

/**
 * A certificate that is used as a CA. Two are equal if their DER forms are.
 *
 * @param x509 the certificate
 * @param sha256 fingerprint of its DER form, lower-case hex
 */
public record CaCertificate(X509Certificate x509, String sha256) {
    /** Attributes that the JDK would print by number and in hexadecimal. */
    private static final Map<String, String> READABLE = Map.of("2.5.4.5", "serialNumber");

    private static final int MAX_SUBJECT = 200;
    /** Go's limits. A larger key takes seconds to verify, so the limits are checked before the first verification. */
    private static final int MAX_RSA_BITS = 8192;

    private static final int MAX_RSA_EXPONENT_BITS = 31;

    /**
     * Reads one or more certificates, and nothing else.
     *
     * @param field what the text is, for the message
     * @throws RefusedMaterialException if anything else is in it, or a certificate cannot be read
     */
    public static List<CaCertificate> readAll(String field, byte[] pem, int maxBytes) throws RefusedMaterialException {
        List<CaCertificate> certificates = new ArrayList<>();
        for (Pem.Block block : Pem.read(field, pem, maxBytes)) {
            if (block.isPrivateKey()) {
                throw new RefusedMaterialException(
                        CaDefect.PrivateKeyInCertificate,
                        field + " holds a private key, which everyone who can read this field now has: replace the key,"
                                + " and store certificates only");
            }
            if (!block.type().equals(Pem.CERTIFICATE)) {
                throw new RefusedMaterialException(
                        CaDefect.UnexpectedPemBlock, field + " holds a PEM block that is not a CERTIFICATE; remove it");
            }
            certificates.add(ofDer(field, block.der()));
        }
        return List.copyOf(certificates);
    }

    /** Reads exactly one certificate. */
    public static CaCertificate readOne(String field, byte[] pem, int maxBytes) throws RefusedMaterialException {
        List<CaCertificate> all = readAll(field, pem, maxBytes);
        if (all.size() != 1) {
            throw new RefusedMaterialException(
                    CaDefect.MoreThanOneCertificate,
                    field + " holds " + all.size() + " certificates; it must hold exactly one");
        }
        return all.get(0);
    }

    /** Reads what can be read, as istiod does for roots, and skips the rest. */
    public static List<CaCertificate> readLenient(byte[] pem) {
        List<CaCertificate> certificates = new ArrayList<>();
        if (pem.length > Pem.MAX_BUNDLE_BYTES) {
            return certificates;
        }
        for (byte[] der : Pem.certificatesAnywhere(pem)) {
            try {
                certificates.add(ofDer("", der));
            } catch (RefusedMaterialException broken) {
                // Skipped on purpose: the caller asks for what istiod would use.
            }
        }
        return certificates.stream().distinct().toList();
    }

    /** Reads one certificate in DER form, and refuses what Go does not parse. */
    public static CaCertificate ofDer(String field, byte[] der) throws RefusedMaterialException {
        try {
            X509CertificateHolder holder = new X509CertificateHolder(der);
            X509Certificate x509 = new JcaX509CertificateConverter()
                    .setProvider(BouncyCastle.PROVIDER)
                    .getCertificate(holder);
            // Go reads DER only; a BER form would have another fingerprint in each tool.
            if (!Arrays.equals(der, x509.getEncoded())) {
                throw new RefusedMaterialException(
                        CaDefect.MalformedCertificate, field + " holds a certificate that is not in DER form");
            }
            CertificateForm.check(field, holder);
            if (x509.getPublicKey() instanceof RSAPublicKey rsa
                    && (rsa.getModulus().bitLength() > MAX_RSA_BITS
                            || rsa.getPublicExponent().bitLength() > MAX_RSA_EXPONENT_BITS)) {
                throw new RefusedMaterialException(
                        CaDefect.KeyUnsupported,
                        field + " holds a certificate with an RSA key of "
                                + rsa.getModulus().bitLength() + " bits and an exponent of "
                                + rsa.getPublicExponent().bitLength()
                                + " bits; Go verifies up to " + MAX_RSA_BITS + " and " + MAX_RSA_EXPONENT_BITS);
            }
            return new CaCertificate(x509, Digests.sha256(der));
        } catch (IOException | CertificateException | RuntimeException e) {
            // RuntimeException: an ASN.1 parser on hostile input may throw any of them.
            throw new RefusedMaterialException(
                    CaDefect.MalformedCertificate,
                    field + " holds a CERTIFICATE block that is not an X.509 certificate");
        }
    }

    public static CaCertificate of(X509CertificateHolder holder) throws RefusedMaterialException {
        try {
            return ofDer("a new certificate", holder.getEncoded());
        } catch (IOException e) {
            throw new RefusedMaterialException(CaDefect.MalformedCertificate, "a new certificate cannot be encoded");
        }
    }

    public byte[] der() {
        try {
            return x509.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has no encoding", e);
        }
    }

    public String pem() {
        return Pem.write(Pem.CERTIFICATE, der());
    }

    public X509CertificateHolder holder() {
        try {
            return new X509CertificateHolder(der());
        } catch (IOException e) {
            throw new IllegalStateException("a parsed certificate cannot be parsed", e);
        }
    }

    public Instant notBefore() {
        return x509.getNotBefore().toInstant();
    }

    public Instant notAfter() {
        return x509.getNotAfter().toInstant();
    }

    public boolean isSelfSigned() {
        return isSignedBy(this);
    }

    /** Whether name and signature match {@code issuer}; not whether it is permitted to sign. */
    public boolean isSignedBy(CaCertificate issuer) {
        if (!x509.getIssuerX500Principal().equals(issuer.x509.getSubjectX500Principal())) {
            return false;
        }
        try {
            x509.verify(issuer.x509.getPublicKey(), BouncyCastle.PROVIDER);
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            // RuntimeException: a hostile public key may throw any of them.
            return false;
        }
    }

    /** Whether a client that looks for one of two CAs by name and key identifier may find the other, which has another key. */
    public boolean isMistakenFor(CaCertificate other) {
        if (!x509.getSubjectX500Principal().equals(other.x509.getSubjectX500Principal())
                || x509.getPublicKey().equals(other.x509.getPublicKey())) {
            return false;
        }
        Optional<SubjectKeyIdentifier> identifier = keyIdentifier();
        Optional<SubjectKeyIdentifier> others = other.keyIdentifier();
        return identifier.isEmpty() || others.isEmpty() || identifier.equals(others);
    }

    private Optional<SubjectKeyIdentifier> keyIdentifier() {
        return Optional.ofNullable(holder().getExtensions()).map(SubjectKeyIdentifier::fromExtensions);
    }

    /** Subject (RFC 2253), bounded and printable. */
    public String subject() {
        return printable(x509.getSubjectX500Principal());
    }

    static String printable(X500Principal principal) {
        String name = principal.getName(X500Principal.RFC2253, READABLE).replaceAll("[^\\x20-\\x7e]", "?");
        return name.length() <= MAX_SUBJECT ? name : name.substring(0, MAX_SUBJECT) + "...";
    }

    /** Whether another certificate is of the same CA, by name and key: then they have the same revocation list. */
    public boolean isSameCa(CaCertificate other) {
        return x509.getSubjectX500Principal().equals(other.x509.getSubjectX500Principal())
                && x509.getPublicKey().equals(other.x509.getPublicKey());
    }

    /** Subject and fingerprint, for a message. */
    public String describe() {
        return "'" + subject() + "' (sha256 " + sha256 + ")";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CaCertificate certificate && sha256.equals(certificate.sha256);
    }

    @Override
    public int hashCode() {
        return sha256.hashCode();
    }

    @Override
    public String toString() {
        return describe();
    }
}
