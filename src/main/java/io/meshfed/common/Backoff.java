package io.meshfed.common;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses between attempts at one thing. Each is twice the one before, up to a cap, less a random part of up to a fifth. */
public final class Backoff {
    private static final double SHORTEST_PART = 0.8;

    private final Duration first;
    private final Duration cap;
    private Duration pause = Duration.ZERO;

    /**
     * @param first the pause after the first failure
     * @param cap the longest pause
     */
    public Backoff(Duration first, Duration cap) {
        this.first = first;
        this.cap = cap;
    }

    /** An attempt failed: how long to wait before the next one. */
    public synchronized Duration next() {
        Duration longer = pause.isZero() ? first : pause.multipliedBy(2);
        pause = longer.compareTo(cap) > 0 ? cap : longer;
        return Duration.ofMillis(
                (long) (pause.toMillis() * ThreadLocalRandom.current().nextDouble(SHORTEST_PART, 1.0)));
    }

    /** An attempt succeeded: the next failure counts as the first. */
    public synchronized void reset() {
        pause = Duration.ZERO;
    }
}
