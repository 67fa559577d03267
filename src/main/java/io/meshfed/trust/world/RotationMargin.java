package io.meshfed.trust.world;

import io.meshfed.api.Durations;
import io.meshfed.api.Trust;
import java.time.Duration;
import java.time.Instant;

/**
 * {@code spec.trust.rotation.margin}: how long a changed Secret may take to reach istiod and every proxy. It is added to the
 * life of workload certificates ({@link PropagationDelay}), and is the whole wait where only the Secret must arrive.
 */
public final class RotationMargin {
    private RotationMargin() {}

    static Duration of(Trust.Rotation spec) {
        return Durations.parse(spec.margin());
    }

    /** When a change has arrived everywhere. */
    public static Instant after(Instant changed, Trust.Rotation spec) {
        return changed.plus(of(spec));
    }
}
