package io.meshfed.trust;

import io.meshfed.api.Condition;
import java.util.List;
import java.util.Optional;

/**
 * Trust of type Managed, and a {@code cacerts} of ours that does not verify: made again, if there is evidence that the
 * mesh stands on the issuer's root. Its roots stay.
 */
final class BrokenCacerts {
    private static final byte[] NOTHING = {};

    private BrokenCacerts() {}

    static Verdict judge(Picture picture, CacertsWrite write, Reading.Flawed<Cacerts> flawed) {
        String broken = "Secret cacerts: " + flawed.message();
        if (flawed.flaw() == Flaw.NotYetValid) {
            // Our own clock is the likeliest culprit, and a certificate made by it would be no better.
            return Verdict.refuse(flawed.flaw(), broken);
        }
        if (picture.issuer() instanceof Reading.Flawed<Issuer> issuer) {
            return Verdict.refuse(
                    flawed.flaw(), broken + ". It cannot be made again: " + Sentences.issuerFlawed(picture, issuer));
        }
        return picture.issuer()
                .sound()
                .map(issuer -> repair(picture, write, issuer, flawed.flaw(), broken))
                .orElseGet(() -> Verdict.refuse(
                        flawed.flaw(), broken + ". It cannot be made again: " + Sentences.issuerMissing(picture)));
    }

    private static Verdict repair(Picture picture, CacertsWrite write, Issuer issuer, Flaw flaw, String broken) {
        if (picture.istiod() instanceof IstiodRoots.Unreadable) {
            return Sentences.publishedRootsUnreadable();
        }
        if (picture.istiod() instanceof IstiodRoots.Running running
                && !running.roots().get(0).equals(issuer.root())) {
            return Sentences.runsOnOtherRoot(
                    running,
                    broken + "; it is not made again from root " + issuer.root().describe());
        }
        return base(picture, issuer)
                .map(bundle -> write.issue(
                        issuer,
                        bundle,
                        flaw == Flaw.Expired ? "renewal" : "repair: " + flaw,
                        Condition.no(TrustPlan.TRUST_READY, flaw.name(), broken + ". It is being made again")))
                .orElseGet(() -> Verdict.refuse(
                        flaw,
                        broken + ". It is not made again, for nothing shows that it stood on the issuer's root "
                                + issuer.root().describe() + "; if it did, delete Secret cacerts"));
    }

    /** The bundle to go on from: what stands there if it begins with the issuer's root, else what istiod runs on. */
    private static Optional<TrustBundle> base(Picture picture, Issuer issuer) {
        TrustBundle present = picture.bundle();
        boolean presentIsOurs =
                !present.roots().isEmpty() && present.roots().get(0).equals(issuer.root());
        if (presentIsOurs && present.isClean()) {
            return Optional.of(present);
        }
        if (picture.istiod() instanceof IstiodRoots.Running running) {
            return Optional.of(running.bundle().grow(presentIsOurs ? present.roots() : List.of()));
        }
        if (presentIsOurs) {
            return Optional.of(TrustBundle.of(present.roots()));
        }
        boolean signedByIssuer =
                CaCertificate.readLenient(picture.cacertsData().getOrDefault(Cacerts.CA_CERT, NOTHING)).stream()
                        .anyMatch(signing -> signing.isSignedBy(issuer.certificate()));
        return present.roots().isEmpty() && signedByIssuer
                ? Optional.of(TrustBundle.of(List.of(issuer.root())))
                : Optional.empty();
    }
}
