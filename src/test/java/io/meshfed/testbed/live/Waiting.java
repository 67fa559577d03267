package io.meshfed.testbed.live;

import static org.awaitility.Awaitility.await;

import io.meshfed.testbed.AwaitDefaults;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;

/** Waits for what real programs do in their own time, without keeping a core busy with asking. */
final class Waiting {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Waiting() {}

    /** Waits until something holds, and tells how long it took. */
    static Duration until(String what, Callable<Boolean> condition) {
        Instant start = Instant.now();
        await(what).pollInterval(AwaitDefaults.growing()).atMost(PATIENCE).until(condition);
        return Duration.between(start, Instant.now());
    }
}
