package io.meshfed.apply;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * At most ten repairs of one object a minute, so that two writers who disagree do not wear the API server down. Once
 * they are used up there is a pause of a whole minute: repairs that trickled out one by one would turn the condition
 * on and off with each of them.
 */
final class RepairBudget {
    static final int REPAIRS_A_MINUTE = 10;

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final Clock clock;
    private final Map<String, Account> accounts = new ConcurrentHashMap<>();

    private static final class Account {
        private final Deque<Instant> repairs = new ArrayDeque<>();
        private Instant pausedUntil = Instant.MIN;
    }

    RepairBudget(Clock clock) {
        this.clock = clock;
    }

    /** Takes one repair of the object with that key; if none is left, says how long repairs are paused. */
    Optional<Duration> take(String key) {
        Instant now = clock.instant();
        Account account = accounts.computeIfAbsent(key, ignored -> new Account());
        synchronized (account) {
            if (now.isBefore(account.pausedUntil)) {
                return Optional.of(Duration.between(now, account.pausedUntil));
            }
            account.repairs.removeIf(time -> time.isBefore(now.minus(WINDOW)));
            if (account.repairs.size() >= REPAIRS_A_MINUTE) {
                account.pausedUntil = account.repairs.getLast().plus(WINDOW);
                return Optional.of(Duration.between(now, account.pausedUntil));
            }
            account.repairs.addLast(now);
            return Optional.empty();
        }
    }

    void forget(String key) {
        accounts.remove(key);
    }
}
