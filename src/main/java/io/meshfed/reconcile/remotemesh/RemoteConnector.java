package io.meshfed.reconcile.remotemesh;

import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshSpec.SecretKeyRef;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.remote.Connection;
import io.meshfed.remote.RemoteClusters;
import java.util.Optional;

/** Opens and closes the connection to a remote cluster, as {@code spec.cluster} and its kubeconfig Secret ask. */
final class RemoteConnector {
    private static final ConditionType TYPE = ConditionType.Connected;

    private final RemoteClusters clusters;
    private final KubeconfigSecrets kubeconfigs;

    RemoteConnector(RemoteClusters clusters, KubeconfigSecrets kubeconfigs) {
        this.clusters = clusters;
        this.kubeconfigs = kubeconfigs;
    }

    /** Returns the draft of Connected; empty if {@code spec.cluster} is not set. */
    Optional<Condition> connect(RemoteMesh remote) {
        String name = remote.getMetadata().getName();
        if (remote.getSpec().cluster() == null) {
            clusters.forget(name);
            return Optional.empty();
        }
        if (!kubeconfigs.readable()) {
            Connection connection = clusters.snapshot(name).connection();
            return Optional.of(
                    RemoteStatus.stored(remote, TYPE).orElseGet(() -> ConnectedCondition.condition(TYPE, connection)));
        }
        SecretKeyRef ref = remote.getSpec().cluster().kubeconfigSecretRef();
        Optional<byte[]> kubeconfig = kubeconfigs.read(ref);
        if (kubeconfig.isEmpty()) {
            clusters.forget(name);
            return Optional.of(kubeconfigs.missing(TYPE, "spec.cluster.kubeconfigSecretRef", ref));
        }
        clusters.ensure(name, kubeconfig.get(), remote.getSpec().gateway().service());
        Connection connection = clusters.snapshot(name).connection();
        Condition now = ConnectedCondition.condition(TYPE, connection);
        // After a restart the stored condition stays until the API server answers: a restart must not change it.
        return Optional.of(
                connection instanceof Connection.Connecting
                        ? RemoteStatus.stored(remote, TYPE).orElse(now)
                        : now);
    }

    void disconnect(RemoteMesh remote) {
        clusters.forget(remote.getMetadata().getName());
    }
}
