package io.meshfed.trust.x509;

import io.meshfed.api.condition.CaDefect;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** What each CA certificate on a path must fulfil on its own: RFC 5280 section 4.2.1, and what Go and BoringSSL accept. */
public final class CaProfile {
    private static final int MIN_RSA_BITS = 2048;
    private static final int KEY_CERT_SIGN = 5;
    private static final int CRL_SIGN = 6;

    private static final Set<ASN1ObjectIdentifier> STRONG = Set.of(
            PKCSObjectIdentifiers.sha256WithRSAEncryption,
            PKCSObjectIdentifiers.sha384WithRSAEncryption,
            PKCSObjectIdentifiers.sha512WithRSAEncryption,
            X9ObjectIdentifiers.ecdsa_with_SHA256,
            X9ObjectIdentifiers.ecdsa_with_SHA384,
            X9ObjectIdentifiers.ecdsa_with_SHA512);
    private static final Set<ASN1ObjectIdentifier> STRONG_PSS_HASHES =
            Set.of(NISTObjectIdentifiers.id_sha256, NISTObjectIdentifiers.id_sha384, NISTObjectIdentifiers.id_sha512);
    private static final Map<ASN1ObjectIdentifier, String> WEAK = Map.of(
            PKCSObjectIdentifiers.md2WithRSAEncryption, "MD2",
            PKCSObjectIdentifiers.md5WithRSAEncryption, "MD5",
            PKCSObjectIdentifiers.sha1WithRSAEncryption, "SHA-1",
            OIWObjectIdentifiers.sha1WithRSA, "SHA-1",
            PKCSObjectIdentifiers.sha224WithRSAEncryption, "SHA-224",
            X9ObjectIdentifiers.ecdsa_with_SHA1, "SHA-1",
            X9ObjectIdentifiers.ecdsa_with_SHA224, "SHA-224");
    private static final Set<ASN1ObjectIdentifier> CURVES =
            Set.of(SECObjectIdentifiers.secp256r1, SECObjectIdentifiers.secp384r1, SECObjectIdentifiers.secp521r1);
    private static final Set<String> KNOWN_CRITICAL = Set.of(
            Extension.basicConstraints.getId(),
            Extension.keyUsage.getId(),
            Extension.extendedKeyUsage.getId(),
            Extension.nameConstraints.getId(),
            Extension.certificatePolicies.getId());

    private CaProfile() {}

    /** Checks everything except the dates. */
    public static void check(String field, CaCertificate certificate) throws RefusedMaterialException {
        String who = field + ": " + certificate.describe();
        signature(who, certificate.holder().getSignatureAlgorithm());
        key(who, certificate);
        usage(who, certificate.x509());
    }

    /** Checks the dates; a certificate is valid from notBefore to notAfter, both included. */
    public static void inDate(String field, CaCertificate certificate, Instant now) throws RefusedMaterialException {
        String who = field + ": " + certificate.describe();
        if (now.isAfter(certificate.notAfter())) {
            throw new RefusedMaterialException(CaDefect.Expired, who + " expired at " + certificate.notAfter());
        }
        if (now.isBefore(certificate.notBefore())) {
            throw new RefusedMaterialException(
                    CaDefect.NotYetValid,
                    who + " is not valid before " + certificate.notBefore()
                            + "; check the certificate, and the clock of" + " the node that meshfed runs on");
        }
    }

    /** How many CAs may be below it; {@link Integer#MAX_VALUE} without a limit. */
    static int pathLength(CaCertificate certificate) {
        return certificate.x509().getBasicConstraints();
    }

    /** Checks the signature algorithm. */
    static void signature(String who, AlgorithmIdentifier algorithm) throws RefusedMaterialException {
        ASN1ObjectIdentifier oid = algorithm.getAlgorithm();
        if (STRONG.contains(oid) || (oid.equals(PKCSObjectIdentifiers.id_RSASSA_PSS) && strongPss(algorithm))) {
            return;
        }
        if (WEAK.containsKey(oid) || oid.equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
            throw new RefusedMaterialException(
                    CaDefect.WeakSignature,
                    who + " is signed with " + WEAK.getOrDefault(oid, "a weak hash") + "; sign with SHA-256 or better");
        }
        throw new RefusedMaterialException(
                CaDefect.UnsupportedSignature,
                who + " is signed with algorithm " + oid.getId() + "; use RSA or ECDSA with SHA-256 or better");
    }

