package io.meshfed.trust.rotation;

import io.meshfed.api.condition.CaDefect;
import io.meshfed.api.condition.Condition;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.IntermediateSource;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.world.IstiodRoots;
import io.meshfed.trust.world.Reasons;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.Verified;
import java.util.List;
import java.util.Optional;

/**
 * A {@code cacerts} of ours that does not verify: made again, if there is evidence that the mesh stands on the issuer's
 * root. Its roots stay.
 */
public final class BrokenCacerts {
    private static final byte[] NOTHING = {};

    private BrokenCacerts() {}

    public static TrustDecision judge(VerifiedTrust picture, CacertsWrite write, Verified.Flawed<Cacerts> flawed) {
        return judge(picture, write, flawed, List.of());
    }

    /** @param needed roots that must be in what is made again */
    public static TrustDecision judge(
            VerifiedTrust picture, CacertsWrite write, Verified.Flawed<Cacerts> flawed, List<CaCertificate> needed) {
        String broken = "Secret cacerts: " + flawed.message();
        if (flawed.flaw() == CaDefect.NotYetValid) {
            // Our own clock is the likeliest culprit, and a certificate made by it would be no better.
            return TrustDecision.refuse(flawed.flaw(), broken);
        }
        if (picture.issuer() instanceof Verified.Flawed<IntermediateSource> issuer) {
            return TrustDecision.refuse(
                    flawed.flaw(),
                    broken + ". It cannot be made again: " + TrustMessages.issuerFlawed(picture, issuer));
        }
        return picture.issuer()
                .sound()
                .map(issuer -> repair(picture, write, issuer, flawed.flaw(), broken, needed))
                .orElseGet(() -> TrustDecision.refuse(
                        flawed.flaw(),
                        broken + ". It cannot be made again: "
                                + TrustMessages.sourceMissing(picture).message()));
    }

    private static TrustDecision repair(
            VerifiedTrust picture,
            CacertsWrite write,
            IntermediateSource issuer,
            CaDefect flaw,
            String broken,
            List<CaCertificate> needed) {
        if (picture.istiod() instanceof IstiodRoots.Unreadable) {
            return TrustMessages.publishedRootsUnreadable();
        }
        if (picture.istiod() instanceof IstiodRoots.Running running
                && !running.roots().get(0).equals(issuer.root())
                && !(running.roots().contains(issuer.root()) && mayGoOn(picture, issuer, flaw))) {
            return TrustMessages.runsOnOtherRoot(
                    picture,
                    running,
                    broken + "; it is not made again from root " + issuer.root().describe());
        }
        return base(picture, issuer, flaw)
                .map(bundle -> write.issue(
                        issuer,
                        bundle.grow(needed),
                        flaw == CaDefect.Expired ? "renewal" : "repair: " + flaw,
                        Condition.no(Reasons.TRUST_READY, flaw.name(), broken + ". It is being made again")))
                .orElseGet(() -> TrustDecision.refuse(
                        flaw,
                        broken + ". It is not made again, for nothing shows that it stood on the issuer's root "
                                + issuer.root().describe() + "; if it did, delete Secret cacerts"));
    }

    /**
     * In a bundle of several roots: whether the issuer's is the one that was signed under. Once the intermediate has
     * expired, so has every certificate under it, and any root of the bundle is better than none.
     */
    private static boolean mayGoOn(VerifiedTrust picture, IntermediateSource issuer, CaDefect flaw) {
        return picture.bundle().roots().contains(issuer.root())
                && (flaw == CaDefect.Expired || isSignedBy(picture, issuer));
    }

    private static boolean isSignedBy(VerifiedTrust picture, IntermediateSource issuer) {
        return CaCertificate.readLenient(picture.cacertsData().getOrDefault(Cacerts.CA_CERT, NOTHING)).stream()
                .anyMatch(signing -> signing.isSignedBy(issuer.certificate()));
    }

    /** The bundle to go on from: what stands there if it stood on the issuer's root, else what istiod runs on. */
    private static Optional<TrustBundle> base(VerifiedTrust picture, IntermediateSource issuer, CaDefect flaw) {
        TrustBundle present = picture.bundle();
        boolean presentIsOurs = !present.roots().isEmpty()
                && (present.roots().get(0).equals(issuer.root()) || mayGoOn(picture, issuer, flaw));
        if (presentIsOurs && present.isClean()) {
            return Optional.of(present);
        }
        if (picture.istiod() instanceof IstiodRoots.Running running) {
            return Optional.of(running.bundle().grow(presentIsOurs ? present.roots() : List.of()));
        }
        if (presentIsOurs) {
            return Optional.of(TrustBundle.of(present.roots()));
        }
        return present.roots().isEmpty() && isSignedBy(picture, issuer)
                ? Optional.of(TrustBundle.of(List.of(issuer.root())))
                : Optional.empty();
    }
}
