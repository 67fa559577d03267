package io.meshfed.trust.rotation;

import io.meshfed.api.condition.Reason;
import io.meshfed.trust.world.Finding;
import java.time.Instant;
import java.util.Optional;

/** What to write, what to say, when to look again, and where a rotation stands. */
public record TrustDecision(
        TrustAction action, Finding finding, Optional<Instant> wakeAt, Optional<RotationProgress> rotation) {

    public static TrustDecision leave(Finding finding) {
        return act(new TrustAction.Leave(), finding);
    }

    public static TrustDecision act(TrustAction action, Finding finding) {
        return new TrustDecision(action, finding, Optional.empty(), Optional.empty());
    }

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
