package io.meshfed.trust.rotation;

import io.meshfed.api.Trust;
import io.meshfed.api.condition.Condition;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.CertificateTrouble;
import io.meshfed.trust.cacerts.IntermediateSource;
import io.meshfed.trust.world.IstiodRoots;
import io.meshfed.trust.world.Reasons;
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
    static Condition observed(Cacerts cacerts, VerifiedTrust picture) {
        String trueReason = picture.istiod() instanceof IstiodRoots.NotSeen ? Reasons.ISSUED : Reasons.VERIFIED;
        return picture.istiod()
                .behind(cacerts)
                .map(lag -> Condition.no(Reasons.TRUST_READY, lag.reason(), lag.message()))
                .orElseGet(() -> Condition.yes(Reasons.TRUST_READY, trueReason, inForce(cacerts, picture)));
    }

    private static String inForce(Cacerts cacerts, VerifiedTrust picture) {
        String istiod = picture.istiod() instanceof IstiodRoots.NotSeen
                ? "istiod has not been seen yet (no ConfigMap istio-ca-root-cert)"
                : "istiod runs on its roots";
        return "Secret cacerts verifies: " + cacerts.signing().describe() + " is valid until " + cacerts.notAfter()
                + ", own root " + cacerts.ownRoot().describe() + ", "
                + (cacerts.roots().size() == 1 ? "1 root" : cacerts.roots().size() + " roots") + " in all; "
                + istiod + lingering(cacerts, picture);
    }

    /** Roots that nobody asks for and that stay because somebody may. */
    private static String lingering(Cacerts cacerts, VerifiedTrust picture) {
        List<String> undetermined = picture.peers().undetermined();
        Set<CaCertificate> unasked = RootHistory.of(picture, cacerts).leaving(cacerts.roots(), picture.peers());
        // Who else makes cacerts decides what is in it.
        return picture.spec().type() == Trust.Type.External || unasked.isEmpty() || undetermined.isEmpty()
                ? ""
                : ". " + Fingerprints.list(unasked) + " would leave, and stays until all roots of RemoteMesh "
                        + String.join(", ", undetermined) + " are readable and accepted";
    }

    /** Reason and message of a source from which no intermediate can be had now. */
    public static CertificateTrouble sourceMissing(VerifiedTrust picture) {
        return picture.spec().type() == Trust.Type.CertManager
                ? picture.world()
                        .certificateTrouble()
                        .orElseGet(() -> new CertificateTrouble(
                                Reasons.CERTIFICATE_NOT_READY,
                                "cert-manager has not filled the Certificate's Secret yet"))
                : new CertificateTrouble(Reasons.ISSUER_MISSING, issuerSecretMissing(picture));
    }

    private static String issuerSecretMissing(VerifiedTrust picture) {
        return picture.issuerName()
                .map(name -> "issuer Secret " + name
                        + " does not exist; make it, with -n and the operator's namespace: kubectl"
                        + " create secret tls " + name + " --cert=root-cert.pem --key=root-key.pem")
                .orElse("spec.trust.issuer.secretName is not set; name the issuer's Secret");
    }

    public static String issuerFlawed(VerifiedTrust picture, Verified.Flawed<IntermediateSource> flawed) {
        return source(picture) + ": " + flawed.message();
    }

    /** What the intermediate comes from. */
    static String source(VerifiedTrust picture) {
        String name = picture.issuerName().orElse("");
        return picture.spec().type() == Trust.Type.CertManager
                ? "what cert-manager issued by " + name
                : "issuer Secret " + name;
    }

    /** How to let the mesh stand on the root that it has. */
    static String keepRoot(VerifiedTrust picture) {
        return picture.spec().type() == Trust.Type.CertManager
                ? "name an issuer of cert-manager that stands on that root"
                : "put that root and its key into " + source(picture);
    }

    static TrustDecision runsOnOtherRoot(VerifiedTrust picture, IstiodRoots.Running running, String then) {
        return TrustDecision.refuse(
                Reasons.RUNNING_ON_OTHER_ROOT,
                "istiod already runs on " + Fingerprints.list(running.roots()) + "; " + then
                        + ". To keep the root that it runs on, " + keepRoot(picture)
                        + ", or set spec.trust.type: External; to move the mesh to the issuer's root, set"
                        + " spec.trust.existingCA: Migrate");
    }

    static TrustDecision publishedRootsUnreadable() {
        return TrustDecision.refuse(
                Reasons.PUBLISHED_ROOTS_UNREADABLE,
                "no certificate can be read in ConfigMap istio-ca-root-cert, key root-cert.pem, so it is not known which"
                        + " root istiod runs on; nothing is written");
    }
}
