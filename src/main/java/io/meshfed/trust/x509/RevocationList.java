package io.meshfed.trust.x509;

import io.meshfed.api.condition.CaDefect;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.CertException;
import org.bouncycastle.cert.X509CRLEntryHolder;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;

/**
 * One certificate revocation list: complete, of one CA, and with an end (RFC 5280 section 5). Lists that Go or BoringSSL
 * would read differently are refused.
 *
 * @param holder the list
 * @param number its CRL number
 */
public record RevocationList(X509CRLHolder holder, BigInteger number) {
    public static final String PEM_TYPE = "X509 CRL";

    /** A list counts as missing this long before it expires, or a quarter of its life if that is shorter. */
    private static final Duration MARGIN = Duration.ofDays(3);

    /** In octets; a SHA-256 has as many. */
    private static final int MAX_KEY_ID = 32;

    private static final Set<ASN1ObjectIdentifier> KNOWN =
            Set.of(Extension.cRLNumber, Extension.authorityKeyIdentifier);

    /**
     * Reads one list. Checks neither who signed it nor its dates.
     *
     * @param who what it is, for the message
     */
    public static RevocationList ofDer(String who, byte[] der) throws RefusedMaterialException {
        try {
            X509CRLHolder holder = new X509CRLHolder(der);
            if (!Arrays.equals(der, holder.getEncoded())) {
                throw new RefusedMaterialException(CaDefect.MalformedCrl, who + " is not in DER form");
            }
            CaProfile.signature(who, holder.toASN1Structure().getSignatureAlgorithm());
            complete(who, holder);
            if (holder.getNextUpdate() == null) {
                throw new RefusedMaterialException(
                        CaDefect.CrlWithoutEnd,
                        who + " has no nextUpdate, so it would never expire; sign it with a nextUpdate");
            }
            Extension number = holder.getExtension(Extension.cRLNumber);
            if (number == null) {
                throw new RefusedMaterialException(
                        CaDefect.CrlWithoutNumber,
                        who + " has no CRL number, by which a newer list is recognised; sign it with one (openssl ca:"
                                + " crlnumber)");
            }
            return new RevocationList(
                    holder, ASN1Integer.getInstance(number.getParsedValue()).getValue());
        } catch (IOException | RuntimeException e) {
            // RuntimeException: an ASN.1 parser on hostile input may throw any of them.
            throw new RefusedMaterialException(CaDefect.MalformedCrl, who + " is not an X.509 revocation list");
        }
    }

    private static void complete(String who, X509CRLHolder holder) throws RefusedMaterialException {
        if (holder.getExtension(Extension.deltaCRLIndicator) != null) {
            throw new RefusedMaterialException(
                    CaDefect.DeltaCrl, who + " is a delta list, which Envoy does not read; use a complete list");
        }
        boolean strange = holder.getCriticalExtensionOIDs().stream().anyMatch(oid -> !KNOWN.contains(oid));
        for (Object entry : holder.getRevokedCertificates()) {
            strange |= !((X509CRLEntryHolder) entry).getCriticalExtensionOIDs().isEmpty();
        }
        if (strange || holder.getExtension(Extension.issuingDistributionPoint) != null) {
            throw new RefusedMaterialException(
                    CaDefect.PartialCrl,
                    who + " has a critical extension or a limited scope, which Envoy refuses; use a list of all"
                            + " certificates of the CA");
        }
    }

    /** In PEM, one block. */
    public String pem() {
        try {
            return Pem.write(PEM_TYPE, holder.getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException("a parsed list has no encoding", e);
        }
    }

    public Instant thisUpdate() {
        return holder.getThisUpdate().toInstant();
    }

    /** When it expires. From then on Envoy refuses every certificate of its CA. */
    public Instant nextUpdate() {
        return holder.getNextUpdate().toInstant();
    }

    /** Until when a successor must exist. */
    public Instant neededUntil() {
        Duration quarter = Duration.between(thisUpdate(), nextUpdate()).dividedBy(4);
        return nextUpdate().minus(quarter.compareTo(MARGIN) < 0 ? quarter : MARGIN);
    }

    public boolean current(Instant now) {
        return !now.isBefore(thisUpdate()) && now.isBefore(nextUpdate());
    }

    /** Checks the dates. */
    public void inDate(String who, Instant now) throws RefusedMaterialException {
        if (now.isBefore(thisUpdate())) {
            throw new RefusedMaterialException(CaDefect.NotYetValid, who + " is not valid before " + thisUpdate());
        }
        if (!current(now)) {
            throw new RefusedMaterialException(
                    CaDefect.Expired, who + " expired at " + nextUpdate() + "; put the CA's newest list in its place");
        }
    }

    /** Whether name and signature match the CA. */
    public boolean isSignedBy(CaCertificate ca) {
        try {
            return issuer().equals(ca.x509().getSubjectX500Principal())
                    && holder.isSignatureValid(new JcaContentVerifierProviderBuilder()
                            .setProvider(BouncyCastle.PROVIDER)
                            .build(ca.x509().getPublicKey()));
        } catch (CertException | OperatorCreationException | IOException | RuntimeException e) {
            // RuntimeException: a hostile public key may throw any of them.
            return false;
        }
    }

    /** Subject of its CA (RFC 2253), printable. */
    public String subject() {
        try {
            return CaCertificate.printable(issuer());
        } catch (IOException e) {
            throw new IllegalStateException("a parsed list has no issuer", e);
        }
    }

    /** Key identifier of its CA as in the list, hex, at most 32 octets; empty if it has none. */
    public String keyId() {
        try {
            return Optional.ofNullable(AuthorityKeyIdentifier.fromExtensions(
                            holder.toASN1Structure().getTBSCertList().getExtensions()))
                    .map(AuthorityKeyIdentifier::getKeyIdentifierOctets)
                    .map(octets -> HexFormat.of().formatHex(octets, 0, Math.min(octets.length, MAX_KEY_ID)))
                    .orElse("");
        } catch (RuntimeException e) {
            // An ASN.1 parser on hostile input may throw any of them.
            return "";
        }
    }

    private X500Principal issuer() throws IOException {
        return new X500Principal(holder.getIssuer().getEncoded());
    }

    /** Serial numbers that it revokes, and since when. */
    public Map<BigInteger, Instant> revoked() {
        Collection<X509CRLEntryHolder> entries = holder.getRevokedCertificates();
        return entries.stream()
                .collect(Collectors.toMap(
                        X509CRLEntryHolder::getSerialNumber,
                        entry -> entry.getRevocationDate().toInstant(),
                        (one, other) -> one,
                        TreeMap::new));
    }

    /** Whether it revokes a certificate. The list must be of the certificate's issuer. */
    public boolean revokes(CaCertificate certificate) {
        return holder.getRevokedCertificate(certificate.x509().getSerialNumber()) != null;
    }

    /** Compares two lists of one CA by number, then by date; the newer one is greater. */
    public static int byAge(RevocationList one, RevocationList other) {
        int byNumber = one.number.compareTo(other.number);
        return byNumber == 0 ? one.thisUpdate().compareTo(other.thisUpdate()) : byNumber;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RevocationList list && pem().equals(list.pem());
    }

    @Override
    public int hashCode() {
        return holder.hashCode();
    }
}
