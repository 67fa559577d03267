package io.meshfed.testbed;

import static org.awaitility.pollinterval.IterativePollInterval.iterative;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.pollinterval.PollInterval;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * The default timeout of every {@code await()}: {@link Mesh#PATIENCE}. Awaitility's own ten seconds are too short on a busy
 * machine; a test that passes does not wait any longer with the larger timeout.
 */
public final class AwaitDefaults implements LauncherSessionListener {

    private static final Duration FIRST = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofMillis(400);

    /**
     * The pause between two polls, growing from 50 ms to 400 ms: polling without a pause would slow the API server and etcd
     * down for the operator under test.
     */
    public static PollInterval growing() {
        return iterative(
                before -> {
                    Duration next = before.multipliedBy(5).dividedBy(4);
                    return next.compareTo(LONGEST) < 0 ? next : LONGEST;
                },
                FIRST);
    }

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(Mesh.PATIENCE);
    }
}
