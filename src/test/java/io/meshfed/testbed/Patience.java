package io.meshfed.testbed;

import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * How long every {@code await()} waits for what should come at once: as long as {@link Mesh#PATIENCE}. Ten seconds, which
 * is Awaitility's own, are not enough on a machine that does ten other things; a test that passes never waits for it.
 */
public final class Patience implements LauncherSessionListener {

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(Mesh.PATIENCE);
    }
}
