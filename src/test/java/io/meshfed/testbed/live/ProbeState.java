package io.meshfed.testbed.live;

import io.fabric8.kubernetes.api.model.Probe;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One probe of one container: when to ask again, and what the answers amount to. Unlike a kubelet it asks often while
 * the answer is not the wished one yet, because tests wait for it; a failure is noticed in the pod's own period.
 */
final class ProbeState {
    private static final Duration IMPATIENT = Duration.ofMillis(200);
    private static final int DEFAULT_PERIOD_SECONDS = 10;
    private static final int DEFAULT_FAILURES = 3;

    private final Probe probe;
    private final Duration period;
    private boolean passing;
    private int failures;
    private Instant next;

    /** @param passing what holds before the first answer: true for a liveness probe */
    ProbeState(Probe probe, boolean passing, Instant start) {
        this.probe = probe;
        this.passing = passing;
        this.period =
                Duration.ofSeconds(Optional.ofNullable(probe.getPeriodSeconds()).orElse(DEFAULT_PERIOD_SECONDS));
        this.next = start.plusSeconds(
                Optional.ofNullable(probe.getInitialDelaySeconds()).orElse(0));
    }

    Probe probe() {
        return probe;
    }

    boolean due(Instant now) {
        return !now.isBefore(next);
    }

    /** Takes an answer. */
    void heard(boolean success, Instant now) {
        if (success) {
            failures = 0;
            passing = true;
        } else {
            failures++;
            passing = passing
                    && failures
                            < Optional.ofNullable(probe.getFailureThreshold()).orElse(DEFAULT_FAILURES);
        }
        next = now.plus(passing || period.compareTo(IMPATIENT) < 0 ? period : IMPATIENT);
    }

    boolean passing() {
        return passing;
    }
}
