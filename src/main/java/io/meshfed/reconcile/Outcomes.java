package io.meshfed.reconcile;

import io.meshfed.api.condition.Condition;
import io.meshfed.apply.Outcome;
import io.meshfed.status.Conditions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What became of the objects of one custom resource, as far as its users must know. */
public final class Outcomes {
    private final List<Outcome.Obstacle> obstacles = new ArrayList<>();

    /** Takes note of one object. */
    public void add(Outcome outcome) {
        if (outcome instanceof Outcome.Obstacle obstacle) {
            obstacles.add(obstacle);
        }
    }

    /**
     * The Conflict condition that names every obstacle, under the reason of the first on which somebody must act, or else
     * of the first; empty if there is none.
     */
    public Optional<Condition> conflict() {
        return obstacles.stream()
                .min(Comparator.comparing(o -> o instanceof Outcome.WebhookTimeout))
                .map(first -> Condition.yes(
                        Conditions.CONFLICT,
                        first.reason().name(),
                        obstacles.stream().map(Outcome.Obstacle::message).collect(Collectors.joining("; "))));
    }

    /** Whether everything is as it should be. */
    public boolean clear() {
        return obstacles.isEmpty();
    }

    /** When to look again although nothing was heard. */
    public Optional<Duration> again() {
        return obstacles.stream().map(Outcome.Obstacle::retryAfter).min(Comparator.naturalOrder());
    }
}
