package io.meshfed.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * How long a deletion may wait for what should go before it: an object that cannot be deleted is worse than a leftover.
 * The time counts from when this process first saw the deletion, by a clock that never jumps: the deletion's own time is
 * the API server's, and a clock that is an hour behind it would wait an hour more.
 */
public final class DeletionDeadline {
    private final LongSupplier nanos;
    private final Duration patience;
    private final Map<String, Long> since = new ConcurrentHashMap<>();

    /** @param patience until the end of all waiting */
    public DeletionDeadline(Duration patience) {
        this(System::nanoTime, patience);
    }

    DeletionDeadline(LongSupplier nanos, Duration patience) {
        this.nanos = nanos;
        this.patience = patience;
    }

    /** Whether there was enough waiting for a resource that is being deleted. */
    public boolean late(HasMetadata resource) {
        long now = nanos.getAsLong();
        return now - since.computeIfAbsent(resource.getMetadata().getUid(), first -> now) >= patience.toNanos();
    }

    /** The waiting is over. */
    public void end(HasMetadata resource) {
        since.remove(resource.getMetadata().getUid());
    }
}
