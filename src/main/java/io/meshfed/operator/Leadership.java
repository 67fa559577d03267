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
 * Who of several operators acts, and how that ends. The framework would end the process from within its own shutdown,
 * which never comes to an end; here a Lease that was lost ends the process, and a shutdown gives the Lease back.
 */
@Singleton
class Leadership {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    private static final String LEASE = "meshfed";

    /** The framework stops its controllers at the default, 2500. */
    private static final int BEFORE_THE_CONTROLLERS_STOP = 1000;

    private static final int AFTER_THE_CONTROLLERS_STOPPED = 4000;

    private final KubernetesClient client;
    private final String namespace;
    private final String identity;
    private volatile boolean ending;

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
        if (!ending) {
            LOG.error("the Lease is lost: this process ends at once, because another one may act already");
            // Not exit(): its hooks would finish what is under way, and that is somebody else's now.
            Runtime.getRuntime().halt(1);
        }
    }

    void ending(@Observes @Priority(BEFORE_THE_CONTROLLERS_STOP) ShutdownEvent event) {
        ending = true;
    }

    /** The next one need not wait until the Lease runs out. */
    void release(@Observes @Priority(AFTER_THE_CONTROLLERS_STOPPED) ShutdownEvent event) {
        try {
            Lease lease = client.leases().inNamespace(namespace).withName(LEASE).get();
            if (lease != null && identity.equals(lease.getSpec().getHolderIdentity())) {
                lease.getSpec().setHolderIdentity("");
                client.resource(lease).update();
                LOG.info("the Lease is given back");
            }
        } catch (KubernetesClientException e) {
            LOG.info("the Lease could not be given back and runs out by itself: HTTP {}", e.getCode());
        }
    }
}
