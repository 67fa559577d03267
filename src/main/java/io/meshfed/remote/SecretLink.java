package io.meshfed.remote;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshfed.remote.kubeconfig.CredentialExpiry;
import io.meshfed.remote.kubeconfig.RemoteCredential;
import io.meshfed.remote.kubeconfig.Validity;
import io.meshfed.watch.ClusterWatch;
import io.meshfed.watch.WatchListener;
import io.meshfed.watch.WatchSpec;
import java.time.Clock;
import java.util.Optional;

/** One connection with one credential, for one Secret with a given name. */
final class SecretLink implements Link {
    private final KubernetesClient client;
    private final ClusterWatch<Secret> watch;
    private final String namespace;
    private final String name;
    private final Optional<Validity> validity;

    SecretLink(
            RemoteClientFactory clients,
            RemoteCredential credential,
            String namespace,
            String name,
            Clock clock,
            Runnable onChange) {
        this.client = clients.open(credential);
        this.namespace = namespace;
        this.name = name;
        this.validity = CredentialExpiry.of(credential);
        this.watch = ClusterWatch.start(
                client,
                WatchSpec.of(Secret.class).inNamespace(namespace).named(name).ofRemote(1),
                WatchListener.running(onChange),
                clock);
    }

    KubernetesClient client() {
        return client;
    }

    @Override
    public boolean synced() {
        return watch.synced();
    }

    @Override
    public Connection connection() {
        return Connection.of(watch);
    }

    @Override
    public Optional<Validity> validity() {
        return validity;
    }

    /** The Secret as last seen. */
    Optional<Secret> secret() {
        return watch.get(namespace, name);
    }

    @Override
    public void close() {
        watch.close();
        client.close();
    }
}
