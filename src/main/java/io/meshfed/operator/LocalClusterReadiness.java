package io.meshfed.operator;

import io.meshfed.api.MeshFederation;
import io.meshfed.reconcile.LocalCluster;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * The process is ready once its cache of the local cluster has synced. Remote clusters do not count: one that is
 * unreachable must not take the operator down.
 */
@Readiness
@ApplicationScoped
class LocalClusterReadiness implements HealthCheck {
    private final LocalCluster cluster;

    LocalClusterReadiness(LocalCluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("local cluster")
                .status(cluster.all(MeshFederation.class).synced())
                .build();
    }
}
