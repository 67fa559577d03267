package io.meshfed.reconcile.remotemesh;

import io.meshfed.api.RemoteMesh;
import io.meshfed.api.UnknownFields;
import io.meshfed.reconcile.DeletionDeadline;
import io.meshfed.reconcile.Outcomes;
import io.meshfed.reconcile.Report;
import java.time.Duration;
import java.util.Optional;

/**
 * The end of a RemoteMesh: its imports let go first, then its registration goes, then what is remembered of it. The order
 * keeps istiod from seeing entries without a gateway, which it would send to proxies with an empty address.
 */
final class RemoteCleanup {
    /** How often a deletion looks whether the imports have let go. */
    private static final Duration LET_GO = Duration.ofMillis(500);

    /** How long a deletion waits for imports to let go of the remote; a suspended one never does. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final RemoteCacheReadiness sight;
    private final GatewayDiscovery connections;
    private final GatewayRegistration registration;
    private final AddressingChoice choice;
    private final Report report;
    private final DeletionDeadline farewell = new DeletionDeadline(PATIENCE);

    RemoteCleanup(
            RemoteCacheReadiness sight,
            GatewayDiscovery connections,
            GatewayRegistration registration,
            AddressingChoice choice,
            Report report) {
        this.sight = sight;
        this.connections = connections;
        this.registration = registration;
        this.choice = choice;
        this.report = report;
    }

    /** One step; when to take the next, or empty after the last. */
    Optional<Duration> depart(RemoteMesh remote) {
        boolean late = farewell.late(remote);
        boolean used = UnknownFields.notUnderstood(remote) || isUsed(remote);
        if (used && !late) {
            return Optional.of(LET_GO);
        }
        Outcomes removed = registration.remove(remote);
        if (!removed.clear() && !late) {
            return removed.again();
        }
        if (used) {
            report.leftover(
                    remote,
                    "entries of imports may still lead to this remote, whose gateway is no longer registered: suspended"
                            + " imports keep theirs; resume or delete them");
        }
        removed.conflict().ifPresent(obstacle -> report.leftover(remote, obstacle.message()));
        connections.forget(remote);
        farewell.end(remote);
        return Optional.empty();
    }

    private boolean isUsed(RemoteMesh remote) {
        return !sight.toLeave(choice.isGateway(remote)).clear() || registration.inUse(remote);
    }
}
