package io.meshfed.reconcile;

import io.meshfed.api.condition.ConnectionReason;
import io.meshfed.watch.ClusterWatch;
import io.meshfed.watch.Failure;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether the caches that a step needs are complete. A missing object counts as deleted only if they are.
 *
 * @param waiting a cache is not complete yet, and is expected to become so without help
 * @param trouble which cache needs your help to become complete, and why
 */
public record CacheReadiness(boolean waiting, Optional<String> trouble) {
    /** Failures that pass. They are not reported: a restart during a short outage would change conditions. */
    private static final Set<ConnectionReason> PASSING =
            Set.of(ConnectionReason.Unreachable, ConnectionReason.ServerError);

    /** The readiness of these caches. A cache that was complete once stays so, whatever happens to its connection. */
    public static CacheReadiness of(List<? extends ClusterWatch<?>> watches) {
        List<? extends ClusterWatch<?>> incomplete =
                watches.stream().filter(w -> !w.synced()).toList();
        Optional<Failure> lasting = incomplete.stream()
                .flatMap(w -> w.failure().stream())
                .filter(f -> !PASSING.contains(f.reason()))
                .findFirst();
        return new CacheReadiness(!incomplete.isEmpty() && lasting.isEmpty(), lasting.map(Failure::message));
    }

    /** This readiness and another one; of two troubles the first is reported. */
    public CacheReadiness and(CacheReadiness other) {
        return new CacheReadiness(waiting || other.waiting, trouble.or(other::trouble));
    }

    /**
     * This readiness, and every object of a cache must be readable: one that is not looks as if it were gone. After a restart
     * there is no older form of it to use instead.
     */
    public CacheReadiness and(ClusterWatch<?> complete) {
        Optional<String> unreadable = complete.synced()
                ? complete.failure()
                        .filter(f -> f.reason() == ConnectionReason.Invalid)
                        .map(Failure::message)
                : Optional.empty();
        return new CacheReadiness(waiting, trouble.or(() -> unreadable));
    }

    /** Whether all caches are complete. */
    public boolean clear() {
        return !waiting && trouble.isEmpty();
    }
}
