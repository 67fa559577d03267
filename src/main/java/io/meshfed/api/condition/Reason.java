package io.meshfed.api.condition;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Why a condition has its status. The name of the constant is the reason in the status. */
public sealed interface Reason
        permits CaDefect,
                ConnectionReason,
                FederationReason,
                ImportReason,
                KubeconfigReason,
                ObjectReason,
                RemoteReason,
                SummaryReason,
                TrustReason {

    /** What happens next to a condition that reports a problem with this reason. */
    enum Outlook {
        /** No problem, or a state that the user chose. */
        GOOD,
        /** The problem is expected to pass without help: the resource is Reconciling. */
        PASSES,
        /** The user must act: the resource is Stalled. */
        NEEDS_ACTION
    }

    /**
     * What the reason means on some conditions.
     *
     * @param meaning what the operator observed, in Markdown; links are relative to {@code docs/}
     * @param remedy what the user does, in the same form; for a reason that passes: what to check if it lasts; empty where
     *     there is nothing to do
     * @param conditions the conditions that may have the reason with this meaning, at least one; the reference explains it
     *     at the first one
     */
    record Explanation(String meaning, String remedy, List<ConditionType> conditions) {
        /** Needs at least one condition. */
        public Explanation {
            if (conditions.isEmpty()) {
                throw new IllegalArgumentException("no condition has this reason: " + meaning);
            }
            conditions = List.copyOf(conditions);
        }

        static Explanation means(String meaning, String remedy, ConditionType... conditions) {
            return new Explanation(meaning, remedy, List.of(conditions));
        }
    }

    /** The word in the status. */
    String name();

    /** How {@code status} treats a problem with this reason. */
    Outlook outlook();

    /** Meaning and remedy: one explanation, or one for each condition where they differ. */
    List<Explanation> explanations();

    /** All conditions that may have this reason. */
    default Set<ConditionType> conditions() {
        Set<ConditionType> conditions = EnumSet.noneOf(ConditionType.class);
        explanations().forEach(explanation -> conditions.addAll(explanation.conditions()));
        return conditions;
    }
}
