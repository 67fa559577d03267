package io.meshfed.remote;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshfed.api.RemoteMeshSpec.ServiceRef;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** One connection with one credential: a client and the watch of the one gateway Service. */
final class RemoteLink implements AutoCloseable {
    private final KubernetesClient client;
    private final ClusterWatch<Service> watch;
    private final ServiceRef service;
    private final AddressPolicy policy;
    private final Optional<Instant> expiry;

    RemoteLink(
            RemoteClientFactory clients,
            RemoteCredential credential,
            ServiceRef service,
            AddressPolicy policy,
            Clock clock,
            Runnable onChange) {
        this.client = clients.open(credential);
        this.service = service;
        this.policy = policy;
        this.expiry = CredentialExpiry.of(credential);
        WatchSpec<Service> spec = WatchSpec.of(Service.class)
                .inNamespace(service.namespace())
                .named(service.name())
                .keeping(RemoteLink::addressesOnly)
                .ofRemote(16);
        this.watch = ClusterWatch.start(
                client,
                spec,
                new Listener<>() {
                    @Override
                    public void changed(Optional<Service> before, Optional<Service> after) {
                        onChange.run();
                    }

                    @Override
                    public void stateChanged() {
                        onChange.run();
                    }
                },
                clock);
    }

    boolean synced() {
        return watch.synced();
    }

    Connection connection() {
        Optional<Failure> failure = watch.failure();
        if (failure.isPresent()) {
            return new Connection.Failed(
                    failure.get().kind().name(), failure.get().message());
        }
        return watch.synced() ? new Connection.Connected() : new Connection.Connecting();
    }

    /** Empty until the first complete list; a later failure changes nothing of it. */
    Optional<GatewayObservation> gateway() {
        return watch.synced()
                ? Optional.of(GatewayService.observe(watch.get(service.namespace(), service.name()), policy))
                : Optional.empty();
    }

    Optional<Instant> expiry() {
        return expiry;
    }

    @Override
    public void close() {
        watch.close();
        client.close();
    }

    /** Another cluster's labels, annotations and ports are none of our business here. */
    private static Service addressesOnly(Service service) {
        service.setSpec(null);
        service.getMetadata().setAnnotations(null);
        service.getMetadata().setLabels(null);
        return service;
    }
}
