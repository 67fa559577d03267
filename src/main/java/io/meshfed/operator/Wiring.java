package io.meshfed.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.meshfed.apply.Applier;
import io.meshfed.apply.EventRecorder;
import io.meshfed.net.AddressPolicy;
import io.meshfed.net.Cidr;
import io.meshfed.net.HostResolver;
import io.meshfed.reconcile.ChangeRouter;
import io.meshfed.reconcile.ClusterChange;
import io.meshfed.reconcile.FederationView;
import io.meshfed.reconcile.InboundEvents;
import io.meshfed.reconcile.Installation;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Report;
import io.meshfed.reconcile.ResourceIndex;
import io.meshfed.reconcile.federation.CertificateStep;
import io.meshfed.reconcile.federation.TrustStep;
import io.meshfed.reconcile.remotemesh.AddressingChoice;
import io.meshfed.reconcile.remotemesh.GatewayDiscovery;
import io.meshfed.reconcile.remotemesh.GatewayRegistration;
import io.meshfed.reconcile.remotemesh.RemoteCacerts;
import io.meshfed.reconcile.trust.PeerObservations;
import io.meshfed.reconcile.trust.TrustReader;
import io.meshfed.remote.RemoteClusters;
import io.meshfed.status.Conditions;
import io.meshfed.trust.TrustPlanner;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** Creates the objects of all packages and connects them. */
@Singleton
class Wiring {
    private static final int WRITE_TIMEOUT_MILLIS = 40_000;
    private static final int WRITE_RETRIES = 2;

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    Installation installation(OperatorConfig config) {
        return new Installation(
                config.namespace(), config.gatewayManaged(), config.mtlsManaged(), config.certManagerEnabled());
    }

    @Produces
    @Singleton
    InboundEvents events() {
        return new InboundEvents();
    }

    @Produces
    @Singleton
    FederationView view() {
        return new FederationView();
    }

    @Produces
    @Singleton
    LocalCluster cluster(KubernetesClient client) {
        return new LocalCluster(client);
    }

    @Produces
    @Singleton
    ChangeRouter router(LocalCluster cluster, InboundEvents events, OperatorConfig config) {
        return new ChangeRouter(ResourceIndex.of(cluster), events, config.namespace());
    }

    /** The watches start with the operator, so that the first reconciliations find complete caches. */
    void start(
            @Observes @Priority(1) StartupEvent event,
            LocalCluster cluster,
            ChangeRouter router,
            StatusMetrics metrics,
            Applier applier,
            OperatorConfig config) {
        cluster.start(config.namespace(), new LocalCluster.Listener() {
            @Override
            public void changed(ClusterChange change) {
                metrics.observe(change);
                change.after().ifPresent(applier::seen);
                router.changed(change);
            }

            @Override
            public void syncChanged(Class<? extends HasMetadata> kind) {
                router.syncChanged(kind);
            }
        });
    }

    void close(@Disposes LocalCluster cluster) {
        cluster.close();
    }

    @Produces
    @Singleton
    Applier applier(KubernetesClient client, WriteMetrics writes) {
        return new Applier(patient(client), writes);
    }

    /**
     * The API server waits up to 34 seconds for admission webhooks; a shorter client timeout would hide which webhook timed
     * out. There are few immediate retries, because reconcilers retry on their own.
     */
    private static KubernetesClient patient(KubernetesClient client) {
        return client.newClient(
                        new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                                .withRequestTimeout(WRITE_TIMEOUT_MILLIS)
                                .withRequestRetryBackoffLimit(WRITE_RETRIES)
                                .build())
                .adapt(KubernetesClient.class);
    }

    /** JOSDK's metrics by kind: by resource there would be thousands, and Prometheus rejects their differing labels. */
    @Produces
    @Singleton
    Metrics sdkMetrics(MeterRegistry registry) {
        return MicrometerMetrics.withoutPerResourceMetrics(registry);
    }

    @Produces
    @Singleton
    Conditions conditions(Clock clock) {
        return new Conditions(clock);
    }

    @Produces
    @Singleton
    Report report(KubernetesClient client, Clock clock, OperatorConfig config) {
        return new Report(new EventRecorder(client, clock, instance(config)));
    }

    @Produces
    @Singleton
    TrustPlanner trustPlanner(Clock clock) {
        return new TrustPlanner(clock, new SecureRandom());
    }

    @Produces
    @Singleton
    TrustReader trustReader(
            LocalCluster cluster, FederationView view, RemoteClusters remotes, Installation installation) {
        return new TrustReader(cluster, view, remotes, installation.namespace());
    }

    @Produces
    @Singleton
    RemoteCacerts remoteCacerts(
            LocalCluster cluster,
            RemoteClusters remotes,
            OperatorConfig config,
            TrustReader reader,
            TrustPlanner planner,
            WriteMetrics writes,
            Clock clock) {
        return new RemoteCacerts(cluster, remotes, config.namespace(), reader, planner, writes, clock);
    }

    @Produces
    @Singleton
    TrustStep trust(
            LocalCluster cluster,
            TrustReader reader,
            TrustPlanner planner,
            Applier applier,
            Installation installation) {
        return new TrustStep(
                reader,
                applier,
                planner,
                new CertificateStep(cluster, applier, installation.namespace(), installation.certManagerEnabled()),
                installation.namespace());
    }

    @Produces
    @Singleton
    AddressPolicy policy(OperatorConfig config) {
        return config.allowedServers()
                .map(cidrs ->
                        AddressPolicy.allowing(cidrs.stream().map(Cidr::parse).collect(Collectors.toSet())))
                .orElseGet(AddressPolicy::strict);
    }

    @Produces
    @Singleton
    RemoteClusters remotes(
            Instance<PeerObservations> observations, Clock clock, AddressPolicy policy, StatusMetrics metrics) {
        AtomicReference<RemoteClusters> made = new AtomicReference<>();
        made.set(new RemoteClusters(
                policy,
                name -> {
                    metrics.credential(name, made.get().snapshot(name).credential());
                    observations.get().changed(name);
                },
                clock));
        return made.get();
    }

    @Produces
    @Singleton
    PeerObservations observations(RemoteClusters remotes, ChangeRouter router) {
        return new PeerObservations(remotes, router);
    }

    void close(@Disposes RemoteClusters remotes) {
        remotes.close();
    }

    @Produces
    @Singleton
    HostResolver resolver(ChangeRouter router, AddressPolicy policy) {
        return new HostResolver(host -> router.remoteInputsChanged(), policy);
    }

    void close(@Disposes HostResolver resolver) {
        resolver.close();
    }

    @Produces
    @Singleton
    GatewayDiscovery discovery(LocalCluster cluster, RemoteClusters remotes, OperatorConfig config) {
        return new GatewayDiscovery(cluster, remotes, config.namespace());
    }

    @Produces
    @Singleton
    AddressingChoice addressing(LocalCluster cluster, Clock clock) {
        return new AddressingChoice(cluster, clock);
    }

    @Produces
    @Singleton
    GatewayRegistration registration(
            LocalCluster cluster, Applier applier, HostResolver resolver, AddressingChoice addressing) {
        return new GatewayRegistration(cluster, applier, resolver, addressing);
    }

    static String instance(OperatorConfig config) {
        return config.instance().orElseGet(() -> {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                return "meshfed";
            }
        });
    }
}
