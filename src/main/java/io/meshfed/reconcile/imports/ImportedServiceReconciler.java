package io.meshfed.reconcile.imports;

import io.fabric8.kubernetes.api.model.Namespace;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.Names;
import io.meshfed.api.UnknownFields;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.ObjectReason;
import io.meshfed.apply.Applier;
import io.meshfed.plan.imports.ImportPlan;
import io.meshfed.plan.imports.ImportPlanner;
import io.meshfed.plan.imports.world.ImportWorld;
import io.meshfed.plan.imports.world.LocalMesh;
import io.meshfed.plan.imports.world.RemoteState;
import io.meshfed.reconcile.CacheReadiness;
import io.meshfed.reconcile.FederationView;
import io.meshfed.reconcile.InboundEvents;
import io.meshfed.reconcile.KnownMesh;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Outcomes;
import io.meshfed.reconcile.Report;
import io.meshfed.reconcile.ResourceIndex;
import io.meshfed.status.Conditions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One imported service: world in, objects out. Deletion needs no code: Kubernetes deletes owned objects in the same namespace. */
@ControllerConfiguration(
        name = "importedservice",
        fieldManager = Names.MESHFED,
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 1, timeUnit = TimeUnit.HOURS))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, intervalMultiplier = 2, maxInterval = 30000)
public class ImportedServiceReconciler implements Reconciler<ImportedService> {
    private static final Duration NOT_READABLE_AGAIN = Duration.ofSeconds(30);

    private final LocalCluster cluster;
    private final ImportWorldReader worlds;
    private final KnownMesh known;
    private final InboundEvents events;
    private final ImportOutputs outputs;
    private final Conditions conditions;
    private final Report report;

    /** @param view where the other reconcilers publish the mesh and its remotes */
    public ImportedServiceReconciler(
            LocalCluster cluster,
            FederationView view,
            InboundEvents events,
            Applier applier,
            Conditions conditions,
            Report report) {
        this.cluster = cluster;
        this.worlds = new ImportWorldReader(cluster, view);
        this.known = new KnownMesh(cluster, view);
        this.events = events;
        this.outputs = new ImportOutputs(cluster, applier);
        this.conditions = conditions;
        this.report = report;
    }

    @Override
    public List<EventSource<?, ImportedService>> prepareEventSources(EventSourceContext<ImportedService> context) {
        return List.of(events.importSource());
    }

    @Override
    public UpdateControl<ImportedService> reconcile(ImportedService service, Context<ImportedService> context) {
        if (UnknownFields.notUnderstood(service)) {
            return report.notUnderstood(service);
        }
        if (terminating(service.getMetadata().getNamespace())) {
            // Nothing can be created there any more, and Kubernetes deletes all objects in it.
            return UpdateControl.noUpdate();
        }
        CacheReadiness caches = ResourceIndex.readyForImports(cluster);
        if (caches.trouble().isPresent()) {
            return notReadable(service, context, caches.trouble().get());
        }
        Optional<FederationView.ActiveMesh> mesh = known.mesh();
        Optional<List<RemoteState>> remotes = mesh.isEmpty() ? Optional.of(List.of()) : worlds.remotes();
        if (caches.waiting() || known.expected() || remotes.isEmpty()) {
            return Report.unchanged();
        }
        ImportOutputs.Present present = outputs.present(service);
        Optional<LocalMesh> local = mesh.flatMap(FederationView.ActiveMesh::mesh);
        Optional<MeshFederation> federation =
                mesh.flatMap(m -> cluster.all(MeshFederation.class).get("", m.federation()));
        ImportWorld world = worlds.world(service, local, federation, remotes.get(), present);
        ImportPlan plan = mesh.isPresent() ? ImportPlanner.plan(world) : ImportPlanner.withoutMesh(world);
        Outcomes outcomes = plan.untouched() ? Outcomes.NONE : outputs.apply(service, plan, present);
        return finish(service, context, plan, outcomes);
    }

    @Override
    public ErrorStatusUpdateControl<ImportedService> updateErrorStatus(
            ImportedService service, Context<ImportedService> context, Exception e) {
        return report.failed(
                service,
                context,
                ImportedService::new,
                conditions,
                ImportStatus.conditions(service),
                now -> ImportStatus.keeping(service, observed(service), now),
                e);
    }

    private static @Nullable Long observed(ImportedService service) {
        return service.getStatus() == null ? null : service.getStatus().observedGeneration();
    }

    private boolean terminating(String namespace) {
        return cluster.all(Namespace.class)
                .get("", namespace)
                .filter(n -> n.getMetadata().getDeletionTimestamp() != null)
                .isPresent();
    }

    private UpdateControl<ImportedService> finish(
            ImportedService service, Context<ImportedService> context, ImportPlan plan, Outcomes outcomes) {
        List<Condition> drafts = new ArrayList<>(plan.conditions());
        outcomes.conflict().ifPresent(conflict -> {
            drafts.removeIf(c -> c.type().equals(ConditionType.Conflict.name()));
            drafts.add(conflict);
        });
        List<Condition> stored = ImportStatus.conditions(service);
        List<Condition> now = conditions.summarize(
                stored, drafts, service.getMetadata().getGeneration(), plan.host() + " is imported");
        return report.status(
                service,
                context,
                ImportedService::new,
                ImportStatus.of(service, plan, now),
                stored,
                now,
                outcomes.again());
    }

    /** Objects are left unchanged as long as not all of them can be read. */
    private UpdateControl<ImportedService> notReadable(
            ImportedService service, Context<ImportedService> context, String trouble) {
        List<Condition> stored = ImportStatus.conditions(service);
        List<Condition> drafts =
                List.of(Condition.no(ConditionType.Resolved, ObjectReason.LocalClusterNotReadable, trouble));
        List<Condition> now =
                conditions.summarize(stored, drafts, service.getMetadata().getGeneration(), "");
        return report.status(
                service,
                context,
                ImportedService::new,
                ImportStatus.keeping(service, service.getMetadata().getGeneration(), now),
                stored,
                now,
                Optional.of(NOT_READABLE_AGAIN));
    }
}
