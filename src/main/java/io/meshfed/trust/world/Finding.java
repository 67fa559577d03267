package io.meshfed.trust.world;

import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.Reason;

/**
 * A condition without its type. The same finding is {@code TrustReady} of the
 * MeshFederation for this mesh's own Secret and {@code CacertsIssued} of the RemoteMesh for one that is issued for
 * another mesh, so the type is added
 * where the plan is made.
 *
 * @param state True, False or Unknown
 * @param reason why
 * @param message what the operator observed, and the remedy where the user must act
 */
public record Finding(Condition.State state, Reason reason, String message) {

    /** A finding that is true. */
    public static Finding yes(Reason reason, String message) {
        return new Finding(Condition.State.True, reason, message);
    }

    /** A finding that is false. */
    public static Finding no(Reason reason, String message) {
        return new Finding(Condition.State.False, reason, message);
    }

    /** A finding of which nothing was observed. */
    public static Finding unknown(Reason reason, String message) {
        return new Finding(Condition.State.Unknown, reason, message);
    }

    /** Whether the state is True. */
    public boolean holds() {
        return state == Condition.State.True;
    }

    /** The same state and reason with another message. */
    public Finding withMessage(String text) {
        return new Finding(state, reason, text);
    }

    /** The draft of a condition of this type. */
    public Condition as(ConditionType type) {
        return Condition.of(type, state, reason, message);
    }
}
