package io.meshfed.trust.rotation;

import io.meshfed.api.Names;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.crl.Revocation;
import io.meshfed.trust.world.Reasons;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.Verified;
import java.security.SecureRandom;
import java.util.Optional;

/** Trust of type Managed or CertManager: {@code cacerts} is made from the issuer, unless somebody else made it. */
public final class ManagedTrust {
    private ManagedTrust() {}

    public static TrustDecision judge(VerifiedTrust picture, Revocation revocation, SecureRandom random) {
        CacertsWrite write = new CacertsWrite(picture, revocation, random);
        Optional<PresentCacerts> present = picture.world().cacerts();
        if (present.isEmpty()) {
            return AbsentCacerts.judge(picture, write, random);
        }
        if (present.get().data().containsKey(Cacerts.ISTIO_GENERATED)) {
            return TrustDecision.refuse(
                    Reasons.ISTIO_GENERATED,
                    "Secret cacerts holds the key istio-generated: istiod made it for its own self-signed CA, and meshfed"
                            + " leaves it alone. Set spec.trust.type: External to keep that CA");
        }
        if (!present.get().writable()) {
            return foreign(picture);
        }
        if (picture.cacerts() instanceof Verified.Flawed<Cacerts> flawed) {
            return BrokenCacerts.judge(picture, write, flawed);
        }
        Cacerts cacerts = picture.cacerts().sound().orElseThrow();
        return write.lists(new SoundCacerts(picture, write, revocation, cacerts).judge());
    }

    private static TrustDecision foreign(VerifiedTrust picture) {
        String start = "Secret cacerts was not made by meshfed and is left as it is. ";
        if (picture.cacerts() instanceof Verified.Flawed<Cacerts> flawed) {
            return TrustDecision.refuse(
                    Reasons.FOREIGN_CACERTS,
                    start + "It does not verify (" + flawed.flaw() + "): " + flawed.message()
                            + ". Mend it and set spec.trust.type: External, or annotate it " + Names.ADOPT
                            + ": \"true\" and meshfed makes it again, if it stands on the issuer's root");
        }
        CaCertificate root = picture.cacerts().sound().orElseThrow().ownRoot();
        boolean sameRoot = picture.issuer()
                .sound()
                .filter(issuer -> issuer.root().equals(root))
                .isPresent();
        return TrustDecision.refuse(
                Reasons.FOREIGN_CACERTS,
                start + "It stands on " + root.describe() + ". To keep it so, set spec.trust.type: External. To hand it"
                        + " over, "
                        + (sameRoot ? "" : "first " + TrustMessages.keepRoot(picture) + ", then ")
                        + "annotate it " + Names.ADOPT + ": \"true\"");
    }
}
