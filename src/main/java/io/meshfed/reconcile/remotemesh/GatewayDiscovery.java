package io.meshfed.reconcile.remotemesh;

import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus;
import io.meshfed.api.RemoteMeshStatus.LastKnownGateway;
import io.meshfed.api.condition.Condition;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.remote.RemoteClusters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Finds the gateway of each remote: connects to its cluster, locates the gateway, and remembers the addresses. */
public final class GatewayDiscovery {
    private final RemoteClusters clusters;
    private final RemoteConnector connector;

    /** The status in the cache may be older than the last write. */
    private final Map<String, LastKnownGateway> remembered = new ConcurrentHashMap<>();

    /** @param operatorNamespace where kubeconfig Secrets live */
    public GatewayDiscovery(LocalCluster cluster, RemoteClusters clusters, String operatorNamespace) {
        this.clusters = clusters;
        this.connector = new RemoteConnector(clusters, new KubeconfigSecrets(cluster, operatorNamespace));
    }

    /**
     * What was found.
     *
     * @param connected draft of Connected; empty if {@code spec.cluster} is not set
     * @param location where the gateway is
     */
    record Found(Optional<Condition> connected, GatewayLocator.Location location) {
        List<String> addresses() {
            return location.addresses();
        }
    }

    /** Connects to the cluster of a remote, or disconnects, and locates the gateway. */
    Found discover(RemoteMesh remote) {
        String name = remote.getMetadata().getName();
        Optional<Condition> connected = connector.connect(remote);
        GatewayLocator.Location location = GatewayLocator.locate(remote, clusters.snapshot(name), lastKnown(remote));
        location.gateway().ifPresent(gateway -> remembered.put(name, gateway));
        return new Found(connected, location);
    }

    private Optional<LastKnownGateway> lastKnown(RemoteMesh remote) {
        return Optional.ofNullable(remembered.get(remote.getMetadata().getName()))
                .or(() -> Optional.ofNullable(remote.getStatus()).map(RemoteMeshStatus::gateway))
                .filter(gateway -> !gateway.addresses().isEmpty());
    }

    void forget(RemoteMesh remote) {
        connector.disconnect(remote);
        remembered.remove(remote.getMetadata().getName());
    }
}
