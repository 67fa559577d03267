package io.meshfed.reconcile.remotemesh;

import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.Names;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus;
import io.meshfed.api.RemoteMeshStatus.Addressing;
import io.meshfed.api.RemoteMeshStatus.RemoteTrustStatus;
import io.meshfed.api.UnknownFields;
import io.meshfed.api.condition.Condition;
import io.meshfed.plan.gateway.NetworkClaims;
import io.meshfed.plan.imports.world.RemoteState;
import io.meshfed.reconcile.CacheReadiness;
import io.meshfed.reconcile.ChangeRouter;
import io.meshfed.reconcile.FederationView;
import io.meshfed.reconcile.InboundEvents;
import io.meshfed.reconcile.Installation;
import io.meshfed.reconcile.KnownMesh;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Report;
import io.meshfed.status.Conditions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One other mesh: connection, gateway addresses, and their registration with the local istiod. */
@ControllerConfiguration(
        name = "remotemesh",
        fieldManager = Names.MESHFED,
        finalizerName = Names.FINALIZER,
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 1, timeUnit = TimeUnit.HOURS))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, intervalMultiplier = 2, maxInterval = 30000)
public class RemoteMeshReconciler implements Reconciler<RemoteMesh>, Cleaner<RemoteMesh> {
    private static final String KNOWN = "GatewayKnown";
    private static final Duration BLIND_AGAIN = Duration.ofSeconds(30);

    private final LocalCluster cluster;
    private final FederationView view;
    private final ChangeRouter router;
    private final InboundEvents requeue;
    private final GatewayDiscovery connections;
    private final RemoteCacerts issued;
    private final RemoteCacerts.Plans plans;
    private final GatewayRegistration registration;
    private final AddressingChoice choice;
    private final Conditions conditions;
    private final Report report;
    private final KnownMesh known;
    private final Map<String, String> uids = new ConcurrentHashMap<>();
    private final RemoteCacheReadiness sight;
    private final RemoteCleanup departure;

    /**
     * @param plans decides about a remote's {@code cacerts} that is made here
     * @param installation says where kubeconfig Secrets live
     */
    public RemoteMeshReconciler(
            LocalCluster cluster,
            FederationView view,
            ChangeRouter router,
            InboundEvents requeue,
            GatewayDiscovery connections,
            RemoteCacerts issued,
            RemoteCacerts.Plans plans,
            GatewayRegistration registration,
            AddressingChoice choice,
            Conditions conditions,
            Report report,
            Installation installation) {
        this.cluster = cluster;
        this.view = view;
        this.router = router;
        this.requeue = requeue;
        this.connections = connections;
        this.issued = issued;
        this.plans = plans;
        this.registration = registration;
        this.choice = choice;
        this.conditions = conditions;
        this.report = report;
        this.known = new KnownMesh(cluster, view);
        this.sight = new RemoteCacheReadiness(cluster, installation.namespace());
        this.departure = new RemoteCleanup(sight, connections, registration, choice, report);
    }

    @Override
    public List<EventSource<?, RemoteMesh>> prepareEventSources(EventSourceContext<RemoteMesh> context) {
        return List.of(requeue.remoteSource());
    }

    @Override
    public UpdateControl<RemoteMesh> reconcile(RemoteMesh remote, Context<RemoteMesh> context) {
        if (UnknownFields.notUnderstood(remote)) {
            return report.notUnderstood(remote);
        }
        if (madeAnew(remote)) {
            connections.forget(remote);
            issued.forget(remote);
            registration.forget(remote);
        }
        try {
            return look(remote, context);
        } catch (RuntimeException e) {
            // One that cannot be registered must not keep the imports of the others waiting.
            if (view.remote(remote.getMetadata().getName()).isEmpty()) {
                publish(registration.unregistered(
                        remote, known.mesh(), "it could not be registered, see the operator's log; tried again soon"));
            }
            throw e;
        }
    }

