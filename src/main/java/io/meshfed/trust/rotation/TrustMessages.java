package io.meshfed.trust.rotation;

import io.meshfed.api.Trust;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.CertificateTrouble;
import io.meshfed.trust.cacerts.IntermediateSource;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.world.Finding;
import io.meshfed.trust.world.IstiodRoots;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.Fingerprints;
import io.meshfed.trust.x509.Verified;
import java.util.List;
import java.util.Set;

/** Messages and findings that several decisions have in common. */
public final class TrustMessages {
    private TrustMessages() {}

    /** About a valid {@code cacerts}: whether istiod runs on it. */
    static Finding observed(Cacerts cacerts, VerifiedTrust trust) {
        TrustReason good = trust.istiod() instanceof IstiodRoots.NotSeen ? TrustReason.Issued : TrustReason.Verified;
        return trust.istiod().behind(cacerts).orElseGet(() -> Finding.yes(good, inUse(cacerts, trust)));
    }

    private static String inUse(Cacerts cacerts, VerifiedTrust trust) {
        String istiod = trust.istiod() instanceof IstiodRoots.NotSeen
                ? "istiod has not been seen yet (no ConfigMap istio-ca-root-cert)"
                : "istiod runs on its roots";
        return summary(cacerts) + "; " + istiod + unrequested(cacerts, trust);
    }

    /** What a valid {@code cacerts} holds. */
    public static String summary(Cacerts cacerts) {
        return "Secret cacerts is valid: its signing certificate "
                + cacerts.signing().describe() + " expires at "
                + cacerts.notAfter() + ", its own root is " + cacerts.ownRoot().describe() + ", its bundle has "
                + (cacerts.roots().size() == 1 ? "1 root" : cacerts.roots().size() + " roots");
    }

    /** Roots that are no longer requested, and kept while a remote's roots are not all known. */
    private static String unrequested(Cacerts cacerts, VerifiedTrust trust) {
        List<String> undetermined = trust.peers().undetermined();
        Set<CaCertificate> unrequested = trust.history().unrequested(cacerts.roots(), trust.peers());
        return unrequested.isEmpty() || undetermined.isEmpty()
                ? ""
                : ". No readable spec.trust.roots lists " + Fingerprints.list(unrequested)
                        + ": the operator keeps it, because it may belong to RemoteMesh "
                        + String.join(", ", undetermined) + ", whose roots are not all readable and accepted";
    }

    /** Why there is no source for an intermediate now. */
    public static CertificateTrouble sourceMissing(VerifiedTrust trust) {
        return trust.spec().type() == Trust.Type.CertManager
                ? trust.world()
                        .certificateTrouble()
                        .orElseGet(() -> new CertificateTrouble(
                                TrustReason.CertificateNotReady,
                                "cert-manager has not filled the Certificate's Secret yet"))
                : new CertificateTrouble(TrustReason.IssuerMissing, issuerSecretMissing(trust));
    }

    private static String issuerSecretMissing(VerifiedTrust trust) {
        return trust.issuerName()
                .map(name -> "issuer Secret " + name
                        + " does not exist; create it in the operator's namespace: kubectl create secret tls " + name
                        + " --cert=root-cert.pem --key=root-key.pem -n <operator-namespace>")
                .orElse("spec.trust.issuer.secretName is not set; name the issuer's Secret");
    }

    /** About a source that does not verify. */
    public static String issuerInvalid(VerifiedTrust trust, Verified.Invalid<IntermediateSource> invalid) {
        return source(trust) + ": " + invalid.message();
    }

    /**
     * The issuer ends so soon that a renewal would not extend {@code cacerts}.
     *
     * @param whose names the Secret, such as {@code the remote's cacerts}
     */
    public static Finding issuerExpiring(String whose, Cacerts cacerts, Issuer issuer) {
        return Finding.no(
                TrustReason.IssuerExpiring,
                whose + " expires at " + cacerts.notAfter() + ", and renewing it would not extend that: its issuer "
                        + issuer.certificate().describe() + " expires at " + issuer.notAfter() + "; renew the issuer");
    }

    /** Where the intermediate comes from. */
    static String source(VerifiedTrust trust) {
        String name = trust.issuerName().orElse("");
        return trust.spec().type() == Trust.Type.CertManager
                ? "the certificate that cert-manager issued from " + name
                : "issuer Secret " + name;
    }

    /** How to keep the root that the mesh has. */
    static String keepRoot(VerifiedTrust trust) {
        return trust.spec().type() == Trust.Type.CertManager
                ? "name an issuer of cert-manager under that root"
                : "put that root and its key into " + source(trust);
    }

    static TrustDecision runsOnOtherRoot(VerifiedTrust trust, IstiodRoots.Running running, String consequence) {
        return TrustDecision.refuse(
                TrustReason.RunningOnOtherRoot,
                "istiod already runs on " + Fingerprints.list(running.roots()) + "; " + consequence
                        + ". To keep the root that istiod runs on, " + keepRoot(trust)
                        + ", or set spec.trust.type: External; to move the mesh to the issuer's root, set"
                        + " spec.trust.existingCA: Migrate");
    }

    static TrustDecision publishedRootsUnreadable() {
        return TrustDecision.refuse(
                TrustReason.PublishedRootsUnreadable,
                "ConfigMap istio-ca-root-cert, key root-cert.pem, holds no readable certificate, so the operator does not"
                        + " know which root istiod runs on and writes nothing; check istiod, which writes that ConfigMap");
    }
}
