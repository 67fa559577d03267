package io.meshfed.trust;

import io.meshfed.api.MeshFederationStatus.Phase;
import io.meshfed.api.MeshFederationStatus.RotationStatus;
import java.time.Instant;
import java.util.Optional;

/**
 * Where the way from one root to another stands.
 *
 * @param waitingFor what the next step waits for; empty: it is being taken
 */
record Progress(CaCertificate from, CaCertificate to, Phase phase, Optional<String> waitingFor) {

    /** For the status: since when is taken over while nothing but the wait changes. */
    RotationStatus status(Optional<RotationStatus> before, Instant now) {
        String since = before.filter(b -> b.phase() == phase)
                .filter(b -> from.sha256().equals(b.from()) && to.sha256().equals(b.to()))
                .map(RotationStatus::since)
                .orElse(now.toString());
        return new RotationStatus(from.sha256(), to.sha256(), phase, since, waitingFor.orElse(null));
    }
}
