package io.meshfed.trust.rotation;

import io.meshfed.api.condition.CaDefect;
import io.meshfed.api.condition.Condition;
import io.meshfed.trust.world.Reasons;
import java.time.Instant;
import java.util.Optional;

/** What to write, what to say, when to look again, and where a rotation stands. */
public record TrustDecision(
        TrustAction action, Condition ready, Optional<Instant> wakeAt, Optional<RotationProgress> rotation) {

    public static TrustDecision leave(Condition ready) {
        return act(new TrustAction.Leave(), ready);
    }

    public static TrustDecision act(TrustAction action, Condition ready) {
        return new TrustDecision(action, ready, Optional.empty(), Optional.empty());
    }

    public static TrustDecision refuse(String reason, String message) {
        return leave(Condition.no(Reasons.TRUST_READY, reason, message));
    }

    public static TrustDecision refuse(CaDefect flaw, String message) {
        return refuse(flaw.name(), message);
    }

    public boolean writes() {
        return !(action instanceof TrustAction.Leave);
    }

    public TrustDecision wakingAt(Instant moment) {
        return new TrustDecision(action, ready, Optional.of(moment), rotation);
    }

    TrustDecision rotating(RotationProgress progress) {
        return new TrustDecision(action, ready, wakeAt, Optional.of(progress));
    }
}
