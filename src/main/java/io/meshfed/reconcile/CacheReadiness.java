package io.meshfed.reconcile;

import io.meshfed.api.condition.ConnectionReason;
import io.meshfed.watch.ClusterWatch;
import io.meshfed.watch.Failure;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether what a step needs can be seen. Absence means something only in a clear sight.
 *
 * @param waiting something was not seen yet and is expected to come by itself
 * @param trouble what cannot be read until somebody acts, and why
 */
public record CacheReadiness(boolean waiting, Optional<String> trouble) {
    /** Failures that pass: to tell of them would make a restart during a short outage look like news. */
    private static final Set<ConnectionReason> PASSING =
            Set.of(ConnectionReason.Unreachable, ConnectionReason.ServerError);

    /** Through these watches. What was once seen stays in sight, whatever happens to the connection. */
    public static CacheReadiness of(List<? extends ClusterWatch<?>> watches) {
        List<? extends ClusterWatch<?>> unseen =
                watches.stream().filter(w -> !w.synced()).toList();
        Optional<Failure> lasting = unseen.stream()
                .flatMap(w -> w.failure().stream())
                .filter(f -> !PASSING.contains(f.reason()))
                .findFirst();
        return new CacheReadiness(!unseen.isEmpty() && lasting.isEmpty(), lasting.map(Failure::message));
    }

    /**
     * Through a watch of which every object must be readable: one that cannot be read looks as if it were gone.
     * After a restart there is no older form of it to go by.
     */
    public CacheReadiness and(ClusterWatch<?> complete) {
        Optional<String> unreadable = complete.synced()
                ? complete.failure()
                        .filter(f -> f.reason() == ConnectionReason.Invalid)
                        .map(Failure::message)
                : Optional.empty();
        return new CacheReadiness(waiting, trouble.or(() -> unreadable));
    }

    /** Whether everything needed can be seen. */
    public boolean clear() {
        return !waiting && trouble.isEmpty();
    }
}
