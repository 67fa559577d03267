package io.meshfed.trust.cacerts;

import io.meshfed.trust.x509.BouncyCastle;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.RefusedMaterialException;
import io.meshfed.trust.x509.RevocationList;
import java.io.IOException;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Map;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Signs revocation lists: RFC 5280 section 5, version 2, with authority key identifier and number. */
public final class CrlIssuance {
    private static final int REASON_UNSPECIFIED = 0;

    private CrlIssuance() {}

    /**
     * A list that is backdated by ten minutes, because clocks of workloads may be behind.
     *
     * @param entries serial numbers to revoke, and since when
     * @param above the number of the new list is greater than this; it is the time in seconds if that is greater still
     */
    public static RevocationList list(
            CaCertificate ca,
            PrivateKey key,
            Map<BigInteger, Instant> entries,
            Duration validity,
            BigInteger above,
            Instant now,
            SecureRandom random) {
        Instant begin = now.minus(Issuance.BACKDATE).truncatedTo(ChronoUnit.SECONDS);
        Instant end = now.plus(validity).truncatedTo(ChronoUnit.SECONDS);
        BigInteger number = BigInteger.valueOf(now.getEpochSecond()).max(above.add(BigInteger.ONE));
        X509v2CRLBuilder builder = new X509v2CRLBuilder(ca.holder().getSubject(), Date.from(begin));
        builder.setNextUpdate(Date.from(end));
        entries.forEach((serial, since) -> builder.addCRLEntry(serial, Date.from(since), REASON_UNSPECIFIED));
        try {
            builder.addExtension(Extension.authorityKeyIdentifier, false, Issuance.authorityKey(ca.holder()));
            builder.addExtension(Extension.cRLNumber, false, new CRLNumber(number));
            return RevocationList.ofDer(
                    "a new list",
                    builder.build(new JcaContentSignerBuilder(Issuance.signatureAlgorithm(key))
                                    .setProvider(BouncyCastle.PROVIDER)
                                    .setSecureRandom(random)
                                    .build(key))
                            .getEncoded());
        } catch (IOException | OperatorCreationException | RefusedMaterialException e) {
            // Without the cause, which may quote the key.
            throw new IllegalStateException(
                    "this JVM cannot sign a revocation list: " + e.getClass().getSimpleName());
        }
    }
}
