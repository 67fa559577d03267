package io.meshfed.common;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A {@link Backoff} for each key, such as an object or a remote. */
public final class Backoffs {
    private static final Duration FIRST_WRITE_PAUSE = Duration.ofSeconds(1);
    private static final Duration WRITE_PAUSE_CAP = Duration.ofSeconds(30);

    /** Keys of deleted objects are not removed. When the map is full it is emptied, which costs early attempts only. */
    private static final int MAX_KEYS = 50_000;

    private final Duration first;
    private final Duration cap;
    private final Map<String, Backoff> backoffs = new ConcurrentHashMap<>();

    private Backoffs(Duration first, Duration cap) {
        this.first = first;
        this.cap = cap;
    }

    /** Pauses between attempts to write an object: from a second to thirty. */
    public static Backoffs ofWrites() {
        return new Backoffs(FIRST_WRITE_PAUSE, WRITE_PAUSE_CAP);
    }

    /** An attempt failed: how long to wait before the next one. */
    public Duration failed(String key) {
        if (backoffs.size() >= MAX_KEYS) {
            backoffs.clear();
        }
        return backoffs.computeIfAbsent(key, k -> new Backoff(first, cap)).next();
    }

    /** An attempt succeeded, or no more follow: the next failure counts as the first. */
    public void succeeded(String key) {
        backoffs.remove(key);
    }
}
