package io.meshfed.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** How long a deletion may wait for what should go before it: an object that cannot be deleted is worse than a leftover. */
public final class Farewell {
    private final Clock clock;
    private final Duration patience;

    /** @param patience from the deletion to the end of all waiting */
    public Farewell(Clock clock, Duration patience) {
        this.clock = clock;
        this.patience = patience;
    }

    /** Whether there was enough waiting for a resource that is being deleted. */
    public boolean late(HasMetadata resource) {
        return clock.instant()
                .isAfter(Instant.parse(resource.getMetadata().getDeletionTimestamp())
                        .plus(patience));
    }
}
