package io.meshfed.reconcile;

import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.apply.Outcome;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The objects of one custom resource that are not as wanted, as far as its users must know. */
public final class Outcomes {
    /** Every object is as wanted. */
    public static final Outcomes NONE = new Outcomes(List.of());

    private final List<Outcome.Obstacle> obstacles;

    private Outcomes(List<Outcome.Obstacle> obstacles) {
        this.obstacles = List.copyOf(obstacles);
    }

    /** The outcome for one object. */
    public static Outcomes of(Outcome outcome) {
        return outcome instanceof Outcome.Obstacle obstacle ? new Outcomes(List.of(obstacle)) : NONE;
    }

    /** The outcomes of a stream, in its order. */
    public static Collector<Outcome, ?, Outcomes> collect() {
        return Collectors.collectingAndThen(
                Collectors.toList(),
                all -> new Outcomes(all.stream()
                        .filter(Outcome.Obstacle.class::isInstance)
                        .map(Outcome.Obstacle.class::cast)
                        .toList()));
    }

    /** These outcomes, followed by others. */
    public Outcomes and(Outcomes more) {
        return new Outcomes(
                Stream.concat(obstacles.stream(), more.obstacles.stream()).toList());
    }

    /**
     * The condition Conflict that names every obstacle, with the reason of the first one that needs action, or else of the first
     * one; empty if there is none.
     */
    public Optional<Condition> conflict() {
        return obstacles.stream()
                .min(Comparator.comparing(o -> o instanceof Outcome.WebhookTimeout))
                .map(first -> Condition.yes(
                        ConditionType.Conflict,
                        first.reason(),
                        obstacles.stream().map(Outcome.Obstacle::message).collect(Collectors.joining("; "))));
    }

    /** Whether everything is as wanted. */
    public boolean clear() {
        return obstacles.isEmpty();
    }

    /** When to reconcile again although nothing changed. */
    public Optional<Duration> again() {
        return obstacles.stream().map(Outcome.Obstacle::retryAfter).min(Comparator.naturalOrder());
    }
}
