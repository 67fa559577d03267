package io.meshfed.api.condition;

import static io.meshfed.api.condition.Reason.Explanation.means;

import java.util.List;

/** Reasons of {@code Ready} itself. While a condition reports a problem, {@code Ready} has the reason of that problem. */
public enum SummaryReason implements Reason {
    Ready(Outlook.GOOD, means("No condition reports a problem.", "", ConditionType.Ready)),
    ReconcileFailed(
            Outlook.PASSES,
            means(
                    "The last reconciliation failed unexpectedly. The other conditions are those of the last one that succeeded. The"
                            + " operator retries after 1, 2, 4 … 30 seconds.",
                    "Read the operator's log, which has the error with its stack trace.",
                    ConditionType.Ready));

    private final Outlook outlook;
    private final List<Explanation> explanations;

    SummaryReason(Outlook outlook, Explanation... explanations) {
        this.outlook = outlook;
        this.explanations = List.of(explanations);
    }

    @Override
    public Outlook outlook() {
        return outlook;
    }

    @Override
    public List<Explanation> explanations() {
        return explanations;
    }
}
