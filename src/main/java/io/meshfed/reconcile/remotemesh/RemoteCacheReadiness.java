package io.meshfed.reconcile.remotemesh;

import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.reconcile.CacheReadiness;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.watch.ClusterWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What must be seen of the local cluster before a remote is registered, and before it may go. */
final class RemoteCacheReadiness {
    private final LocalCluster cluster;
    private final String operatorNamespace;

    /** @param operatorNamespace where kubeconfig Secrets live */
    RemoteCacheReadiness(LocalCluster cluster, String operatorNamespace) {
        this.cluster = cluster;
        this.operatorNamespace = operatorNamespace;
    }

    /** @param gateways whether the remote's address stands in a Gateway of the Gateway API */
    CacheReadiness toRegister(boolean gateways) {
        return CacheReadiness.of(needed(gateways));
    }

    /** An entry that was not seen yet may still lead to the remote. */
    CacheReadiness toLeave(boolean gateways) {
        Stream<ClusterWatch<?>> entries = Stream.of(ServiceEntry.class, WorkloadEntry.class)
                .filter(kind -> !cluster.lacks(kind))
                .map(this::all);
        return CacheReadiness.of(
                Stream.concat(needed(gateways).stream(), entries).toList());
    }

    private List<ClusterWatch<?>> needed(boolean gateways) {
        List<ClusterWatch<?>> needed = new ArrayList<>(List.of(
                cluster.all(MeshFederation.class),
                cluster.all(RemoteMesh.class),
                cluster.all(ImportedService.class),
                cluster.all(Service.class),
                cluster.in(Secret.class, operatorNamespace)));
        // Addresses in the entries need no Gateway API; where it is missing, nobody can have a Gateway either.
        boolean missing = cluster.lacks(GatewayClass.class) && cluster.lacks(Gateway.class);
        if (!missing || gateways) {
            needed.add(cluster.all(Gateway.class));
            needed.add(cluster.all(GatewayClass.class));
        }
        return needed;
    }

    private ClusterWatch<?> all(Class<? extends HasMetadata> kind) {
        return cluster.all(kind);
    }
}
