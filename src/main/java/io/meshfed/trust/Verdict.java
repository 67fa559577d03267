package io.meshfed.trust;

import io.meshfed.api.Condition;
import java.time.Instant;
import java.util.Optional;

/** What to write, what to say, when to look again, and where a rotation stands. */
record Verdict(TrustAction action, Condition ready, Optional<Instant> wakeAt, Optional<Progress> rotation) {

    static Verdict leave(Condition ready) {
        return act(new TrustAction.Leave(), ready);
    }

    static Verdict act(TrustAction action, Condition ready) {
        return new Verdict(action, ready, Optional.empty(), Optional.empty());
    }

    static Verdict refuse(String reason, String message) {
        return leave(Condition.no(TrustPlan.TRUST_READY, reason, message));
    }

    static Verdict refuse(Flaw flaw, String message) {
        return refuse(flaw.name(), message);
    }

    boolean writes() {
        return !(action instanceof TrustAction.Leave);
    }

    Verdict wakingAt(Instant moment) {
        return new Verdict(action, ready, Optional.of(moment), rotation);
    }

    Verdict rotating(Progress progress) {
        return new Verdict(action, ready, wakeAt, Optional.of(progress));
    }
}
