package io.meshfed.apply;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next attempt at an object: from a second to thirty, doubling with each failure, with a fifth of
 * jitter, for what made many fail at once made them fail at the same moment.
 */
public final class Attempts {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** Of objects that are gone nobody tells; what is forgotten costs an attempt that comes early. */
    private static final int MOST = 50_000;

    private final Map<String, Duration> waits = new ConcurrentHashMap<>();

    /** An attempt failed; how long to wait. */
    public Duration failed(String key) {
        if (waits.size() >= MOST) {
            waits.clear();
        }
        Duration wait = waits.merge(key, FIRST, (last, first) -> {
            Duration doubled = last.multipliedBy(2);
            return doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
        });
        return Duration.ofMillis(
                (long) (wait.toMillis() * ThreadLocalRandom.current().nextDouble(0.8, 1.0)));
    }

    /** An attempt succeeded, or none is made any more: the next failure is a first one. */
    public void succeeded(String key) {
        waits.remove(key);
    }
}
