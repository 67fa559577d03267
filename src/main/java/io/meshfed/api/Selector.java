package io.meshfed.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Kubernetes label selector; all of its terms must match, and an empty one matches everything. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Selector(
        @JsonPropertyDescription("Labels that an object must have, each with exactly this value.")
                @Size(max = 16)
                @ValidationRule(value = Selector.KEYS_RULE, message = Selector.KEYS_MESSAGE)
                Map<String, @Pattern(Selector.LABEL_VALUE) @Size(max = 63) String> matchLabels,
        @JsonPropertyDescription("Label expressions, all of which must match.") @Size(max = 16)
                List<Requirement> matchExpressions) {

    /** What a label's value looks like. */
    static final String LABEL_VALUE = "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$";

    /** What a label's or annotation's key looks like: {@code [DNS prefix/]name}. */
    static final String LABEL_KEY = "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";

    static final String KEYS_RULE = "self.all(key, key.size() <= 317 && key.matches('" + LABEL_KEY + "'))";
    static final String KEYS_MESSAGE =
            "every key must be a label key: name or prefix/name, where name has at most 63 letters, digits, '-', '_' and '.'";

    /** The selector that matches everything. */
    public static final Selector EVERYTHING = new Selector(Map.of(), List.of());

    public Selector(@Nullable Map<String, String> matchLabels, @Nullable List<Requirement> matchExpressions) {
        this.matchLabels = matchLabels == null ? Map.of() : Map.copyOf(matchLabels);
        this.matchExpressions = matchExpressions == null ? List.of() : List.copyOf(matchExpressions);
    }

    /** Whether labels satisfy every term; {@code null} stands for no labels, as Kubernetes metadata has it. */
    public boolean matches(@Nullable Map<String, String> labels) {
        Map<String, String> present = labels == null ? Map.of() : labels;
        return matchLabels.entrySet().stream().allMatch(e -> e.getValue().equals(present.get(e.getKey())))
                && matchExpressions.stream().allMatch(r -> r.matches(present));
    }

    /** One expression of a selector. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @ValidationRule(
            value =
                    "self.operator in ['In', 'NotIn'] ? has(self.values) && size(self.values) > 0 : !has(self.values) || size(self.values) == 0",
            message = "operator In or NotIn requires values; with operator Exists or DoesNotExist, remove values")
    public record Requirement(
            @JsonPropertyDescription("Label key: name or prefix/name.")
                    @Required
                    @Pattern(Selector.LABEL_KEY)
                    @Size(min = 1, max = 317)
                    String key,
            @JsonPropertyDescription(
                            "How the label is compared. In: its value is one of values. NotIn: it is absent, or its value is not one of values. Exists: it is present. DoesNotExist: it is absent.")
                    @Required
                    Operator operator,
            @JsonPropertyDescription(
                            "Label values. Required for In and NotIn; not allowed for Exists and DoesNotExist.")
                    @Size(max = 64)
                    List<@Pattern(Selector.LABEL_VALUE) @Size(max = 63) String> values) {

        public Requirement(String key, Operator operator, @Nullable List<String> values) {
            this.key = key;
            this.operator = operator;
            this.values = values == null ? List.of() : List.copyOf(values);
        }

        boolean matches(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case In -> value != null && values.contains(value);
                case NotIn -> value == null || !values.contains(value);
                case Exists -> value != null;
                case DoesNotExist -> value == null;
            };
        }
    }

    /** How a requirement compares. */
    public enum Operator {
        In,
        NotIn,
        Exists,
        DoesNotExist
    }
}
