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

/** Which caches of the local cluster a remote needs before it is registered, and before it is deleted. */
final class RemoteCacheReadiness {
    private final LocalCluster cluster;
    private final String operatorNamespace;

    /** @param operatorNamespace where kubeconfig Secrets live */
    RemoteCacheReadiness(LocalCluster cluster, String operatorNamespace) {
        this.cluster = cluster;
        this.operatorNamespace = operatorNamespace;
    }

    /** @param gateways whether the remote's address is registered with a Gateway of the Gateway API */
    CacheReadiness toRegister(boolean gateways) {
        return CacheReadiness.of(needed(gateways));
    }

    /** An entry that is not in the cache yet may still use the remote. */
    CacheReadiness toDelete(boolean gateways) {
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
        // Addresses in the entries need no Gateway API; without it there are no Gateways to check either.
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
