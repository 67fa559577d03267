package io.meshfed.remote;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshfed.api.ExportedMesh;
import io.meshfed.api.RemoteMeshSpec.ServiceRef;
import io.meshfed.net.AddressPolicy;
import io.meshfed.remote.kubeconfig.CredentialExpiry;
import io.meshfed.remote.kubeconfig.RemoteCredential;
import io.meshfed.remote.kubeconfig.Validity;
import io.meshfed.watch.ClusterWatch;
import io.meshfed.watch.WatchListener;
import io.meshfed.watch.WatchSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * One connection with one credential: a client, the watch of the gateway's Service, and the watch of the other mesh's catalogue. The
 * first watch gives the state of the connection, because a mesh without meshfed has no catalogue, and a credential need not be able to
 * read it.
 */
final class RemoteLink implements Link {
    /** Pause between attempts to read a catalogue that does not exist or must not be read. */
    private static final Duration CATALOGUE_RETRY_CAP = Duration.ofMinutes(5);

    private final KubernetesClient client;
    private final ClusterWatch<Service> watch;
    private final ClusterWatch<ExportedMesh> catalogue;
    private final ServiceRef service;
    private final AddressPolicy policy;
    private final Optional<Validity> validity;

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
        this.validity = CredentialExpiry.of(credential);
        WatchSpec<Service> spec = WatchSpec.of(Service.class)
                .inNamespace(service.namespace())
                .named(service.name())
                .keeping(RemoteLink::addressesOnly)
                .ofRemote(16);
        this.watch = ClusterWatch.start(client, spec, WatchListener.running(onChange), clock);
        this.catalogue = ClusterWatch.start(
                client,
                WatchSpec.of(ExportedMesh.class)
                        .named(ExportedMesh.NAME)
                        .ofRemote(1)
                        .withTimes(CATALOGUE_RETRY_CAP, WatchSpec.SILENCE),
                WatchListener.running(onChange),
                clock);
    }

    @Override
    public boolean synced() {
        return watch.synced();
    }

    @Override
    public Connection connection() {
        return Connection.of(watch);
    }

    /** Empty until the first complete list; a later failure does not change it. */
    Optional<GatewayObservation> gateway() {
        return watch.synced()
                ? Optional.of(GatewayService.observe(watch.get(service.namespace(), service.name()), policy))
                : Optional.empty();
    }

    /** The catalogue of the other mesh; empty while it cannot be read. */
    Optional<ExportedMesh.Spec> catalogue() {
        return catalogue.synced() && catalogue.failure().isEmpty()
                ? catalogue.get("", ExportedMesh.NAME).map(ExportedMesh::getSpec)
                : Optional.empty();
    }

    @Override
    public Optional<Validity> validity() {
        return validity;
    }

    @Override
    public void close() {
        watch.close();
        catalogue.close();
        client.close();
    }

    /** Labels, annotations and ports of a Service of another cluster are not used. */
    private static Service addressesOnly(Service service) {
        service.setSpec(null);
        service.getMetadata().setAnnotations(null);
        service.getMetadata().setLabels(null);
        return service;
    }
}
