package io.meshfed.trust.x509;

import io.meshfed.api.condition.CaDefect;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * Certificates that Go refuses to parse (crypto/x509, parser.go) although BouncyCastle reads them, and serial numbers that
 * are too long for the status. istiod ignores a root that Go cannot parse, and does not start with such a CA.
 */
final class CertificateForm {
    /** Extensions whose content Go parses in a CA certificate. */
    private static final List<ASN1ObjectIdentifier> READ_BY_GO = List.of(
            Extension.basicConstraints,
            Extension.keyUsage,
            Extension.extendedKeyUsage,
            Extension.subjectKeyIdentifier,
            Extension.authorityKeyIdentifier,
            Extension.nameConstraints,
            Extension.subjectAlternativeName);

    /** RFC 5280, 4.1.2.2; not counting the leading zero octet of a positive number, as some CAs do. */
    private static final int MAX_SERIAL_BITS = 160;

    private CertificateForm() {}

    /**
     * @throws RefusedMaterialException if Go would not parse it
     * @throws RuntimeException if it holds an extension that cannot be read
     */
    static void check(String field, X509CertificateHolder holder) throws RefusedMaterialException, IOException {
        if (holder.getSerialNumber().signum() < 0) {
            throw malformed(field, "with a negative serial number");
        }
        if (holder.getSerialNumber().bitLength() > MAX_SERIAL_BITS) {
            throw malformed(field, "with a serial number of more than 20 octets");
        }
        Extensions extensions = holder.getExtensions();
        if (extensions == null) {
            return;
        }
        for (ASN1ObjectIdentifier oid : READ_BY_GO) {
            Extension extension = extensions.getExtension(oid);
            if (extension != null && !isDer(extension.getExtnValue().getOctets())) {
                throw malformed(field, "whose extension " + oid.getId() + " is not in DER form");
            }
        }
        // Each call throws if the extension cannot be read.
        AuthorityKeyIdentifier.fromExtensions(extensions);
        SubjectKeyIdentifier.fromExtensions(extensions);
        GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
        NameConstraints.getInstance(extensions.getExtensionParsedValue(Extension.nameConstraints));
        BasicConstraints constraints = BasicConstraints.fromExtensions(extensions);
        BigInteger pathLength = constraints == null ? null : constraints.getPathLenConstraint();
        if (pathLength != null && (pathLength.signum() < 0 || pathLength.bitLength() >= Integer.SIZE)) {
            throw malformed(field, "with a path length that is negative or beyond 31 bits");
        }
    }

    private static boolean isDer(byte[] value) throws IOException {
        return Arrays.equals(value, ASN1Primitive.fromByteArray(value).getEncoded(ASN1Encoding.DER));
    }

    private static RefusedMaterialException malformed(String field, String what) {
        return new RefusedMaterialException(CaDefect.MalformedCertificate, field + " holds a certificate " + what);
    }
}
