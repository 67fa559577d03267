package io.meshfed.trust.rotation;

import io.meshfed.api.Durations;
import io.meshfed.api.Trust;
import io.meshfed.api.condition.Condition;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.CertificateTrouble;
import io.meshfed.trust.cacerts.DeliveredIntermediate;
import io.meshfed.trust.cacerts.IntermediateSource;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.cacerts.Renewal;
import io.meshfed.trust.crl.Revocation;
import io.meshfed.trust.world.PeerRootStatus;
import io.meshfed.trust.world.Reasons;
import io.meshfed.trust.world.RootHistory;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.KeyAlgorithms;
import io.meshfed.trust.x509.Verified;
import java.util.Optional;

/** A {@code cacerts} of ours that verifies: renewed when due, its bundle kept in step. */
final class SoundCacerts {
    private final VerifiedTrust picture;
    private final CacertsWrite write;
    private final Cacerts cacerts;
    private final Renewal renewal;
    private final BundleSteps steps;
    private final Rotation rotation;
    private final Revocation revocation;

    SoundCacerts(VerifiedTrust picture, CacertsWrite write, Revocation revocation, Cacerts cacerts) {
        this.picture = picture;
        this.write = write;
        this.cacerts = cacerts;
        this.revocation = revocation;
        RootHistory ledger = RootHistory.of(picture, cacerts);
        PeerRootStatus peers = new PeerRootStatus(picture);
        this.steps = new BundleSteps(picture, write, revocation, cacerts, ledger, peers);
        this.rotation = new Rotation(picture, write, revocation, cacerts, ledger, peers, steps);
        Renewal due = Renewal.of(
                cacerts, Durations.parse(picture.spec().intermediate().renewBefore()));
        // cert-manager renews by itself at that moment.
        this.renewal = picture.spec().type() == Trust.Type.CertManager ? due.overdue() : due;
    }

    TrustDecision judge() {
        return action().wakingAt(renewal.nextLook(picture.now()));
    }

    private TrustDecision action() {
        if (picture.issuer() instanceof Verified.Flawed<IntermediateSource> flawed) {
            return steps.next(Condition.no(
                    Reasons.TRUST_READY,
                    flawed.flaw().name(),
                    TrustMessages.issuerFlawed(picture, flawed) + ". The present cacerts stays in force until "
                            + cacerts.notAfter()));
        }
        return picture.issuer().sound().map(this::withIssuer).orElseGet(this::withoutIssuer);
    }

    /** A root key kept offline is good practice, so peers' roots come and go without it. */
    private TrustDecision withoutIssuer() {
        CertificateTrouble missing = TrustMessages.sourceMissing(picture);
        String text = missing.message() + ". The present cacerts is in force until " + cacerts.notAfter()
                + " and cannot be renewed without it";
        Condition observed = TrustMessages.observed(cacerts, picture);
        if (!observed.holds()) {
            return steps.next(observed);
        }
        return steps.next(
                renewal.isDue(picture.now())
                        ? Condition.no(Reasons.TRUST_READY, missing.reason(), text)
                        : Condition.yes(Reasons.TRUST_READY, missing.reason(), text));
    }

    private TrustDecision withIssuer(IntermediateSource source) {
        if (!source.root().equals(cacerts.ownRoot())) {
            return new RenewalDuringRotation(picture, write, cacerts, renewal).judge(rotation.judge(source));
        }
        return source instanceof Issuer issuer ? signing(issuer) : taking((DeliveredIntermediate) source);
    }

    private TrustDecision taking(DeliveredIntermediate delivered) {
        Condition observed = TrustMessages.observed(cacerts, picture);
        boolean another = !delivered.path().equals(cacerts.path());
        if (another && renews(delivered)) {
            return write.issue(delivered, picture.bundle(), "renewal by cert-manager", observed);
        }
        Condition said = observed.holds() ? undelivered().orElse(observed) : observed;
        return steps.next(another ? withStale(delivered, said) : said);
    }

    /**
     * The Secret may be older than what is in force: it outlives the Certificate, which a mesh that was Managed meanwhile
     * takes up again, and it may come out of a backup.
     */
    private boolean renews(DeliveredIntermediate delivered) {
        return !delivered.signing().notBefore().isBefore(cacerts.signing().notBefore())
                || (renewal.isDue(picture.now()) && delivered.notAfter().isAfter(cacerts.notAfter()));
    }

    private static Condition withStale(DeliveredIntermediate delivered, Condition said) {
        String text = said.message() + ". What cert-manager issued, "
                + delivered.signing().describe()
                + ", is older than that and is not taken; its next renewal is, or what it"
                + " issues at once if you delete the Certificate's Secret";
        return said.holds()
                ? Condition.yes(said.type(), said.reason(), text)
                : Condition.no(said.type(), said.reason(), text);
    }

    /** What keeps cert-manager from renewing: of interest as long as all is well, and a fault when there is no time left. */
    private Optional<Condition> undelivered() {
        boolean overdue = renewal.isDue(picture.now());
        return picture.world()
                .certificateTrouble()
                .or(() -> overdue
                        ? Optional.of(new CertificateTrouble(
                                Reasons.CERTIFICATE_NOT_READY,
                                "cert-manager should have renewed the intermediate by now; look at its log"))
                        : Optional.empty())
                .map(trouble -> {
                    String text = trouble.message() + ". The present cacerts is in force until " + cacerts.notAfter();
                    return overdue
                            ? Condition.no(Reasons.TRUST_READY, trouble.reason(), text)
                            : Condition.yes(Reasons.TRUST_READY, trouble.reason(), text);
                });
    }

    private TrustDecision signing(Issuer issuer) {
        Condition observed = TrustMessages.observed(cacerts, picture);
        Optional<String> why = whyIssue(issuer);
        if (why.isPresent()) {
            return write.issue(issuer, picture.bundle(), why.get(), observed);
        }
        if (observed.holds() && renewal.isDue(picture.now())) {
            return steps.next(Condition.no(
                    Reasons.TRUST_READY,
                    Reasons.ISSUER_EXPIRING,
                    "cacerts ends at " + cacerts.notAfter() + " and a renewal would bring nothing: its issuer "
                            + issuer.certificate().describe() + " ends at " + issuer.notAfter()
                            + "; renew the issuer"));
        }
        return steps.next(observed);
    }

    private Optional<String> whyIssue(Issuer issuer) {
        if (renewal.isDue(picture.now()) && renewal.gains(write.nextNotAfter(issuer))) {
            return Optional.of("renewal");
        }
        if ((cacerts.path().size() < 2 || !cacerts.path().get(1).equals(issuer.certificate()))
                && revocation.settled(issuer.certificate())) {
            return Optional.of("the issuer has another certificate under the same root");
        }
        return revocation.keyToKeep().isPresent()
                        || KeyAlgorithms.matches(
                                cacerts.signing(), picture.spec().intermediate().keyAlgorithm())
                ? Optional.empty()
                : Optional.of(
                        "keyAlgorithm is now " + picture.spec().intermediate().keyAlgorithm());
    }
}