    private UpdateControl<RemoteMesh> look(RemoteMesh remote, Context<RemoteMesh> context) {
        CacheReadiness seen = sight.toRegister(choice.isGateway(remote));
        if (seen.waiting() || (seen.clear() && known.comes())) {
            return Report.waiting();
        }
        Optional<FederationView.ActiveMesh> mesh = known.mesh();
        Optional<Condition> fault = seen.trouble()
                .map(t -> Condition.no(KNOWN, "LocalClusterNotReadable", t))
                .or(() -> mesh.isPresent()
                        ? NetworkClaims.fault(remote, activeFederation(mesh.get()), remotes())
                        : Optional.of(NetworkClaims.noMesh()));
        GatewayDiscovery.Found found = connections.find(remote);
        if (fault.isPresent()) {
            // Imports must know that the remote was looked at, and that nothing new can be written for it.
            publish(registration.unregistered(remote, mesh, fault.get().message()));
            return finish(
                    remote,
                    context,
                    Stream.concat(fault.stream(), found.connected().stream()).toList(),
                    Optional.empty(),
                    found,
                    Optional.ofNullable(remote.getStatus()).map(RemoteMeshStatus::trust),
                    seen.trouble().map(t -> BLIND_AGAIN));
        }
        GatewayRegistration.Result result = registration.register(remote, mesh.orElseThrow(), found.addresses());
        publish(result.remote());
        List<Condition> drafts = new ArrayList<>();
        found.connected().ifPresent(drafts::add);
        drafts.add(result.fault().orElse(found.known()));
        RemoteCacerts.Result cacerts = issued.look(
                remote,
                activeFederation(mesh.orElseThrow()).get(0).getSpec().mesh().network(),
                plans);
        drafts.add(RemoteStatus.trusted(remote, mesh.orElseThrow(), cacerts.condition()));
        cacerts.condition().ifPresent(drafts::add);
        return finish(
                remote,
                context,
                drafts,
                result.addressing(),
                found,
                cacerts.status(),
                Report.sooner(result.again(), cacerts.again()));
    }

    /**
     * Whether another RemoteMesh of that name was known, and nobody saw its deletion to the end: its finalizer was taken
     * away. What was its own, such as its last known addresses, is not this one's.
     */
    private boolean madeAnew(RemoteMesh remote) {
        String uid = remote.getMetadata().getUid();
        return !uid.equals(Optional.ofNullable(uids.put(remote.getMetadata().getName(), uid))
                .orElse(uid));
    }

    private void publish(RemoteState remote) {
        if (view.publish(remote)) {
            router.remoteChanged(remote.name());
        }
    }

    /** One that waits for its turn has no say. */
    private List<MeshFederation> activeFederation(FederationView.ActiveMesh mesh) {
        return cluster.all(MeshFederation.class).get("", mesh.federation()).stream()
                .toList();
    }

    private List<RemoteMesh> remotes() {
        return cluster.all(RemoteMesh.class).list();
    }

    private UpdateControl<RemoteMesh> finish(
            RemoteMesh remote,
            Context<RemoteMesh> context,
            List<Condition> drafts,
            Optional<Addressing> addressing,
            GatewayDiscovery.Found found,
            Optional<RemoteTrustStatus> trust,
            Optional<Duration> again) {
        List<Condition> stored = RemoteStatus.conditions(remote);
        List<Condition> now = conditions.summarize(
                stored, drafts, remote.getMetadata().getGeneration(), RemoteStatus.readyMessage(remote));
        int imports = ImportCount.of(remote, cluster);
        RemoteMeshStatus status = RemoteStatus.of(remote, now, addressing, found.lastKnown(), imports, trust);
        return report.status(remote, context, RemoteMesh::new, status, stored, now, again);
    }

    @Override
    public DeleteControl cleanup(RemoteMesh remote, Context<RemoteMesh> context) {
        String name = remote.getMetadata().getName();
        if (view.withdraw(name)) {
            router.remoteChanged(name);
        }
        Optional<Duration> next = departure.depart(remote);
        if (next.isPresent()) {
            return DeleteControl.noFinalizerRemoval().rescheduleAfter(next.get().toMillis());
        }
        issued.forget(remote);
        router.remoteGone();
        return DeleteControl.defaultDelete();
    }
}
