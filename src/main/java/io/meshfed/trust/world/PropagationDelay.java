package io.meshfed.trust.world;

import io.meshfed.api.Durations;
import io.meshfed.api.Trust;
import java.time.Duration;
import java.util.Optional;

/**
 * How long a root must be published until every workload of this mesh accepts it, and how long a CA must not sign until no
 * workload has a certificate of it: the life of a workload certificate, and the margin.
 */
public final class PropagationDelay {
    /** Istio's default life of a workload certificate. */
    private static final Duration DEFAULT_TTL = Duration.ofHours(24);

    private PropagationDelay() {}

    /**
     * The longest life of a workload certificate, and the margin. A life below Istio's default counts only if the spec
     * says so: mesh config applies to pods that start after it was written, and older pods keep the former value.
     */
    public static Duration of(Trust.Rotation spec, IstiodSettings settings) {
        Duration least =
                Optional.ofNullable(spec.workloadTTL()).map(Durations::parse).orElse(DEFAULT_TTL);
        Duration life = settings.workloadTTL()
                .filter(observed -> observed.compareTo(least) > 0)
                .orElse(least);
        return life.plus(RotationMargin.of(spec));
    }
}
