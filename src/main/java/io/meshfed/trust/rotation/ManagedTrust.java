package io.meshfed.trust.rotation;

import io.meshfed.api.Names;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.crl.Revocation;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.Verified;
import java.security.SecureRandom;
import java.util.Optional;

/** Trust of type Managed or CertManager: the operator issues {@code cacerts}, unless others created it. */
public final class ManagedTrust {
    private ManagedTrust() {}

    public static TrustDecision decide(VerifiedTrust trust, Revocation revocation, SecureRandom random) {
        CacertsWrite write = new CacertsWrite(trust, revocation, random);
        Optional<PresentCacerts> present = trust.world().cacerts();
        if (present.isEmpty()) {
            return AbsentCacerts.decide(trust, write, random);
        }
        if (present.get().data().containsKey(Cacerts.ISTIO_GENERATED)) {
            return TrustDecision.refuse(
                    TrustReason.IstioGenerated,
                    "Secret cacerts has the key istio-generated: istiod created the Secret for its own self-signed CA, and"
                            + " meshfed does not change it. Set spec.trust.type: External to keep that CA");
        }
        if (!present.get().writable()) {
            return foreign(trust);
        }
        if (trust.cacerts() instanceof Verified.Invalid<Cacerts> invalid) {
            return InvalidCacerts.decide(trust, write, invalid);
        }
        Cacerts cacerts = trust.cacerts().valid().orElseThrow();
        return write.lists(new ValidCacerts(trust, write, revocation, cacerts).decide());
    }

    private static TrustDecision foreign(VerifiedTrust trust) {
        String start = "Secret cacerts was not created by meshfed, which does not change it. ";
        if (trust.cacerts() instanceof Verified.Invalid<Cacerts> invalid) {
            return TrustDecision.refuse(
                    TrustReason.ForeignCacerts,
                    start + "It does not verify (" + invalid.defect() + "): " + invalid.message()
                            + ". Correct it and set spec.trust.type: External, or annotate it " + Names.ADOPT
                            + ": \"true\" and meshfed issues it again, if it was issued under the issuer's root");
        }
        CaCertificate root = trust.cacerts().valid().orElseThrow().ownRoot();
        boolean sameRoot = trust.issuer()
                .valid()
                .filter(issuer -> issuer.root().equals(root))
                .isPresent();
        return TrustDecision.refuse(
                TrustReason.ForeignCacerts,
                start + "Its root is " + root.describe() + ". To keep it, set spec.trust.type: External. To hand it"
                        + " over, "
                        + (sameRoot ? "" : "first " + TrustMessages.keepRoot(trust) + ", then ")
                        + "annotate it " + Names.ADOPT + ": \"true\"");
    }
}
