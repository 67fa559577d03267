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

/** Trust of type Managed or CertManager: {@code cacerts} is made from the issuer, unless somebody else made it. */
public final class ManagedTrust {
    private ManagedTrust() {}

    public static TrustDecision judge(VerifiedTrust trust, Revocation revocation, SecureRandom random) {
        CacertsWrite write = new CacertsWrite(trust, revocation, random);
        Optional<PresentCacerts> present = trust.world().cacerts();
        if (present.isEmpty()) {
            return AbsentCacerts.judge(trust, write, random);
        }
        if (present.get().data().containsKey(Cacerts.ISTIO_GENERATED)) {
            return TrustDecision.refuse(
                    TrustReason.IstioGenerated,
                    "Secret cacerts holds the key istio-generated: istiod made it for its own self-signed CA, and meshfed"
                            + " leaves it alone. Set spec.trust.type: External to keep that CA");
        }
        if (!present.get().writable()) {
            return foreign(trust);
        }
        if (trust.cacerts() instanceof Verified.Invalid<Cacerts> invalid) {
            return InvalidCacerts.judge(trust, write, invalid);
        }
        Cacerts cacerts = trust.cacerts().valid().orElseThrow();
        return write.lists(new ValidCacerts(trust, write, revocation, cacerts).judge());
    }

    private static TrustDecision foreign(VerifiedTrust trust) {
        String start = "Secret cacerts was not made by meshfed and is left as it is. ";
        if (trust.cacerts() instanceof Verified.Invalid<Cacerts> invalid) {
            return TrustDecision.refuse(
                    TrustReason.ForeignCacerts,
                    start + "It does not verify (" + invalid.defect() + "): " + invalid.message()
                            + ". Mend it and set spec.trust.type: External, or annotate it " + Names.ADOPT
                            + ": \"true\" and meshfed makes it again, if it stands on the issuer's root");
        }
        CaCertificate root = trust.cacerts().valid().orElseThrow().ownRoot();
        boolean sameRoot = trust.issuer()
                .valid()
                .filter(issuer -> issuer.root().equals(root))
                .isPresent();
        return TrustDecision.refuse(
                TrustReason.ForeignCacerts,
                start + "It stands on " + root.describe() + ". To keep it so, set spec.trust.type: External. To hand it"
                        + " over, "
                        + (sameRoot ? "" : "first " + TrustMessages.keepRoot(trust) + ", then ")
                        + "annotate it " + Names.ADOPT + ": \"true\"");
    }
}
