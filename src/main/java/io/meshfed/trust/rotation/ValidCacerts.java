package io.meshfed.trust.rotation;

import io.meshfed.api.Trust;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.CertificateTrouble;
import io.meshfed.trust.cacerts.DeliveredIntermediate;
import io.meshfed.trust.cacerts.IntermediateSource;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.cacerts.Renewal;
import io.meshfed.trust.crl.Revocation;
import io.meshfed.trust.world.Finding;
import io.meshfed.trust.world.PeerRootStatus;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.Verified;
import java.util.Optional;

/** A valid {@code cacerts} that the operator may write: renews it when due, and keeps its bundle up to date. */
final class ValidCacerts {
    private final VerifiedTrust trust;
    private final CacertsWrite write;
    private final Cacerts cacerts;
    private final Renewal renewal;
    private final BundleSteps steps;
    private final Rotation rotation;
    private final Revocation revocation;

    ValidCacerts(VerifiedTrust trust, CacertsWrite write, Revocation revocation, Cacerts cacerts) {
        this.trust = trust;
        this.write = write;
        this.cacerts = cacerts;
        this.revocation = revocation;
        PeerRootStatus peers = new PeerRootStatus(trust);
        this.steps = new BundleSteps(trust, write, revocation, cacerts, peers);
        this.rotation = new Rotation(trust, write, revocation, cacerts, peers, steps);
        Renewal due = Renewal.of(cacerts, trust.spec().intermediate());
        // cert-manager renews by itself when it is due.
        this.renewal = trust.spec().type() == Trust.Type.CertManager ? due.overdue() : due;
    }

    TrustDecision decide() {
        return action().wakingAt(renewal.nextLook(trust.now()));
    }

    private TrustDecision action() {
        if (trust.issuer() instanceof Verified.Invalid<IntermediateSource> invalid) {
            return steps.next(Finding.no(
                    invalid.defect(),
                    TrustMessages.issuerInvalid(trust, invalid) + ". The present cacerts stays in use and expires at "
                            + cacerts.notAfter()));
        }
        return trust.issuer().valid().map(this::withIssuer).orElseGet(this::withoutIssuer);
    }

    /** Keeping the root key offline is good practice, so roots of other meshes are added and removed without it. */
    private TrustDecision withoutIssuer() {
        CertificateTrouble missing = TrustMessages.sourceMissing(trust);
        String text = missing.message() + ". The present cacerts expires at " + cacerts.notAfter()
                + " and cannot be renewed without it";
        Finding observed = TrustMessages.observed(cacerts, trust);
        if (!observed.holds()) {
            return steps.next(observed);
        }
        return steps.next(
                renewal.isDue(trust.now()) ? Finding.no(missing.reason(), text) : Finding.yes(missing.reason(), text));
    }

    private TrustDecision withIssuer(IntermediateSource source) {
        if (!source.root().equals(cacerts.ownRoot())) {
            return new RenewalDuringRotation(trust, write, cacerts, renewal).decide(rotation.decide(source));
        }
        return source instanceof Issuer issuer ? signing(issuer) : delivered((DeliveredIntermediate) source);
    }

    private TrustDecision delivered(DeliveredIntermediate delivered) {
        Finding observed = TrustMessages.observed(cacerts, trust);
        boolean different = !delivered.path().equals(cacerts.path());
        if (different && renews(delivered)) {
            return write.issue(delivered, trust.bundle(), "renewal by cert-manager", observed);
        }
        Finding finding = observed.holds() ? undelivered().orElse(observed) : observed;
        return steps.next(different ? withStale(delivered, finding) : finding);
    }

    /**
     * The Secret may be older than {@code cacerts}: it outlives the Certificate, so a mesh that was Managed in the meantime
     * finds it again, and it may be restored from a backup.
     */
    private boolean renews(DeliveredIntermediate delivered) {
        return !delivered.signing().notBefore().isBefore(cacerts.signing().notBefore())
                || (renewal.isDue(trust.now()) && delivered.notAfter().isAfter(cacerts.notAfter()));
    }

    private static Finding withStale(DeliveredIntermediate delivered, Finding finding) {
        return finding.withMessage(finding.message() + ". The Certificate's Secret holds "
                + delivered.signing().describe()
                + ", which is older than the intermediate in cacerts and is not used. The operator uses the next one that cert-manager issues;"
                + " to get it at once, delete the Certificate's Secret");
    }

    /** What keeps cert-manager from renewing: a remark while there is time, and a problem once the renewal is overdue. */
    private Optional<Finding> undelivered() {
        boolean overdue = renewal.isDue(trust.now());
        return trust.world()
                .certificateTrouble()
                .or(() -> overdue
                        ? Optional.of(new CertificateTrouble(
                                TrustReason.CertificateNotReady,
                                "cert-manager has not renewed the intermediate in time; check the log of cert-manager"))
                        : Optional.empty())
                .map(trouble -> {
                    String text = trouble.message() + ". The present cacerts expires at " + cacerts.notAfter();
                    return overdue ? Finding.no(trouble.reason(), text) : Finding.yes(trouble.reason(), text);
                });
    }

    private TrustDecision signing(Issuer issuer) {
        Finding observed = TrustMessages.observed(cacerts, trust);
        Optional<String> why = ReissuePolicy.OWN.whyReissue(cacerts, issuer, settings(issuer));
        if (why.isPresent()) {
            return write.issue(issuer, trust.bundle(), why.get(), observed);
        }
        return steps.next(
                observed.holds() && renewal.isDue(trust.now())
                        ? TrustMessages.issuerExpiring("cacerts", cacerts, issuer)
                        : observed);
    }

    private ReissuePolicy.Settings settings(Issuer issuer) {
        return new ReissuePolicy.Settings(
                trust.now(),
                renewal,
                write.nextNotAfter(issuer),
                trust.spec().intermediate().keyAlgorithm(),
                revocation.keyToKeep().isPresent(),
                revocation.maySign(issuer.certificate()),
                trust.world().cacerts().map(PresentCacerts::origin).orElse(PresentCacerts.Origin.OURS));
    }
}
