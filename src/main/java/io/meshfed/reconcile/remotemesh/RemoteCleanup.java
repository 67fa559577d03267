package io.meshfed.reconcile.remotemesh;

import io.meshfed.api.RemoteMesh;
import io.meshfed.api.UnknownFields;
import io.meshfed.reconcile.DeletionDeadline;
import io.meshfed.reconcile.Outcomes;
import io.meshfed.reconcile.Report;
import java.time.Duration;
import java.util.Optional;

/**
 * Deletes what belongs to a RemoteMesh: first its imports remove their entries, then the registration of its gateway is deleted,
 * then the operator forgets what it remembers. istiod would send an entry without a gateway to the proxies with an empty address.
 */
final class RemoteCleanup {
    /** How often a deletion checks whether imports still have entries for the remote. */
    private static final Duration ENTRIES_AGAIN = Duration.ofMillis(500);

    /** How long a deletion waits for the entries of imports; a suspended import never removes them. */
    private static final Duration DELETION_LIMIT = Duration.ofMinutes(1);

    private final RemoteCacheReadiness readiness;
    private final GatewayDiscovery discovery;
    private final GatewayRegistration registration;
    private final AddressingChoice choice;
    private final Report report;
    private final DeletionDeadline deadline = new DeletionDeadline(DELETION_LIMIT);

    RemoteCleanup(
            RemoteCacheReadiness readiness,
            GatewayDiscovery discovery,
            GatewayRegistration registration,
            AddressingChoice choice,
            Report report) {
        this.readiness = readiness;
        this.discovery = discovery;
        this.registration = registration;
        this.choice = choice;
        this.report = report;
    }

    /** One step; returns when to take the next, or empty after the last. */
    Optional<Duration> step(RemoteMesh remote) {
        boolean late = deadline.passed(remote);
        boolean used = UnknownFields.notUnderstood(remote) || isUsed(remote);
        if (used && !late) {
            return Optional.of(ENTRIES_AGAIN);
        }
        Outcomes removed = registration.remove(remote);
        if (!removed.clear() && !late) {
            return removed.again();
        }
        if (used) {
            report.leftBehind(
                    remote,
                    "entries of imports may still use this remote, whose gateway is no longer registered: resume or delete"
                            + " suspended imports, which keep their entries");
        }
        removed.conflict().ifPresent(obstacle -> report.leftBehind(remote, obstacle.message()));
        discovery.forget(remote);
        deadline.forget(remote);
        return Optional.empty();
    }

    private boolean isUsed(RemoteMesh remote) {
        return !readiness.toDelete(choice.isGateway(remote)).clear() || registration.inUse(remote);
    }
}
