package io.meshfed.trust.world;

import io.meshfed.api.Durations;
import io.meshfed.api.Trust;
import java.time.Duration;
import java.util.Optional;

/** How long something must have lasted until every workload of this mesh has it, or has lost it. */
public final class PropagationDelay {
    /** Istio's default life of a workload certificate. */
    private static final Duration DEFAULT_TTL = Duration.ofHours(24);

    private PropagationDelay() {}

    /**
     * The life of a workload certificate and the margin. A life below Istio's default counts only if the spec says so:
     * mesh config holds for pods that start after it was written, and older ones go on with the former value.
     */
    public static Duration of(Trust.Rotation spec, IstiodSettings settings) {
        Duration least =
                Optional.ofNullable(spec.workloadTTL()).map(Durations::parse).orElse(DEFAULT_TTL);
        Duration life = settings.workloadTTL()
                .filter(observed -> observed.compareTo(least) > 0)
                .orElse(least);
        return life.plus(Durations.parse(spec.margin()));
    }
}
