package io.meshfed.operator;

import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * The end of leading. JOSDK's own way is {@code System.exit}, which never returns when a shutdown is what ends it: after
 * SIGTERM the process would hang until it is killed.
 */
@Singleton
class Leadership {
    private static final Logger LOG = Logger.getLogger(Leadership.class);
    private static final int BEFORE_THE_SDK_STOPS = 1;

    private volatile boolean leaving;

    void leaving(@Observes @Priority(BEFORE_THE_SDK_STOPS) ShutdownEvent event) {
        leaving = true;
    }

    LeaderCallbacks callbacks() {
        return new LeaderCallbacks(() -> {}, this::lost, leader -> {});
    }

    /** Whoever lost the Lease must write no more, at once: another may lead already. The kubelet starts us anew. */
    private void lost() {
        if (!leaving) {
            LOG.error("the Lease could not be renewed: ending, so that there are not two leaders");
            Runtime.getRuntime().halt(1);
        }
    }
}