    private static boolean strongPss(AlgorithmIdentifier algorithm) {
        try {
            return STRONG_PSS_HASHES.contains(RSASSAPSSparams.getInstance(algorithm.getParameters())
                    .getHashAlgorithm()
                    .getAlgorithm());
        } catch (IllegalArgumentException | NullPointerException e) {
            // Absent parameters mean SHA-1; broken ones are no better.
            return false;
        }
    }

    /** Whether it may sign revocation lists. Go and BoringSSL refuse the lists of a CA that may not. */
    public static boolean signsLists(CaCertificate certificate) {
        boolean[] usage = certificate.x509().getKeyUsage();
        return usage == null || usage[CRL_SIGN];
    }

    private static void key(String who, CaCertificate certificate) throws RefusedMaterialException {
        PublicKey key = certificate.x509().getPublicKey();
        if (key instanceof RSAPublicKey rsa) {
            BigInteger exponent = rsa.getPublicExponent();
            if (rsa.getModulus().bitLength() < MIN_RSA_BITS
                    || exponent.compareTo(BigInteger.valueOf(3)) < 0
                    || !exponent.testBit(0)) {
                throw new RefusedMaterialException(
                        CaDefect.WeakKey,
                        who + " has an RSA key of " + rsa.getModulus().bitLength() + " bits with exponent bit length "
                                + exponent.bitLength() + "; use RSA 3072 or ECDSA P-256");
            }
        } else if (key instanceof ECPublicKey) {
            SubjectPublicKeyInfo info = certificate.holder().getSubjectPublicKeyInfo();
            // Curves by name only: Go refuses explicit parameters.
            if (!(info.getAlgorithm().getParameters() instanceof ASN1ObjectIdentifier curve)
                    || !CURVES.contains(curve)) {
                throw new RefusedMaterialException(
                        CaDefect.UnsupportedCurve,
                        who + " has a key on an elliptic curve other than P-256, P-384 and P-521; use one of these");
            }
        } else {
            throw new RefusedMaterialException(
                    CaDefect.KeyUnsupported, who + " has a key that is neither RSA nor ECDSA; use one of these");
        }
    }

    private static void usage(String who, X509Certificate x509) throws RefusedMaterialException {
        if (x509.getBasicConstraints() < 0) {
            throw new RefusedMaterialException(
                    CaDefect.NotCa,
                    who
                            + " is not a CA certificate: its basic constraints say CA:FALSE or are missing; issue it with CA:TRUE");
        }
        boolean[] usage = x509.getKeyUsage();
        if (usage != null && !usage[KEY_CERT_SIGN]) {
            throw new RefusedMaterialException(
                    CaDefect.NoKeyCertSign,
                    who + " may not sign certificates: its key usage lacks keyCertSign; issue it with keyCertSign");
        }
        Set<String> critical = x509.getCriticalExtensionOIDs();
        if (critical != null && !KNOWN_CRITICAL.containsAll(critical)) {
            String unknown = String.join(
                    ", ",
                    critical.stream()
                            .filter(oid -> !KNOWN_CRITICAL.contains(oid))
                            .sorted()
                            .toList());
            throw new RefusedMaterialException(
                    CaDefect.UnknownCriticalExtension,
                    who + " has critical extensions that clients do not know: " + unknown);
        }
        // OpenSSL (and presumably BoringSSL in Envoy) refuses a CA whose extended key usage lacks the purpose, even if
        // it has "any".
        List<String> purposes = extendedUsage(who, x509);
        if (!purposes.isEmpty()
                && !purposes.containsAll(
                        List.of(KeyPurposeId.id_kp_serverAuth.getId(), KeyPurposeId.id_kp_clientAuth.getId()))) {
            throw new RefusedMaterialException(
                    CaDefect.ExtendedKeyUsageTooNarrow,
                    who + " has an extended key usage without both serverAuth and clientAuth; workloads are client and"
                            + " server: issue it with both, or better without extended key usage");
        }
    }

    private static List<String> extendedUsage(String who, X509Certificate x509) throws RefusedMaterialException {
        try {
            List<String> purposes = x509.getExtendedKeyUsage();
            return purposes == null ? List.of() : purposes;
        } catch (CertificateParsingException e) {
            throw new RefusedMaterialException(
                    CaDefect.MalformedCertificate, who + " has an extended key usage that cannot be read");
        }
    }
}
