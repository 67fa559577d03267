package io.meshfed.trust.rotation;

import io.meshfed.api.MeshFederationStatus.Phase;
import io.meshfed.api.MeshFederationStatus.RotationStatus;
import io.meshfed.trust.world.RootHistory;
import io.meshfed.trust.x509.CaCertificate;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a rotation from one root to another has come.
 *
 * @param waitingFor what the next step waits for; empty: the operator is taking it
 */
public record RotationProgress(CaCertificate from, CaCertificate to, Phase phase, Optional<String> waitingFor) {

    /** As many characters as the schema allows. */
    static final int LONGEST_WAIT = 4096;

    /** For the status. The time {@code since} is kept while only the wait changes. */
    public RotationStatus status(Optional<RotationStatus> before, Instant now, RootHistory history) {
        String since = before.filter(b -> b.phase() == phase)
                .filter(b -> from.sha256().equals(b.from()) && to.sha256().equals(b.to()))
                .map(RotationStatus::since)
                .orElse(now.toString());
        return new RotationStatus(
                from.sha256(),
                to.sha256(),
                phase,
                since,
                dwellEnds(history).map(Instant::toString).orElse(null),
                waitingFor.map(RotationProgress::cut).orElse(null));
    }

    private Optional<Instant> dwellEnds(RootHistory history) {
        return switch (phase) {
            case AwaitTrust -> history.everywhereAt(to);
            case AwaitRenewal -> history.unusedAt(from);
            case AddRoot, Sign, RemoveRoot -> Optional.empty();
        };
    }

    /** The API server refuses a status with a longer text. */
    private static String cut(String text) {
        return text.length() <= LONGEST_WAIT ? text : text.substring(0, LONGEST_WAIT - 1) + "…";
    }
}
