package io.meshfed.reconcile.federation;

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
import io.meshfed.api.MeshFederationStatus;
import io.meshfed.api.Names;
import io.meshfed.api.UnknownFields;
import io.meshfed.api.condition.Condition;
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

    /** How long a deletion waits for entries and gateways to go in order. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Duration NEXT_STEP = Duration.ofMillis(200);

    private final LocalCluster cluster;
    private final FederationView view;
    private final ChangeRouter router;
    private final InboundEvents requeue;
    private final Conditions conditions;
    private final Report report;
    private final DeletionDeadline farewell;
    private final FederationSteps walk;
    private final FederationCleanup departure;

    /** @param view where the other reconcilers learn of the mesh */
    public MeshFederationReconciler(
            LocalCluster cluster,
            FederationView view,
            ChangeRouter router,
            InboundEvents requeue,
            Applier applier,
            Conditions conditions,
            Report report,
            Clock clock,
            Installation installation,
            TrustStep trust) {
        this.cluster = cluster;
        this.view = view;
        this.router = router;
        this.requeue = requeue;
        this.conditions = conditions;
        this.report = report;
        this.farewell = new DeletionDeadline(PATIENCE);
        IstioStep istio = new IstioStep(cluster, applier);
        GatewayStep gateway = new GatewayStep(cluster, applier, installation.gatewayManaged());
        ExportStep exports = new ExportStep(cluster, applier, installation.mtlsManaged());
        this.walk = new FederationSteps(view, router, clock, trust, istio, gateway, exports);
        this.departure = new FederationCleanup(cluster, applier, report, farewell, istio, gateway, exports);
    }

    @Override
    public List<EventSource<?, MeshFederation>> prepareEventSources(EventSourceContext<MeshFederation> context) {
        return List.of(requeue.federationSource());
    }

    @Override
    public UpdateControl<MeshFederation> reconcile(MeshFederation mesh, Context<MeshFederation> context) {
        if (UnknownFields.notUnderstood(mesh)) {
            return report.notUnderstood(mesh);
        }
        if (!cluster.all(MeshFederation.class).synced() || walk.waiting(mesh)) {
            return Report.waiting();
        }
        List<MeshFederation> all = cluster.all(MeshFederation.class).list();
        if (all.stream().noneMatch(known -> same(known, mesh))) {
            // The framework saw it first. Those that came before it may not be known either, and it would speak for
            // them.
            return Report.waiting();
        }
        Optional<MeshFederation> other = ActiveFederation.of(all, speaking()).filter(active -> !same(active, mesh));
        if (other.isPresent()) {
            return notActive(mesh, context, other.get());
        }
        return walk.walk(mesh).map(found -> finish(mesh, context, found)).orElseGet(Report::waiting);
    }

    /** The one that speaks for this mesh and stays, if it is not this one; the cache may not have this one yet. */
    private Optional<MeshFederation> activeInPlaceOf(MeshFederation mesh) {
        Stream<MeshFederation> others = cluster.all(MeshFederation.class).list().stream()
                .filter(m -> !same(m, mesh))
                .filter(m -> m.getMetadata().getDeletionTimestamp() == null);
        return ActiveFederation.of(Stream.concat(others, Stream.of(mesh)).toList(), speaking())
                .filter(active -> !same(active, mesh));
    }

    private Optional<String> speaking() {
        return view.mesh().map(FederationView.ActiveMesh::federation);
    }

    private static boolean same(MeshFederation one, MeshFederation other) {
        return one.getMetadata().getName().equals(other.getMetadata().getName());
    }

    private UpdateControl<MeshFederation> finish(
            MeshFederation mesh, Context<MeshFederation> context, FederationSteps.Found found) {
        Optional<MeshFederationStatus> before = Optional.ofNullable(mesh.getStatus());
        List<Condition> now = summarize(mesh, found.drafts(), found.readyMessage());
        MeshFederationStatus status = new MeshFederationStatus(
                mesh.getMetadata().getGeneration(),
                now,
                found.trustDomain().orElse(null),
                found.trust().or(() -> before.map(MeshFederationStatus::trust)).orElse(null),
                found.gateway(),
                found.exported()
                        .or(() -> before.map(MeshFederationStatus::exportedServices))
                        .orElse(null));
        return report.status(mesh, context, MeshFederation::new, status, stored(mesh), now, found.again());
    }

    private UpdateControl<MeshFederation> notActive(
            MeshFederation mesh, Context<MeshFederation> context, MeshFederation active) {
        Condition conflict = Condition.yes(
                Conditions.CONFLICT,
                "AnotherMeshFederation",
                "MeshFederation " + active.getMetadata().getName()
                        + " is older and speaks for this mesh: delete one of the two");
        List<Condition> now = summarize(mesh, List.of(conflict), "");
        MeshFederationStatus status =
                new MeshFederationStatus(mesh.getMetadata().getGeneration(), now, null, null, null, null);
        return report.status(
                mesh, context, MeshFederation::new, status, stored(mesh), now, Optional.of(NOT_ACTIVE_AGAIN));
    }

    private List<Condition> summarize(MeshFederation mesh, List<Condition> drafts, String readyMessage) {
        return conditions.summarize(stored(mesh), drafts, mesh.getMetadata().getGeneration(), readyMessage);
    }

    private static List<Condition> stored(MeshFederation mesh) {
        return mesh.getStatus() == null ? List.of() : mesh.getStatus().conditions();
    }

    @Override
    public DeleteControl cleanup(MeshFederation mesh, Context<MeshFederation> context) {
        if (UnknownFields.notUnderstood(mesh)) {
            // Where its gateway stands is not known; the garbage collector finds what it owns.
            return DeleteControl.defaultDelete();
        }
        boolean synced = cluster.all(MeshFederation.class).synced();
        if (!farewell.late(mesh) && (!synced || walk.waiting(mesh))) {
            return DeleteControl.noFinalizerRemoval().rescheduleAfter(NEXT_STEP.toMillis());
        }
        Optional<MeshFederation> other = activeInPlaceOf(mesh);
        if (other.isPresent()) {
            return DeleteControl.defaultDelete();
        }
        view.withdrawMesh();
        Optional<Duration> next = departure.depart(mesh);
        if (next.isPresent()) {
            return DeleteControl.noFinalizerRemoval().rescheduleAfter(next.get().toMillis());
        }
        farewell.end(mesh);
        router.meshChanged();
        return DeleteControl.defaultDelete();
    }
}
