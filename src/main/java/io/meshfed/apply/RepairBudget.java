package io.meshfed.apply;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** At most ten repairs of one object a minute, so that two writers who disagree do not wear the API server down. */
final class RepairBudget {
    static final int REPAIRS_A_MINUTE = 10;

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final Clock clock;
    private final Map<String, Deque<Instant>> repairs = new ConcurrentHashMap<>();

    RepairBudget(Clock clock) {
        this.clock = clock;
    }

    /** Takes one repair of the object with that UID, or says that none is left. */
    boolean take(String uid) {
        Instant now = clock.instant();
        Deque<Instant> times = repairs.computeIfAbsent(uid, ignored -> new ArrayDeque<>());
        synchronized (times) {
            while (!times.isEmpty() && times.peekFirst().isBefore(now.minus(WINDOW))) {
                times.removeFirst();
            }
            if (times.size() >= REPAIRS_A_MINUTE) {
                return false;
            }
            times.addLast(now);
            return true;
        }
    }

    void forget(String uid) {
        repairs.remove(uid);
    }
}
