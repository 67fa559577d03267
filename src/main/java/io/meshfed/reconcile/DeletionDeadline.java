package io.meshfed.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * How long a finalizer may wait for other objects to be deleted first: a resource that cannot be deleted is worse than a leftover.
 * The time counts from when this process first saw the deletion, on a monotonic clock. deletionTimestamp is the time of the API
 * server; a machine whose clock is an hour behind would wait an hour longer.
 */
public final class DeletionDeadline {
    private final LongSupplier nanos;
    private final Duration limit;
    private final Map<String, Long> since = new ConcurrentHashMap<>();

    /** @param limit the longest wait */
    public DeletionDeadline(Duration limit) {
        this(System::nanoTime, limit);
    }

    DeletionDeadline(LongSupplier nanos, Duration limit) {
        this.nanos = nanos;
        this.limit = limit;
    }

    /** Whether a resource that is being deleted has waited long enough. */
    public boolean passed(HasMetadata resource) {
        long now = nanos.getAsLong();
        return now - since.computeIfAbsent(resource.getMetadata().getUid(), first -> now) >= limit.toNanos();
    }

    /** The resource is gone. */
    public void forget(HasMetadata resource) {
        since.remove(resource.getMetadata().getUid());
    }
}
