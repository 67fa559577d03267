package io.meshfed.testbed.live;

import java.time.Duration;
import java.time.Instant;

/** When the steps of a start were reached. */
final class Timeline {
    private static final double MILLIS_PER_SECOND = 1000;

    private final Instant start = Instant.now();
    private final StringBuilder steps = new StringBuilder();

    synchronized void reached(String step) {
        double seconds = Duration.between(start, Instant.now()).toMillis() / MILLIS_PER_SECOND;
        steps.append(steps.isEmpty() ? "" : ", ").append(String.format("%s at %.1f s", step, seconds));
    }

    @Override
    public synchronized String toString() {
        return steps.toString();
    }
}
