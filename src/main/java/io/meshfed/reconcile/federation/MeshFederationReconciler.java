package io.meshfed.reconcile.federation;

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
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationStatus;
import io.meshfed.api.Names;
import io.meshfed.api.UnknownFields;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.FederationReason;
import io.meshfed.apply.Applier;
import io.meshfed.reconcile.ChangeRouter;
import io.meshfed.reconcile.DeletionDeadline;
import io.meshfed.reconcile.FederationView;
import io.meshfed.reconcile.InboundEvents;
import io.meshfed.reconcile.Installation;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Report;
import io.meshfed.status.Conditions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** This mesh: trust, istiod's configuration, gateway, exports, catalogue. */
@ControllerConfiguration(
        name = "meshfederation",
        fieldManager = Names.MESHFED,
        finalizerName = Names.FINALIZER,
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 1, timeUnit = TimeUnit.HOURS))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, intervalMultiplier = 2, maxInterval = 30000)
public class MeshFederationReconciler implements Reconciler<MeshFederation>, Cleaner<MeshFederation> {
    private static final Duration NOT_ACTIVE_AGAIN = Duration.ofSeconds(30);

    /** How long a deletion may take to delete entries and gateways in order. */
    private static final Duration DELETION_LIMIT = Duration.ofMinutes(5);

    private final LocalCluster cluster;
    private final FederationView view;
    private final ChangeRouter router;
    private final InboundEvents events;
    private final Conditions conditions;
    private final Report report;
    private final DeletionDeadline deadline;
    private final FederationSteps steps;
    private final FederationCleanup cleanup;

    /** @param view publishes the mesh for the other reconcilers */
    public MeshFederationReconciler(
            LocalCluster cluster,
            FederationView view,
            ChangeRouter router,
            InboundEvents events,
            Applier applier,
            Conditions conditions,
            Report report,
            Clock clock,
            Installation installation,
            TrustStep trust) {
        this.cluster = cluster;
        this.view = view;
        this.router = router;
        this.events = events;
        this.conditions = conditions;
        this.report = report;
        this.deadline = new DeletionDeadline(DELETION_LIMIT);
        IstioStep istio = new IstioStep(cluster, applier);
        GatewayStep gateway = new GatewayStep(cluster, applier, installation.gatewayManaged());
        ExportStep exports = new ExportStep(cluster, applier, installation.mtlsManaged());
        this.steps = new FederationSteps(view, router, clock, trust, istio, gateway, exports);
        this.cleanup = new FederationCleanup(cluster, applier, report, deadline, istio, gateway, exports);
    }

    @Override
    public List<EventSource<?, MeshFederation>> prepareEventSources(EventSourceContext<MeshFederation> context) {
        return List.of(events.federationSource());
    }

    @Override
    public UpdateControl<MeshFederation> reconcile(MeshFederation mesh, Context<MeshFederation> context) {
        if (UnknownFields.notUnderstood(mesh)) {
            return report.notUnderstood(mesh);
        }
        FederationSteps.Readiness readiness = steps.readiness(mesh);
        if (!cluster.all(MeshFederation.class).synced() || readiness.waiting()) {
            return Report.unchanged();
        }
        List<MeshFederation> all = cluster.all(MeshFederation.class).list();
        if (all.stream().noneMatch(known -> same(known, mesh))) {
            // JOSDK's cache is ahead of ours, which may lack an older MeshFederation too.
            return Report.unchanged();
        }
        Optional<MeshFederation> other = ActiveFederation.of(all, activeName()).filter(active -> !same(active, mesh));
        if (other.isPresent()) {
            return notActive(mesh, context, other.get());
        }
        return steps.run(mesh, readiness)
                .map(found -> finish(mesh, context, found))
                .orElseGet(Report::unchanged);
    }

    /** The active MeshFederation that is not being deleted, unless it is this one; the cache may not have this one yet. */
    private Optional<MeshFederation> activeInPlaceOf(MeshFederation mesh) {
        Stream<MeshFederation> others = cluster.all(MeshFederation.class).list().stream()
                .filter(m -> !same(m, mesh))
                .filter(m -> m.getMetadata().getDeletionTimestamp() == null);
        return ActiveFederation.of(Stream.concat(others, Stream.of(mesh)).toList(), activeName())
                .filter(active -> !same(active, mesh));
    }

    private Optional<String> activeName() {
        return view.mesh().map(FederationView.ActiveMesh::federation);
    }

    private static boolean same(MeshFederation one, MeshFederation other) {
        return one.getMetadata().getName().equals(other.getMetadata().getName());
    }

    private UpdateControl<MeshFederation> finish(
            MeshFederation mesh, Context<MeshFederation> context, FederationSteps.Found found) {
        List<Condition> now = summarize(mesh, found.drafts(), found.readyMessage());
        MeshFederationStatus status = FederationStatus.of(mesh, now, found);
        List<Condition> stored = FederationStatus.conditions(mesh);
        return report.status(mesh, context, MeshFederation::new, status, stored, now, found.again());
    }

    private UpdateControl<MeshFederation> notActive(
            MeshFederation mesh, Context<MeshFederation> context, MeshFederation active) {
        Condition conflict = Condition.yes(
                ConditionType.Conflict,
                FederationReason.AnotherMeshFederation,
                "MeshFederation " + active.getMetadata().getName()
                        + " is older and is active for this mesh: delete one of the two");
        List<Condition> now = summarize(mesh, List.of(conflict), "");
        MeshFederationStatus status =
                new MeshFederationStatus(mesh.getMetadata().getGeneration(), now, null, null, null, null);
        List<Condition> stored = FederationStatus.conditions(mesh);
        return report.status(mesh, context, MeshFederation::new, status, stored, now, Optional.of(NOT_ACTIVE_AGAIN));
    }

    private List<Condition> summarize(MeshFederation mesh, List<Condition> drafts, String readyMessage) {
        return conditions.summarize(
                FederationStatus.conditions(mesh), drafts, mesh.getMetadata().getGeneration(), readyMessage);
    }

    @Override
    public ErrorStatusUpdateControl<MeshFederation> updateErrorStatus(
            MeshFederation mesh, Context<MeshFederation> context, Exception e) {
        return report.failed(
                mesh,
                context,
                MeshFederation::new,
                conditions,
                FederationStatus.conditions(mesh),
                now -> FederationStatus.keeping(mesh, now),
                e);
    }

    @Override
    public DeleteControl cleanup(MeshFederation mesh, Context<MeshFederation> context) {
        if (UnknownFields.notUnderstood(mesh)) {
            // The namespace of its gateway is not known. The garbage collector deletes what it owns.
            return DeleteControl.defaultDelete();
        }
        boolean synced = cluster.all(MeshFederation.class).synced();
        if (!deadline.passed(mesh) && (!synced || steps.readiness(mesh).waiting())) {
            return DeleteControl.noFinalizerRemoval().rescheduleAfter(FederationCleanup.NEXT_STEP.toMillis());
        }
        Optional<MeshFederation> other = activeInPlaceOf(mesh);
        if (other.isPresent()) {
            return DeleteControl.defaultDelete();
        }
        view.withdrawMesh();
        Optional<Duration> next = cleanup.step(mesh);
        if (next.isPresent()) {
            return DeleteControl.noFinalizerRemoval().rescheduleAfter(next.get().toMillis());
        }
        deadline.forget(mesh);
        router.meshPublished();
        return DeleteControl.defaultDelete();
    }
}
