package io.meshfed.api.condition;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * One condition, in the form of the Kubernetes API conventions. A draft (from {@code plan} or {@code trust}) has no
 * time and no generation yet; {@code status} stamps both.
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

    /** The three states of a condition. */
    public enum State {
        True,
        False,
        Unknown
    }

    /** A draft that is true. */
    public static Condition yes(ConditionType type, Reason reason, String message) {
        return yes(type.name(), reason.name(), message);
    }

    /** A draft that is false. */
    public static Condition no(ConditionType type, Reason reason, String message) {
        return no(type.name(), reason.name(), message);
    }

    /** A draft of which nothing was observed. */
    public static Condition unknown(ConditionType type, Reason reason, String message) {
        return unknown(type.name(), reason.name(), message);
    }

    /** A draft that is true. */
    public static Condition yes(String type, String reason, String message) {
        return new Condition(type, State.True, reason, message, null, null);
    }

    /** A draft that is false. */
    public static Condition no(String type, String reason, String message) {
        return new Condition(type, State.False, reason, message, null, null);
    }

    /** A draft of which nothing was observed. */
    public static Condition unknown(String type, String reason, String message) {
        return new Condition(type, State.Unknown, reason, message, null, null);
    }

    /** Whether the state is True. */
    public boolean holds() {
        return status == State.True;
    }
}
