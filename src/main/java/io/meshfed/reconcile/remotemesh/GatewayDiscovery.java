package io.meshfed.reconcile.remotemesh;

import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshSpec.SecretKeyRef;
import io.meshfed.api.RemoteMeshStatus;
import io.meshfed.api.RemoteMeshStatus.LastKnownGateway;
import io.meshfed.api.condition.Condition;
import io.meshfed.plan.gateway.AddressRules;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.remote.Connection;
import io.meshfed.remote.GatewayObservation;
import io.meshfed.remote.RemoteClusters;
import io.meshfed.remote.RemoteSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where the gateway of a remote is, by what its spec says, its cluster shows, or was last known. What was once known
 * stays until something else is seen: a remote that cannot be asked has not moved.
 */
public final class GatewayDiscovery {
    private static final String KNOWN = "GatewayKnown";

    private final RemoteClusters clusters;
    private final KubeconfigSecrets kubeconfigs;

    /** Ahead of the status in the cache, which may be older than our last write. */
    private final Map<String, LastKnownGateway> remembered = new ConcurrentHashMap<>();

    /** @param operatorNamespace where kubeconfig Secrets live */
    public GatewayDiscovery(LocalCluster cluster, RemoteClusters clusters, String operatorNamespace) {
        this.clusters = clusters;
        this.kubeconfigs = new KubeconfigSecrets(cluster, operatorNamespace);
    }

    /**
     * What is known now.
     *
     * @param connected draft of Connected; empty where spec.cluster is not given
     * @param known draft of GatewayKnown
     */
    record Found(Optional<Condition> connected, Condition known, Optional<LastKnownGateway> lastKnown) {
        List<String> addresses() {
            return lastKnown.map(LastKnownGateway::addresses).orElse(List.of());
        }
    }

    void forget(RemoteMesh remote) {
        clusters.forget(remote.getMetadata().getName());
        remembered.remove(remote.getMetadata().getName());
    }

    Found find(RemoteMesh remote) {
        Optional<Condition> connected = connect(remote);
        Optional<LastKnownGateway> before = lastKnown(remote);
        Found found = remote.getSpec().gateway().addresses().isEmpty()
                ? fromCluster(remote, connected, before)
                : fromSpec(remote, connected, before);
        found.lastKnown().ifPresent(k -> remembered.put(remote.getMetadata().getName(), k));
        return found;
    }

    private Optional<LastKnownGateway> lastKnown(RemoteMesh remote) {
        return Optional.ofNullable(remembered.get(remote.getMetadata().getName()))
                .or(() -> Optional.ofNullable(remote.getStatus()).map(RemoteMeshStatus::gateway))
                .filter(k -> !k.addresses().isEmpty());
    }

    private Optional<Condition> connect(RemoteMesh remote) {
        String name = remote.getMetadata().getName();
        if (remote.getSpec().cluster() == null) {
            clusters.forget(name);
            return Optional.empty();
        }
        if (!kubeconfigs.visible()) {
            return Optional.of(RemoteStatus.stored(remote, ConnectedCondition.TYPE)
                    .orElseGet(() -> ConnectedCondition.condition(
                            ConnectedCondition.TYPE, clusters.snapshot(name).connection())));
        }
        SecretKeyRef ref = remote.getSpec().cluster().kubeconfigSecretRef();
        Optional<byte[]> kubeconfig = kubeconfigs.read(ref);
        if (kubeconfig.isEmpty()) {
            clusters.forget(name);
            return Optional.of(kubeconfigs.missing(ConnectedCondition.TYPE, "spec.cluster.kubeconfigSecretRef", ref));
        }
        clusters.ensure(name, kubeconfig.get(), remote.getSpec().gateway().service());
        Connection connection = clusters.snapshot(name).connection();
        Condition now = ConnectedCondition.condition(ConnectedCondition.TYPE, connection);
        // After a restart the last word stands until there is an answer: a restart alone is no news.
        return Optional.of(
                connection instanceof Connection.Connecting
                        ? RemoteStatus.stored(remote, ConnectedCondition.TYPE).orElse(now)
                        : now);
    }

    private static Condition lastKnown() {
        return Condition.yes(KNOWN, "LastKnown", "the remote cannot be asked now; the last known addresses are kept");
    }

    private static String kept(Optional<LastKnownGateway> before) {
        return before.isPresent() ? "; the last known addresses are kept" : "";
    }

    private static Found fromSpec(RemoteMesh remote, Optional<Condition> connected, Optional<LastKnownGateway> before) {
        AddressRules.Judged checked =
                AddressRules.judge(remote.getSpec().gateway().addresses());
        if (!checked.refused().isEmpty()) {
            return new Found(
                    connected,
                    Condition.no(
                            KNOWN,
                            "AddressRefused",
                            "spec.gateway.addresses: " + String.join("; ", checked.refused()) + kept(before)),
                    before);
        }
        return new Found(
                connected,
                Condition.yes(KNOWN, "FromSpec", "the addresses stand in spec.gateway.addresses"),
                Optional.of(new LastKnownGateway(checked.values(), "Spec")));
    }

    private Found fromCluster(RemoteMesh remote, Optional<Condition> connected, Optional<LastKnownGateway> before) {
        RemoteSnapshot snapshot = clusters.snapshot(remote.getMetadata().getName());
        String service = remote.getSpec().gateway().service().namespace() + "/"
                + remote.getSpec().gateway().service().name();
        Optional<GatewayObservation> seen = snapshot.gateway();
        if (seen.isPresent() && seen.get() instanceof GatewayObservation.Addresses addresses) {
            AddressRules.Judged checked = AddressRules.judge(addresses.addresses());
            if (checked.refused().isEmpty()) {
                return new Found(
                        connected,
                        snapshot.connection() instanceof Connection.Connected
                                ? Condition.yes(KNOWN, "FromService", "the addresses come from Service " + service)
                                : lastKnown(),
                        Optional.of(new LastKnownGateway(checked.values(), "Service")));
            }
            return new Found(
                    connected,
                    Condition.no(
                            KNOWN,
                            "AddressRefused",
                            "Service " + service + " of the remote: " + String.join("; ", checked.refused())
                                    + kept(before)),
                    before);
        }
        if (seen.isPresent() && seen.get() instanceof GatewayObservation.AddressesRefused refused) {
            return new Found(
                    connected,
                    Condition.no(
                            KNOWN,
                            "AddressRefused",
                            "Service " + service + " of the remote: " + refused.why() + kept(before)),
                    before);
        }
        if (seen.isPresent() && seen.get() instanceof GatewayObservation.ServiceAbsent) {
            return new Found(
                    connected,
                    Condition.no(
                            KNOWN,
                            "ServiceAbsent",
                            "the remote has no Service " + service
                                    + ": correct spec.gateway.service, or install the gateway there" + kept(before)),
                    before);
        }
        if (seen.isPresent()) {
            return new Found(
                    connected,
                    Condition.no(
                            KNOWN,
                            "AddressPending",
                            "Service " + service + " of the remote has no load balancer address" + kept(before)),
                    before);
        }
        if (before.isPresent()) {
            // After a restart, too, the last word stands until there is an answer.
            return new Found(
                    connected,
                    snapshot.connection() instanceof Connection.Connecting
                            ? RemoteStatus.stored(remote, KNOWN).orElseGet(GatewayDiscovery::lastKnown)
                            : lastKnown(),
                    before);
        }
        return new Found(
                connected,
                Condition.unknown(
                        KNOWN,
                        "GatewayUnknown",
                        "the remote was never asked with success, so its gateway is not known"),
                before);
    }
}
