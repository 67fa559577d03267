package io.meshfed.trust.x509;

import io.meshfed.api.condition.CaDefect;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Verifies a path of CA certificates: each followed by its issuer, a self-signed root last. */
public final class CertificatePath {
    private CertificatePath() {}

    /** When the first certificate of the path expires. */
    public static Instant notAfter(List<CaCertificate> path) {
        return path.stream()
                .map(CaCertificate::notAfter)
                .min(Instant::compareTo)
                .orElseThrow();
    }

    /**
     * Verifies every certificate of the path and the path itself.
     *
     * @param field what the path was read from, for the message
     * @param path the lowest CA first, the root last
     * @param casBelow how many more CAs will be below the first one
     */
    public static void verify(String field, List<CaCertificate> path, int casBelow, Instant now)
            throws RefusedMaterialException {
        linked(field, path);
        for (int i = 0; i < path.size(); i++) {
            CaCertificate certificate = path.get(i);
            CaProfile.check(field, certificate);
            CaProfile.inDate(field, certificate, now);
            int below = casBelow + i;
            if (CaProfile.pathLength(certificate) < below) {
                throw new RefusedMaterialException(
                        CaDefect.PathLengthTooSmall,
                        field + ": " + certificate.describe() + " allows " + CaProfile.pathLength(certificate)
                                + " CA certificates below it (pathlen), and " + below
                                + " are needed; issue it with a larger pathlen");
            }
        }
        if (path.size() > 1) {
            pkix(field, path, now);
        }
    }

    /** Refuses a certificate that is there twice. */
    public static void distinct(String field, List<CaCertificate> certificates) throws RefusedMaterialException {
        Set<CaCertificate> seen = new HashSet<>();
        for (CaCertificate certificate : certificates) {
            if (!seen.add(certificate)) {
                throw new RefusedMaterialException(
                        CaDefect.DuplicateCertificate, field + " holds " + certificate.describe() + " more than once");
            }
        }
    }

    private static void linked(String field, List<CaCertificate> path) throws RefusedMaterialException {
        for (int i = 0; i + 1 < path.size(); i++) {
            CaCertificate certificate = path.get(i);
            if (certificate.isSignedBy(path.get(i + 1))) {
                continue;
            }
            boolean elsewhere =
                    path.stream().anyMatch(other -> !other.equals(certificate) && certificate.isSignedBy(other));
            if (elsewhere || certificate.isSelfSigned()) {
                throw new RefusedMaterialException(
                        CaDefect.ChainOutOfOrder,
                        field + ": the issuer of " + certificate.describe()
                                + " does not follow it; order the chain from the signing CA up to the root");
            }
            throw new RefusedMaterialException(
                    CaDefect.ChainBroken,
                    field + ": " + certificate.describe() + " is not signed by the next certificate, "
                            + path.get(i + 1).describe());
        }
        CaCertificate root = path.get(path.size() - 1);
        if (!root.isSelfSigned()) {
            throw new RefusedMaterialException(
                    CaDefect.NotSelfSigned,
                    field + ": " + root.describe()
                            + " is last in the chain but not self-signed; add the CAs up to the root");
        }
    }

    /** A second opinion from the JDK, which also checks name constraints and policies. */
    private static void pkix(String field, List<CaCertificate> path, Instant now) throws RefusedMaterialException {
        CaCertificate root = path.get(path.size() - 1);
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root.x509(), null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509")
                                    .generateCertPath(path.subList(0, path.size() - 1).stream()
                                            .map(CaCertificate::x509)
                                            .toList()),
                            parameters);
        } catch (GeneralSecurityException e) {
            throw new RefusedMaterialException(
                    CaDefect.ChainBroken, field + ": the path to " + root.describe() + " does not verify");
        }
    }
}
