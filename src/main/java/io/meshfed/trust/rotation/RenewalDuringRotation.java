package io.meshfed.trust.rotation;

import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.cacerts.Renewal;
import io.meshfed.trust.world.Finding;
import io.meshfed.trust.world.VerifiedTrust;
import java.util.Optional;

/**
 * Renewal while the issuer has another root than {@code cacerts}. However long the rotation waits, the intermediate under the
 * former root must not expire meanwhile, and only the former issuer can renew it.
 */
final class RenewalDuringRotation {
    private final VerifiedTrust trust;
    private final CacertsWrite write;
    private final Cacerts cacerts;
    private final Renewal renewal;

    RenewalDuringRotation(VerifiedTrust trust, CacertsWrite write, Cacerts cacerts, Renewal renewal) {
        this.trust = trust;
        this.write = write;
        this.cacerts = cacerts;
        this.renewal = renewal;
    }

    /** The next step of the rotation, or a renewal if that step waits and the renewal is due. */
    TrustDecision decide(TrustDecision next) {
        if (next.writes() || !renewal.isDue(trust.now())) {
            return next;
        }
        return former().map(issuer -> renewed(issuer, next)).orElseGet(() -> unrenewed(next));
    }

    private Optional<Issuer> former() {
        return trust.formerIssuer()
                .valid()
                .filter(issuer -> issuer.root().equals(cacerts.ownRoot()))
                .filter(issuer -> renewal.gains(write.nextNotAfter(issuer)));
    }

    private TrustDecision renewed(Issuer issuer, TrustDecision next) {
        TrustDecision renewed = write.issue(issuer, trust.bundle(), "renewal under the former root", next.finding());
        return new TrustDecision(renewed.action(), renewed.finding(), next.wakeAt(), next.rotation());
    }

    private TrustDecision unrenewed(TrustDecision next) {
        Finding waiting = next.finding();
        if (waiting.holds() && endsInTime(next)) {
            return next;
        }
        Finding finding = Finding.no(
                waiting.holds() ? TrustReason.IssuerChanged : waiting.reason(),
                waiting.message() + ". Meanwhile the intermediate expires at " + cacerts.notAfter()
                        + ", and only the former issuer, under root "
                        + cacerts.ownRoot().describe()
                        + ", can renew it: " + remedy());
        return new TrustDecision(next.action(), finding, next.wakeAt(), next.rotation());
    }

    /** Whether the wait for this mesh's own workloads ends before the intermediate expires; later waits are reported then. */
    private boolean endsInTime(TrustDecision next) {
        return next.finding().reason() == TrustReason.Rotating
                && next.rotation()
                        .flatMap(progress -> trust.history().everywhereAt(progress.to()))
                        .filter(cacerts.notAfter()::isAfter)
                        .isPresent();
    }

    private String remedy() {
        return trust.world()
                .before()
                .flatMap(status -> Optional.ofNullable(status.issuer()))
                .filter(name -> !trust.issuerName().equals(Optional.of(name)))
                .map(name -> "put it back into issuer Secret " + name
                        + ", from which the operator renews while the rotation waits")
                .orElse("restore it until the intermediate is renewed, or resolve what the rotation waits for");
    }
}
