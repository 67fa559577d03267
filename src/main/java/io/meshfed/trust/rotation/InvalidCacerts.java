package io.meshfed.trust.rotation;

import io.meshfed.api.condition.CaDefect;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.IntermediateSource;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.world.Finding;
import io.meshfed.trust.world.IstiodRoots;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.Verified;
import java.util.List;
import java.util.Optional;

/**
 * A {@code cacerts} of ours that does not verify: made again, if there is evidence that the mesh stands on the issuer's
 * root. Its roots stay.
 */
public final class InvalidCacerts {
    private static final byte[] NOTHING = {};

    private InvalidCacerts() {}

    public static TrustDecision judge(VerifiedTrust trust, CacertsWrite write, Verified.Invalid<Cacerts> invalid) {
        return judge(trust, write, invalid, List.of());
    }

    /** @param needed roots that must be in what is made again */
    public static TrustDecision judge(
            VerifiedTrust trust, CacertsWrite write, Verified.Invalid<Cacerts> invalid, List<CaCertificate> needed) {
        String broken = "Secret cacerts: " + invalid.message();
        if (invalid.defect() == CaDefect.NotYetValid) {
            // Our own clock is the likeliest culprit, and a certificate made by it would be no better.
            return TrustDecision.refuse(invalid.defect(), broken);
        }
        if (trust.issuer() instanceof Verified.Invalid<IntermediateSource> issuer) {
            return TrustDecision.refuse(
                    invalid.defect(),
                    broken + ". It cannot be made again: " + TrustMessages.issuerInvalid(trust, issuer));
        }
        return trust.issuer()
                .valid()
                .map(issuer -> repair(trust, write, issuer, invalid.defect(), broken, needed))
                .orElseGet(() -> TrustDecision.refuse(
                        invalid.defect(),
                        broken + ". It cannot be made again: "
                                + TrustMessages.sourceMissing(trust).message()));
    }

    private static TrustDecision repair(
            VerifiedTrust trust,
            CacertsWrite write,
            IntermediateSource issuer,
            CaDefect defect,
            String broken,
            List<CaCertificate> needed) {
        if (trust.istiod() instanceof IstiodRoots.Unreadable) {
            return TrustMessages.publishedRootsUnreadable();
        }
        if (trust.istiod() instanceof IstiodRoots.Running running
                && !running.roots().get(0).equals(issuer.root())
                && !(running.roots().contains(issuer.root()) && mayGoOn(trust, issuer, defect))) {
            return TrustMessages.runsOnOtherRoot(
                    trust,
                    running,
                    broken + "; it is not made again from root " + issuer.root().describe());
        }
        return base(trust, issuer, defect)
                .map(bundle -> write.issue(
                        issuer,
                        bundle.grow(needed),
                        defect == CaDefect.Expired ? "renewal" : "repair: " + defect,
                        Finding.no(defect, broken + ". It is being made again")))
                .orElseGet(() -> TrustDecision.refuse(
                        defect,
                        broken + ". It is not made again, for nothing shows that it stood on the issuer's root "
                                + issuer.root().describe() + "; if it did, delete Secret cacerts"));
    }

    /**
     * In a bundle of several roots: whether the issuer's is the one that was signed under. Once the intermediate has
     * expired, so has every certificate under it, and any root of the bundle is better than none.
     */
    private static boolean mayGoOn(VerifiedTrust trust, IntermediateSource issuer, CaDefect defect) {
        return trust.bundle().roots().contains(issuer.root())
                && (defect == CaDefect.Expired || isSignedBy(trust, issuer));
    }

    private static boolean isSignedBy(VerifiedTrust trust, IntermediateSource issuer) {
        return CaCertificate.readLenient(trust.cacertsData().getOrDefault(Cacerts.CA_CERT, NOTHING)).stream()
                .anyMatch(signing -> signing.isSignedBy(issuer.certificate()));
    }

    /** The bundle to go on from: what stands there if it stood on the issuer's root, else what istiod runs on. */
    private static Optional<TrustBundle> base(VerifiedTrust trust, IntermediateSource issuer, CaDefect defect) {
        TrustBundle present = trust.bundle();
        boolean presentIsOurs = !present.roots().isEmpty()
                && (present.roots().get(0).equals(issuer.root()) || mayGoOn(trust, issuer, defect));
        if (presentIsOurs && present.isClean()) {
            return Optional.of(present);
        }
        if (trust.istiod() instanceof IstiodRoots.Running running) {
            return Optional.of(running.bundle().grow(presentIsOurs ? present.roots() : List.of()));
        }
        if (presentIsOurs) {
            return Optional.of(TrustBundle.of(present.roots()));
        }
        return present.roots().isEmpty() && isSignedBy(trust, issuer)
                ? Optional.of(TrustBundle.of(List.of(issuer.root())))
                : Optional.empty();
    }
}
