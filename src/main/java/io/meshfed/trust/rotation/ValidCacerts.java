package io.meshfed.trust.rotation;

import io.meshfed.api.Durations;
import io.meshfed.api.Trust;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.CertificateTrouble;
import io.meshfed.trust.cacerts.DeliveredIntermediate;
import io.meshfed.trust.cacerts.IntermediateSource;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.cacerts.Renewal;
import io.meshfed.trust.crl.Revocation;
import io.meshfed.trust.world.Finding;
import io.meshfed.trust.world.PeerRootStatus;
import io.meshfed.trust.world.RootHistory;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.KeyAlgorithms;
import io.meshfed.trust.x509.Verified;
import java.util.Optional;

/** A {@code cacerts} of ours that verifies: renewed when due, its bundle kept in step. */
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
        RootHistory history = RootHistory.of(trust, cacerts);
        PeerRootStatus peers = new PeerRootStatus(trust);
        this.steps = new BundleSteps(trust, write, revocation, cacerts, history, peers);
        this.rotation = new Rotation(trust, write, revocation, cacerts, history, peers, steps);
        Renewal due =
                Renewal.of(cacerts, Durations.parse(trust.spec().intermediate().renewBefore()));
        // cert-manager renews by itself at that moment.
        this.renewal = trust.spec().type() == Trust.Type.CertManager ? due.overdue() : due;
    }

    TrustDecision judge() {
        return action().wakingAt(renewal.nextLook(trust.now()));
    }

    private TrustDecision action() {
        if (trust.issuer() instanceof Verified.Invalid<IntermediateSource> invalid) {
            return steps.next(Finding.no(
                    invalid.defect(),
                    TrustMessages.issuerInvalid(trust, invalid) + ". The present cacerts stays in force until "
                            + cacerts.notAfter()));
        }
        return trust.issuer().valid().map(this::withIssuer).orElseGet(this::withoutIssuer);
    }

    /** A root key kept offline is good practice, so peers' roots come and go without it. */
    private TrustDecision withoutIssuer() {
        CertificateTrouble missing = TrustMessages.sourceMissing(trust);
        String text = missing.message() + ". The present cacerts is in force until " + cacerts.notAfter()
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
            return new RenewalDuringRotation(trust, write, cacerts, renewal).judge(rotation.judge(source));
        }
        return source instanceof Issuer issuer ? signing(issuer) : taking((DeliveredIntermediate) source);
    }

    private TrustDecision taking(DeliveredIntermediate delivered) {
        Finding observed = TrustMessages.observed(cacerts, trust);
        boolean another = !delivered.path().equals(cacerts.path());
        if (another && renews(delivered)) {
            return write.issue(delivered, trust.bundle(), "renewal by cert-manager", observed);
        }
        Finding said = observed.holds() ? undelivered().orElse(observed) : observed;
        return steps.next(another ? withStale(delivered, said) : said);
    }

    /**
     * The Secret may be older than what is in force: it outlives the Certificate, which a mesh that was Managed meanwhile
     * takes up again, and it may come out of a backup.
     */
    private boolean renews(DeliveredIntermediate delivered) {
        return !delivered.signing().notBefore().isBefore(cacerts.signing().notBefore())
                || (renewal.isDue(trust.now()) && delivered.notAfter().isAfter(cacerts.notAfter()));
    }

    private static Finding withStale(DeliveredIntermediate delivered, Finding said) {
        String text = said.message() + ". What cert-manager issued, "
                + delivered.signing().describe()
                + ", is older than that and is not taken; its next renewal is, or what it"
                + " issues at once if you delete the Certificate's Secret";
        return said.withMessage(text);
    }

    /** What keeps cert-manager from renewing: of interest as long as all is well, and a fault when there is no time left. */
    private Optional<Finding> undelivered() {
        boolean overdue = renewal.isDue(trust.now());
        return trust.world()
                .certificateTrouble()
                .or(() -> overdue
                        ? Optional.of(new CertificateTrouble(
                                TrustReason.CertificateNotReady,
                                "cert-manager should have renewed the intermediate by now; look at its log"))
                        : Optional.empty())
                .map(trouble -> {
                    String text = trouble.message() + ". The present cacerts is in force until " + cacerts.notAfter();
                    return overdue ? Finding.no(trouble.reason(), text) : Finding.yes(trouble.reason(), text);
                });
    }

    private TrustDecision signing(Issuer issuer) {
        Finding observed = TrustMessages.observed(cacerts, trust);
        Optional<String> why = whyIssue(issuer);
        if (why.isPresent()) {
            return write.issue(issuer, trust.bundle(), why.get(), observed);
        }
        if (observed.holds() && renewal.isDue(trust.now())) {
            return steps.next(Finding.no(
                    TrustReason.IssuerExpiring,
                    "cacerts ends at " + cacerts.notAfter() + " and a renewal would bring nothing: its issuer "
                            + issuer.certificate().describe() + " ends at " + issuer.notAfter()
                            + "; renew the issuer"));
        }
        return steps.next(observed);
    }

    private Optional<String> whyIssue(Issuer issuer) {
        if (renewal.isDue(trust.now()) && renewal.gains(write.nextNotAfter(issuer))) {
            return Optional.of("renewal");
        }
        if ((cacerts.path().size() < 2 || !cacerts.path().get(1).equals(issuer.certificate()))
                && revocation.settled(issuer.certificate())) {
            return Optional.of("the issuer has another certificate under the same root");
        }
        return revocation.keyToKeep().isPresent()
                        || KeyAlgorithms.matches(
                                cacerts.signing(), trust.spec().intermediate().keyAlgorithm())
                ? Optional.empty()
                : Optional.of(
                        "keyAlgorithm is now " + trust.spec().intermediate().keyAlgorithm());
    }
}
