package io.meshfed.apply;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * At most ten repairs of one object a minute, so that two writers who disagree do not wear the API server down. Once
 * they are used up there is a pause of a whole minute: repairs that trickled out one by one would turn the condition
 * on and off with each of them.
 */
final class RepairBudget {
    static final int REPAIRS_A_MINUTE = 10;

    private static final long WINDOW = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanos;
    private final Map<String, Account> accounts = new ConcurrentHashMap<>();

    private static final class Account {
        private final Deque<Long> repairs = new ArrayDeque<>();
        private long pausedUntil;
        private boolean paused;
    }

    /** @param nanos time that never jumps */
    RepairBudget(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** How long repairs of the object with that key are paused; empty if there may be another one. */
    Optional<Duration> pause(String key) {
        long now = nanos.getAsLong();
        Account account = account(key);
        synchronized (account) {
            account.repairs.removeIf(time -> now - time > WINDOW);
            if (!account.paused && account.repairs.size() >= REPAIRS_A_MINUTE) {
                account.paused = true;
                account.pausedUntil = account.repairs.getLast() + WINDOW;
            }
            account.paused &= now - account.pausedUntil < 0;
            return account.paused ? Optional.of(Duration.ofNanos(account.pausedUntil - now)) : Optional.empty();
        }
    }

    /** Takes note of a repair that was done; one that failed costs nothing. */
    void count(String key) {
        Account account = account(key);
        synchronized (account) {
            account.repairs.addLast(nanos.getAsLong());
        }
    }

    private Account account(String key) {
        return accounts.computeIfAbsent(key, ignored -> new Account());
    }

    void forget(String key) {
        accounts.remove(key);
    }
}
