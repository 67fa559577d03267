package io.meshfed.remote;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.Optional;

/** One connection with one credential, for one Secret by name. */
final class SecretLink implements AutoCloseable {
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
                new Listener<>() {
                    @Override
                    public void changed(Optional<Secret> before, Optional<Secret> after) {
                        onChange.run();
                    }

                    @Override
                    public void stateChanged() {
                        onChange.run();
                    }
                },
                clock);
    }

    KubernetesClient client() {
        return client;
    }

    RemoteSecret view() {
        Optional<Failure> failure = watch.failure();
        if (failure.isPresent()) {
            return new RemoteSecret(
                    new Connection.Failed(
                            failure.get().kind().name(), failure.get().message()),
                    Optional.empty(),
                    validity);
        }
        return watch.synced()
                ? new RemoteSecret(new Connection.Connected(), watch.get(namespace, name), validity)
                : new RemoteSecret(new Connection.Connecting(), Optional.empty(), validity);
    }

    @Override
    public void close() {
        watch.close();
        client.close();
    }
}
