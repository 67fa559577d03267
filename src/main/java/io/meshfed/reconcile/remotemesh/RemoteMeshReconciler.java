package io.meshfed.reconcile.remotemesh;

import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.meshfed.api.Names;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus;
import io.meshfed.api.UnknownFields;
import io.meshfed.api.condition.Condition;
import io.meshfed.plan.imports.world.RemoteState;
import io.meshfed.reconcile.ChangeRouter;
import io.meshfed.reconcile.FederationView;
import io.meshfed.reconcile.InboundEvents;
import io.meshfed.reconcile.Installation;
import io.meshfed.reconcile.KnownMesh;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Report;
import io.meshfed.reconcile.trust.PeerObservations;
import io.meshfed.status.Conditions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** One other mesh: connection, gateway addresses, and their registration with the local istiod. */
@ControllerConfiguration(
        name = "remotemesh",
        fieldManager = Names.MESHFED,
        finalizerName = Names.FINALIZER,
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 1, timeUnit = TimeUnit.HOURS))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, intervalMultiplier = 2, maxInterval = 30000)
public class RemoteMeshReconciler implements Reconciler<RemoteMesh>, Cleaner<RemoteMesh> {
    private final LocalCluster cluster;
    private final FederationView view;
    private final ChangeRouter router;
    private final InboundEvents events;
    private final PeerObservations observations;
    private final GatewayDiscovery discovery;
    private final RemoteCacerts cacerts;
    private final GatewayRegistration registration;
    private final Conditions conditions;
    private final Report report;
    private final KnownMesh known;
    private final RemoteSteps steps;
    private final RemoteCleanup cleanup;

    /** UIDs by name. */
    private final Map<String, String> uids = new ConcurrentHashMap<>();

    /** @param installation gives the namespace of kubeconfig Secrets */
    public RemoteMeshReconciler(
            LocalCluster cluster,
            FederationView view,
            ChangeRouter router,
            InboundEvents events,
            PeerObservations observations,
            GatewayDiscovery discovery,
            RemoteCacerts cacerts,
            GatewayRegistration registration,
            AddressingChoice choice,
            Conditions conditions,
            Report report,
            Installation installation) {
        this.cluster = cluster;
        this.view = view;
        this.router = router;
        this.events = events;
        this.observations = observations;
        this.discovery = discovery;
        this.cacerts = cacerts;
        this.registration = registration;
        this.conditions = conditions;
        this.report = report;
        this.known = new KnownMesh(cluster, view);
        RemoteCacheReadiness readiness = new RemoteCacheReadiness(cluster, installation.namespace());
        this.steps =
                new RemoteSteps(cluster, known, readiness, discovery, registration, choice, cacerts, this::publish);
        this.cleanup = new RemoteCleanup(readiness, discovery, registration, choice, report);
    }

    @Override
    public List<EventSource<?, RemoteMesh>> prepareEventSources(EventSourceContext<RemoteMesh> context) {
        return List.of(events.remoteSource());
    }

    @Override
    public UpdateControl<RemoteMesh> reconcile(RemoteMesh remote, Context<RemoteMesh> context) {
        if (UnknownFields.notUnderstood(remote)) {
            return report.notUnderstood(remote);
        }
        String name = remote.getMetadata().getName();
        if (recreated(remote)) {
            discovery.forget(remote);
            cacerts.forget(remote);
            registration.forget(remote);
        }
        try {
            return steps.run(remote)
                    .map(found -> finish(remote, context, found))
                    .orElseGet(Report::unchanged);
        } catch (RuntimeException e) {
            // A remote that cannot be registered must not keep the imports of the others waiting.
            if (view.remote(name).isEmpty()) {
                publish(registration.unregistered(
                        remote,
                        known.mesh(),
                        "it could not be registered: see the operator's log; the operator retries"));
            }
            throw e;
        } finally {
            observations.check(name);
        }
    }

    /**
     * Whether there was another RemoteMesh of that name whose deletion the operator did not complete, because its finalizer was
     * removed by hand. What belonged to it, such as its last known addresses, does not belong to this one.
     */
    private boolean recreated(RemoteMesh remote) {
        String uid = remote.getMetadata().getUid();
        return !uid.equals(Optional.ofNullable(uids.put(remote.getMetadata().getName(), uid))
                .orElse(uid));
    }

    private void publish(RemoteState remote) {
        if (view.publish(remote)) {
            router.remotePublished(remote.name());
        }
    }

    private UpdateControl<RemoteMesh> finish(RemoteMesh remote, Context<RemoteMesh> context, RemoteSteps.Found found) {
        List<Condition> stored = RemoteStatus.conditions(remote);
        List<Condition> now = conditions.summarize(
                stored, found.drafts(), remote.getMetadata().getGeneration(), RemoteStatus.readyMessage(remote));
        int imports = ImportCount.of(remote, cluster);
        RemoteMeshStatus status =
                RemoteStatus.of(remote, now, found.addressing(), found.gateway(), imports, found.trust());
        return report.status(remote, context, RemoteMesh::new, status, stored, now, found.again());
    }

    @Override
    public ErrorStatusUpdateControl<RemoteMesh> updateErrorStatus(
            RemoteMesh remote, Context<RemoteMesh> context, Exception e) {
        return report.failed(
                remote,
                context,
                RemoteMesh::new,
                conditions,
                RemoteStatus.conditions(remote),
                now -> RemoteStatus.keeping(remote, now),
                e);
    }

    @Override
    public DeleteControl cleanup(RemoteMesh remote, Context<RemoteMesh> context) {
        String name = remote.getMetadata().getName();
        if (view.withdraw(name)) {
            router.remotePublished(name);
        }
        Optional<Duration> next = cleanup.step(remote);
        if (next.isPresent()) {
            return DeleteControl.noFinalizerRemoval().rescheduleAfter(next.get().toMillis());
        }
        cacerts.forget(remote);
        observations.check(name);
        router.remoteDeleted();
        return DeleteControl.defaultDelete();
    }
}
