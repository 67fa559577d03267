package io.meshfed.operator;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leader election: which of several replicas acts. JOSDK runs the election; this class adds how leadership ends:
 * <ul>
 *   <li>A replica that loses the Lease ends its process at once.
 *   <li>A replica that shuts down releases the Lease after its controllers have stopped, so the next one takes over at
 *       once. JOSDK does not: it passes {@code releaseOnCancel = false} to fabric8's elector (<a
 *       href="https://github.com/operator-framework/java-operator-sdk/blob/v5.2.3/operator-framework-core/src/main/java/io/javaoperatorsdk/operator/LeaderElectionManager.java">LeaderElectionManager</a>,
 *       since <a href="https://github.com/operator-framework/java-operator-sdk/pull/2059">#2059</a>), and the next replica
 *       would wait until the Lease expires.
 *   <li>JOSDK's own {@code exitOnStopLeading} is off: it calls {@code System.exit} also when the election is cancelled by a
 *       shutdown. The exit then waits for the shutdown that waits for it.
 * </ul>
 */
@Singleton
class Leadership {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    private static final String LEASE = "meshfed";

    /** JOSDK stops its controllers at the default priority, 2500. */
    private static final int BEFORE_THE_CONTROLLERS_STOP = 1000;

    private static final int AFTER_THE_CONTROLLERS_STOPPED = 4000;

    private final KubernetesClient client;
    private final String namespace;
    private final String identity;
    private volatile boolean shuttingDown;

    Leadership(KubernetesClient client, OperatorConfig config) {
        this.client = client;
        this.namespace = config.namespace();
        this.identity = Wiring.instance(config) + "-" + UUID.randomUUID();
    }

    @Produces
    @Singleton
    LeaderElectionConfiguration election() {
        return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
                .withLeaseNamespace(namespace)
                .withIdentity(identity)
                .withExitOnStopLeading(false)
                .withLeaderCallbacks(new LeaderCallbacks(() -> {}, this::stopped, leader -> {}))
                .build();
    }

    private void stopped() {
        if (!shuttingDown) {
            LOG.error(
                    "the Lease is lost: this process ends at once, because another replica may already be the leader");
            // Not exit(): its hooks would finish reconciliations that are under way, and another replica leads now.
            Runtime.getRuntime().halt(1);
        }
    }

    void shuttingDown(@Observes @Priority(BEFORE_THE_CONTROLLERS_STOP) ShutdownEvent event) {
        shuttingDown = true;
    }

    /** Releases the Lease, so that the next replica need not wait until it expires. */
    void release(@Observes @Priority(AFTER_THE_CONTROLLERS_STOPPED) ShutdownEvent event) {
        try {
            Lease lease = client.leases().inNamespace(namespace).withName(LEASE).get();
            if (lease != null && identity.equals(lease.getSpec().getHolderIdentity())) {
                lease.getSpec().setHolderIdentity("");
                client.resource(lease).update();
                LOG.info("released the Lease");
            }
        } catch (KubernetesClientException e) {
            LOG.info("cannot release the Lease, which expires by itself: HTTP {}", e.getCode());
        }
    }
}
