package io.meshfed.trust.rotation;

import io.meshfed.api.Trust;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.CertificateTrouble;
import io.meshfed.trust.cacerts.IntermediateSource;
import io.meshfed.trust.world.Finding;
import io.meshfed.trust.world.IstiodRoots;
import io.meshfed.trust.world.RootHistory;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.Fingerprints;
import io.meshfed.trust.x509.Verified;
import java.util.List;
import java.util.Set;

/** What several verdicts say in the same words. */
public final class TrustMessages {
    private TrustMessages() {}

    /** TrustReady of a {@code cacerts} that verifies: whether istiod runs on it. */
    static Finding observed(Cacerts cacerts, VerifiedTrust trust) {
        TrustReason trueReason =
                trust.istiod() instanceof IstiodRoots.NotSeen ? TrustReason.Issued : TrustReason.Verified;
        return trust.istiod().behind(cacerts).orElseGet(() -> Finding.yes(trueReason, inForce(cacerts, trust)));
    }

    private static String inForce(Cacerts cacerts, VerifiedTrust trust) {
        String istiod = trust.istiod() instanceof IstiodRoots.NotSeen
                ? "istiod has not been seen yet (no ConfigMap istio-ca-root-cert)"
                : "istiod runs on its roots";
        return "Secret cacerts verifies: " + cacerts.signing().describe() + " is valid until " + cacerts.notAfter()
                + ", own root " + cacerts.ownRoot().describe() + ", "
                + (cacerts.roots().size() == 1 ? "1 root" : cacerts.roots().size() + " roots") + " in all; "
                + istiod + lingering(cacerts, trust);
    }

    /** Roots that nobody asks for and that stay because somebody may. */
    private static String lingering(Cacerts cacerts, VerifiedTrust trust) {
        List<String> undetermined = trust.peers().undetermined();
        Set<CaCertificate> unasked = RootHistory.of(trust, cacerts).leaving(cacerts.roots(), trust.peers());
        // Who else makes cacerts decides what is in it.
        return trust.spec().type() == Trust.Type.External || unasked.isEmpty() || undetermined.isEmpty()
                ? ""
                : ". " + Fingerprints.list(unasked) + " would leave, and stays until all roots of RemoteMesh "
                        + String.join(", ", undetermined) + " are readable and accepted";
    }

    /** Reason and message of a source from which no intermediate can be had now. */
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
                        + " does not exist; make it, with -n and the operator's namespace: kubectl"
                        + " create secret tls " + name + " --cert=root-cert.pem --key=root-key.pem")
                .orElse("spec.trust.issuer.secretName is not set; name the issuer's Secret");
    }

    public static String issuerInvalid(VerifiedTrust trust, Verified.Invalid<IntermediateSource> invalid) {
        return source(trust) + ": " + invalid.message();
    }

    /** What the intermediate comes from. */
    static String source(VerifiedTrust trust) {
        String name = trust.issuerName().orElse("");
        return trust.spec().type() == Trust.Type.CertManager
                ? "what cert-manager issued by " + name
                : "issuer Secret " + name;
    }

    /** How to let the mesh stand on the root that it has. */
    static String keepRoot(VerifiedTrust trust) {
        return trust.spec().type() == Trust.Type.CertManager
                ? "name an issuer of cert-manager that stands on that root"
                : "put that root and its key into " + source(trust);
    }

    static TrustDecision runsOnOtherRoot(VerifiedTrust trust, IstiodRoots.Running running, String then) {
        return TrustDecision.refuse(
                TrustReason.RunningOnOtherRoot,
                "istiod already runs on " + Fingerprints.list(running.roots()) + "; " + then
                        + ". To keep the root that it runs on, " + keepRoot(trust)
                        + ", or set spec.trust.type: External; to move the mesh to the issuer's root, set"
                        + " spec.trust.existingCA: Migrate");
    }

    static TrustDecision publishedRootsUnreadable() {
        return TrustDecision.refuse(
                TrustReason.PublishedRootsUnreadable,
                "no certificate can be read in ConfigMap istio-ca-root-cert, key root-cert.pem, so it is not known which"
                        + " root istiod runs on; nothing is written");
    }
}
