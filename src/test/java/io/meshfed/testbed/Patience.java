package io.meshfed.testbed;

import static org.awaitility.pollinterval.IterativePollInterval.iterative;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.pollinterval.PollInterval;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * How long every {@code await()} waits for what should come at once: as long as {@link Mesh#PATIENCE}. Ten seconds, which
 * is Awaitility's own, are not enough on a machine that does ten other things; a test that passes never waits for it.
 */
public final class Patience implements LauncherSessionListener {

    private static final Duration FIRST = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofMillis(400);

    /**
     * Between two looks, 50 ms at first and 400 ms at last: whoever asks without a pause keeps API server and etcd from
     * answering those that the test is about.
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
