package io.meshfed.apply;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * At most ten repairs of one object per minute, so that two clients that disagree do not overload the API server. Once the
 * budget is spent, repairs pause for a whole minute. Single repairs in between would turn the condition on and off each
 * time.
 */
final class RepairBudget {
    static final int REPAIRS_PER_MINUTE = 10;

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final LongSupplier nanos;
    private final Map<String, Usage> usages = new ConcurrentHashMap<>();

    private static final class Usage {
        private final Deque<Long> repairs = new ArrayDeque<>();
        private long pausedUntil;
        private boolean paused;
    }

    /** @param nanos a clock that never jumps */
    RepairBudget(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** How long repairs of the object with that key are paused; empty if a repair is allowed now. */
    Optional<Duration> pause(String key) {
        long now = nanos.getAsLong();
        Usage usage = usage(key);
        synchronized (usage) {
            usage.repairs.removeIf(time -> now - time > WINDOW.toNanos());
            if (!usage.paused && usage.repairs.size() >= REPAIRS_PER_MINUTE) {
                usage.paused = true;
                usage.pausedUntil = usage.repairs.getLast() + WINDOW.toNanos();
            }
            usage.paused &= now - usage.pausedUntil < 0;
            return usage.paused ? Optional.of(Duration.ofNanos(usage.pausedUntil - now)) : Optional.empty();
        }
    }

    /** Counts a repair that succeeded; a failed one costs nothing. */
    void count(String key) {
        Usage usage = usage(key);
        synchronized (usage) {
            usage.repairs.addLast(nanos.getAsLong());
        }
    }

    private Usage usage(String key) {
        return usages.computeIfAbsent(key, ignored -> new Usage());
    }

    void forget(String key) {
        usages.remove(key);
    }
}
