package io.meshfed.watch;

import io.meshfed.api.condition.ConnectionReason;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/**
 * Why a cluster, or one kind in it, cannot be read at the moment.
 *
 * @param reason what sort of failure
 * @param message for people, safe to show: no text of a server, no credential; it does not change while the failure lasts
 * @param since when the failure was first seen after the last success
 */
public record Failure(ConnectionReason reason, String message, Instant since) {
    /** Reasons of a connection that are not failures. */
    private static final Set<ConnectionReason> NO_FAILURE =
            EnumSet.of(ConnectionReason.SecretMissing, ConnectionReason.Connecting, ConnectionReason.Connected);

    /** @throws IllegalArgumentException when the reason is not one of a failure */
    public Failure {
        if (NO_FAILURE.contains(reason)) {
            throw new IllegalArgumentException(reason + " is not a failure");
        }
    }

    boolean sameAs(ConnectionReason otherReason, String otherMessage) {
        return reason == otherReason && message.equals(otherMessage);
    }
}
