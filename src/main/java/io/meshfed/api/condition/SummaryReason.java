package io.meshfed.api.condition;

import static io.meshfed.api.condition.Reason.Explanation.means;

import java.util.List;

/** The reason of {@code Ready} while there is no problem; otherwise it has the reason of the problem. */
public enum SummaryReason implements Reason {
    Ready(Outlook.GOOD, means("No condition reports a problem.", "", ConditionType.Ready));

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
