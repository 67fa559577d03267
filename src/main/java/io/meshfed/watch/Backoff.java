package io.meshfed.watch;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses that double from half a second up to a cap, with a fifth of jitter so that many watches do not knock at once. */
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(500);

    private final Duration cap;
    private int attempts;

    Backoff(Duration cap) {
        this.cap = cap;
    }

    Duration next() {
        long millis = Math.min(cap.toMillis(), FIRST.toMillis() << Math.min(attempts, 16));
        attempts++;
        return Duration.ofMillis((long) (millis * ThreadLocalRandom.current().nextDouble(0.8, 1.0)));
    }

    void reset() {
        attempts = 0;
    }
}
