package io.meshfed.trust;

import io.meshfed.api.Condition;
import java.time.Instant;
import java.util.Optional;

/** What to write, what to say, and when to look again. */
record Verdict(TrustAction action, Condition ready, Optional<Instant> wakeAt) {

    static Verdict leave(Condition ready) {
        return new Verdict(new TrustAction.Leave(), ready, Optional.empty());
    }

    static Verdict refuse(String reason, String message) {
        return leave(Condition.no(TrustPlan.TRUST_READY, reason, message));
    }

    static Verdict refuse(Flaw flaw, String message) {
        return refuse(flaw.name(), message);
    }

    Verdict wakingAt(Instant moment) {
        return new Verdict(action, ready, Optional.of(moment));
    }
}
