package io.meshfed.reconcile;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** When to reconcile a resource again although nothing changed. */
public final class Reschedule {
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** Longer timers are not needed: JOSDK reconciles each resource once an hour. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private Reschedule() {}

    /** The wait until a second after a moment, because a certificate is still valid at its notAfter; at most an hour. */
    public static Duration until(Instant moment, Clock clock) {
        Duration left = Duration.between(clock.instant(), moment);
        Duration wait = left.isNegative() ? SHORTEST : left.plus(SHORTEST);
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }

    /** The shortest of some waits; empty if there is none. */
    @SafeVarargs
    public static Optional<Duration> earliest(Optional<Duration>... waits) {
        return Stream.of(waits).flatMap(Optional::stream).min(Comparator.naturalOrder());
    }
}
