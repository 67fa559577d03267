package io.meshfed.testbed.live;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The certificates that a peer shows in a handshake, and the roots that it accepts.
 *
 * @param chain its own certificate first, then those above it
 * @param roots which it trusts
 */
public record Identity(List<X509Certificate> chain, List<X509Certificate> roots) {

    /** Keeps immutable copies. */
    public Identity {
        chain = List.copyOf(chain);
        roots = List.copyOf(roots);
    }

    /** Reads certificates in PEM, one after the other. */
    public static Identity of(String chain, String roots) {
        return new Identity(certificates(chain), certificates(roots));
    }

    private static List<X509Certificate> certificates(String pem) {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (CertificateException e) {
            throw new IllegalArgumentException("no certificates: " + e.getMessage(), e);
        }
    }

    /** Whether the other's certificate is valid now, and its chain ends at one of the roots here. */
    public boolean accepts(Identity other) {
        try {
            for (X509Certificate certificate : other.chain) {
                certificate.checkValidity();
            }
        } catch (CertificateException e) {
            return false;
        }
        return !other.chain.isEmpty() && reaches(other.chain.get(0), other.chain);
    }

    private boolean reaches(X509Certificate certificate, List<X509Certificate> chain) {
        return roots.contains(certificate)
                || roots.stream().anyMatch(root -> signed(root, certificate))
                || chain.stream()
                        .filter(above -> !above.equals(certificate) && signed(above, certificate))
                        .anyMatch(above -> reaches(above, chain));
    }

    private static boolean signed(X509Certificate above, X509Certificate certificate) {
        if (!above.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
            return false;
        }
        try {
            certificate.verify(above.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Subjects and ends. */
    @Override
    public String toString() {
        return "shows " + names(chain) + ", accepts " + names(roots);
    }

    private static List<String> names(List<X509Certificate> certificates) {
        return certificates.stream()
                .map(c ->
                        c.getSubjectX500Principal() + "/" + c.getSerialNumber().toString(16) + " until "
                                + c.getNotAfter().toInstant())
                .toList();
    }
}
