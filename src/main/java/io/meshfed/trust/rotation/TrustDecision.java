package io.meshfed.trust.rotation;

import io.meshfed.api.condition.Reason;
import io.meshfed.trust.world.Finding;
import java.time.Instant;
import java.util.Optional;

/**
 * What to do about one {@code cacerts} and what to report about it. The report has no type of condition: the planner of this
 * mesh makes it {@code TrustReady}, the planner of a remote {@code CacertsIssued}.
 *
 * @param action the one thing to write, or nothing
 * @param finding state, reason and message; about what was observed, not about {@code action}
 * @param wakeAt when to plan again even if nothing else happens
 * @param rotation the progress of a rotation; empty: there is none
 */
public record TrustDecision(
        TrustAction action, Finding finding, Optional<Instant> wakeAt, Optional<RotationProgress> rotation) {

    /** Writes nothing. */
    public static TrustDecision leave(Finding finding) {
        return act(new TrustAction.Leave(), finding);
    }

    public static TrustDecision act(TrustAction action, Finding finding) {
        return new TrustDecision(action, finding, Optional.empty(), Optional.empty());
    }

    /** Writes nothing because of a problem. */
    public static TrustDecision refuse(Reason reason, String message) {
        return leave(Finding.no(reason, message));
    }

    public boolean writes() {
        return !(action instanceof TrustAction.Leave);
    }

    public TrustDecision wakingAt(Instant moment) {
        return new TrustDecision(action, finding, Optional.of(moment), rotation);
    }

    TrustDecision rotating(RotationProgress progress) {
        return new TrustDecision(action, finding, wakeAt, Optional.of(progress));
    }
}
