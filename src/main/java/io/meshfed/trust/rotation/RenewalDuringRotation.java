package io.meshfed.trust.rotation;

import io.meshfed.api.condition.Reason;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.cacerts.Renewal;
import io.meshfed.trust.world.Finding;
import io.meshfed.trust.world.RootHistory;
import io.meshfed.trust.world.VerifiedTrust;
import java.util.Optional;

/**
 * Renewal while the issuer stands on another root than {@code cacerts}: whoever the way to the new root waits for, the
 * intermediate under the former one must not end meanwhile. Only the former issuer can renew it.
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

    /** The next step of the way, or a renewal if that step is to wait. */
    TrustDecision judge(TrustDecision next) {
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
        Finding said = next.finding();
        if (said.holds() && endsInTime(next)) {
            return next;
        }
        Reason reason = said.holds() ? TrustReason.IssuerChanged : said.reason();
        Finding ready = Finding.no(
                reason,
                said.message() + ". Meanwhile the intermediate ends at " + cacerts.notAfter()
                        + ", and only the former issuer, which stands on "
                        + cacerts.ownRoot().describe()
                        + ", can renew it: " + remedy());
        return new TrustDecision(next.action(), ready, next.wakeAt(), next.rotation());
    }

    /** What is counted here ends before the intermediate does; whatever may come after it is told when it comes. */
    private boolean endsInTime(TrustDecision next) {
        return next.finding().reason().equals(TrustReason.Rotating)
                && next.rotation()
                        .flatMap(way -> RootHistory.of(trust, cacerts).everywhereAt(way.to()))
                        .filter(cacerts.notAfter()::isAfter)
                        .isPresent();
    }

    private String remedy() {
        return trust.world()
                .before()
                .flatMap(status -> Optional.ofNullable(status.issuer()))
                .filter(name -> !trust.issuerName().equals(Optional.of(name)))
                .map(name -> "put it back into issuer Secret " + name + ", from which it is renewed while this waits")
                .orElse("put it back until it has, or end what is waited for");
    }
}
