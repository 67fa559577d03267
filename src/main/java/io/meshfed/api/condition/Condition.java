package io.meshfed.api.condition;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * One condition, in the form of the Kubernetes API conventions. A draft has no {@code lastTransitionTime} and no
 * {@code observedGeneration} yet; {@code status.Conditions} sets both.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
        @JsonPropertyDescription("Type of the condition, in CamelCase.")
                @Required
                @Pattern("^[A-Z][A-Za-z0-9]*$")
                @Size(max = 64)
                String type,
        @JsonPropertyDescription("True, False, or Unknown.") @Required State status,
        @JsonPropertyDescription("Reason of the status, as one CamelCase word.")
                @Required
                @Pattern("^[A-Z][A-Za-z0-9]*$")
                @Size(max = 128)
                String reason,
        @JsonPropertyDescription("What the operator observed, and what to do about it.") @Required @Size(max = 32768)
                String message,
        @JsonPropertyDescription("When status last changed, RFC 3339 in UTC.") @Nullable String lastTransitionTime,
        @JsonPropertyDescription("metadata.generation of the spec that this condition describes.") @Nullable
                Long observedGeneration) {

    /** The status of a condition. */
    public enum State {
        True,
        False,
        Unknown
    }

    /** A draft with the status True. */
    public static Condition yes(ConditionType type, Reason reason, String message) {
        return of(type, State.True, reason, message);
    }

    /** A draft with the status False. */
    public static Condition no(ConditionType type, Reason reason, String message) {
        return of(type, State.False, reason, message);
    }

    /** A draft with the status Unknown: nothing was observed. */
    public static Condition unknown(ConditionType type, Reason reason, String message) {
        return of(type, State.Unknown, reason, message);
    }

    /** A draft. */
    public static Condition of(ConditionType type, State status, Reason reason, String message) {
        return new Condition(type.name(), status, reason.name(), message, null, null);
    }

    /** A draft of another type and status with the reason and the message of this condition. */
    public Condition as(ConditionType otherType, State otherStatus) {
        return new Condition(otherType.name(), otherStatus, reason, message, null, null);
    }

    /** A draft with another message. */
    public Condition withMessage(String otherMessage) {
        return new Condition(type, status, reason, otherMessage, null, null);
    }

    /** Whether the status is True. */
    public boolean holds() {
        return status == State.True;
    }
}
