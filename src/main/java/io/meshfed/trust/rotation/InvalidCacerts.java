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
 * A {@code cacerts} of the operator that does not verify: issues it again if there is evidence that this mesh used the
 * issuer's root. The roots in it are kept.
 */
public final class InvalidCacerts {
    private static final byte[] NOTHING = {};

    private InvalidCacerts() {}

    static TrustDecision decide(VerifiedTrust trust, CacertsWrite write, Verified.Invalid<Cacerts> invalid) {
        return decide(trust, write, invalid, List.of());
    }

    /** @param needed roots that the new {@code cacerts} must have */
    public static TrustDecision decide(
            VerifiedTrust trust, CacertsWrite write, Verified.Invalid<Cacerts> invalid, List<CaCertificate> needed) {
        String problem = "Secret cacerts: " + invalid.message();
        if (invalid.defect() == CaDefect.NotYetValid) {
            // Most likely the operator's own clock is wrong, and a new certificate would be no better.
            return TrustDecision.refuse(invalid.defect(), problem);
        }
        if (trust.issuer() instanceof Verified.Invalid<IntermediateSource> issuer) {
            return TrustDecision.refuse(
                    invalid.defect(),
                    problem + ". It cannot be issued again: " + TrustMessages.issuerInvalid(trust, issuer));
        }
        return trust.issuer()
                .valid()
                .map(issuer -> repair(trust, write, issuer, invalid.defect(), problem, needed))
                .orElseGet(() -> TrustDecision.refuse(
                        invalid.defect(),
                        problem + ". It cannot be issued again: "
                                + TrustMessages.sourceMissing(trust).message()));
    }

    private static TrustDecision repair(
            VerifiedTrust trust,
            CacertsWrite write,
            IntermediateSource issuer,
            CaDefect defect,
            String problem,
            List<CaCertificate> needed) {
        if (trust.istiod() instanceof IstiodRoots.Unreadable) {
            return TrustMessages.publishedRootsUnreadable();
        }
        if (trust.istiod() instanceof IstiodRoots.Running running
                && !running.roots().get(0).equals(issuer.root())
                && !(running.roots().contains(issuer.root()) && wasOnRootOf(trust, issuer, defect))) {
            return TrustMessages.runsOnOtherRoot(
                    trust,
                    running,
                    problem + "; the operator does not issue it again from root "
                            + issuer.root().describe());
        }
        return base(trust, issuer, defect)
                .map(bundle -> write.issue(
                        issuer,
                        bundle.grow(needed),
                        defect == CaDefect.Expired ? "renewal" : "repair: " + defect,
                        Finding.no(defect, problem + ". The operator is issuing it again")))
                .orElseGet(() -> TrustDecision.refuse(
                        defect,
                        problem
                                + ". The operator does not issue it again, because nothing shows that this Secret was issued"
                                + " under the issuer's root "
                                + issuer.root().describe() + "; if it was, delete the Secret"));
    }

    /**
     * Whether this mesh signed under the issuer's root, where the bundle has several. If the intermediate has expired, all
     * certificates under it have, so that any root of the bundle is good enough.
     */
    private static boolean wasOnRootOf(VerifiedTrust trust, IntermediateSource issuer, CaDefect defect) {
        return trust.bundle().roots().contains(issuer.root())
                && (defect == CaDefect.Expired || isSignedBy(trust, issuer));
    }

    private static boolean isSignedBy(VerifiedTrust trust, IntermediateSource issuer) {
        return CaCertificate.readLenient(trust.cacertsData().getOrDefault(Cacerts.CA_CERT, NOTHING)).stream()
                .anyMatch(signing -> signing.isSignedBy(issuer.certificate()));
    }

    /** The bundle of the new {@code cacerts}: the present one if it is on the issuer's root, or else istiod's. */
    private static Optional<TrustBundle> base(VerifiedTrust trust, IntermediateSource issuer, CaDefect defect) {
        TrustBundle present = trust.bundle();
        boolean presentIsOurs = !present.roots().isEmpty()
                && (present.roots().get(0).equals(issuer.root()) || wasOnRootOf(trust, issuer, defect));
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
