package io.meshfed.reconcile.imports;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.meshfed.api.Condition;
import io.meshfed.api.ImportedService;
import io.meshfed.api.ImportedServiceSpec;
import io.meshfed.api.ImportedServiceStatus;
import io.meshfed.api.Names;
import io.meshfed.api.RemoteMesh;
import io.meshfed.apply.Applier;
import io.meshfed.apply.Owner;
import io.meshfed.plan.ImportPlan;
import io.meshfed.plan.ImportPlanner;
import io.meshfed.plan.ImportWorld;
import io.meshfed.plan.LocalMesh;
import io.meshfed.plan.ObjectKey;
import io.meshfed.plan.Remote;
import io.meshfed.reconcile.FederationView;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Outcomes;
import io.meshfed.reconcile.Report;
import io.meshfed.reconcile.Requeue;
import io.meshfed.remote.ClusterWatch;
import io.meshfed.status.Conditions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One imported service: world in, objects out. Deletion needs no code: the outputs are owned, and live beside their owner. */
@ControllerConfiguration(
        name = "importedservice",
        fieldManager = Names.MESHFED,
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 1, timeUnit = TimeUnit.HOURS))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, intervalMultiplier = 2, maxInterval = 30000)
public class ImportedServiceReconciler implements Reconciler<ImportedService> {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final LocalCluster cluster;
    private final FederationView view;
    private final Requeue requeue;
    private final Applier applier;
    private final Conditions conditions;
    private final Report report;

    /** @param view where the other reconcilers say what the mesh and its remotes are */
    public ImportedServiceReconciler(
            LocalCluster cluster,
            FederationView view,
            Requeue requeue,
            Applier applier,
            Conditions conditions,
            Report report) {
        this.cluster = cluster;
        this.view = view;
        this.requeue = requeue;
        this.applier = applier;
        this.conditions = conditions;
        this.report = report;
    }

    @Override
    public List<EventSource<?, ImportedService>> prepareEventSources(EventSourceContext<ImportedService> context) {
        return List.of(requeue.importSource());
    }

    @Override
    public UpdateControl<ImportedService> reconcile(ImportedService service, Context<ImportedService> context) {
        List<ClusterWatch<?>> needed = List.of(
                cluster.all(Service.class),
                cluster.all(Namespace.class),
                cluster.all(RemoteMesh.class),
                cluster.all(ServiceEntry.class),
                cluster.all(WorkloadEntry.class),
                cluster.all(DestinationRule.class));
        Optional<String> trouble = LocalCluster.trouble(needed);
        if (trouble.isPresent()) {
            return notReady(service, Condition.no("Resolved", "LocalClusterNotReadable", trouble.get()));
        }
        Optional<List<Remote>> remotes = remotes();
        if (needed.stream().anyMatch(w -> !w.synced()) || remotes.isEmpty()) {
            return UpdateControl.<ImportedService>noUpdate().rescheduleAfter(SOON);
        }
        Present present = present(service);
        Optional<LocalMesh> mesh = view.mesh().flatMap(FederationView.ActiveMesh::mesh);
        ImportPlan plan = ImportPlanner.plan(world(service, mesh, remotes.get(), present));
        List<Condition> drafts = new ArrayList<>(plan.conditions());
        Outcomes outcomes = new Outcomes();
        if (!plan.untouched()) {
            outcomes = apply(service, plan, present);
            outcomes.conflict().ifPresent(conflict -> replace(drafts, conflict));
        }
        return finish(service, plan, drafts, outcomes.again());
    }

    /** Every remote in effective values; empty while one of them was not looked at yet. */
    private Optional<List<Remote>> remotes() {
        List<Remote> known = new ArrayList<>();
        for (RemoteMesh remote : cluster.all(RemoteMesh.class).list()) {
            if (remote.getMetadata().getDeletionTimestamp() != null) {
                continue;
            }
            Optional<Remote> published = view.remote(remote.getMetadata().getName());
            if (published.isEmpty()) {
                return Optional.empty();
            }
            known.add(published.get());
        }
        return Optional.of(known);
    }

    private record Present(
            Optional<ServiceEntry> serviceEntry, List<WorkloadEntry> workloadEntries, List<DestinationRule> rules) {
        Stream<HasMetadata> all() {
            return Stream.of(serviceEntry.stream(), workloadEntries.stream(), rules.stream())
                    .flatMap(s -> s);
        }
    }

    private Present present(ImportedService service) {
        Owner owner = Owner.of(service);
        String namespace = service.getMetadata().getNamespace();
        return new Present(
                owned(cluster.all(ServiceEntry.class).list(namespace), owner).findFirst(),
                owned(cluster.all(WorkloadEntry.class).list(namespace), owner).toList(),
                owned(cluster.all(DestinationRule.class).list(namespace), owner).toList());
    }

    private static <T extends HasMetadata> Stream<T> owned(List<T> objects, Owner owner) {
        return objects.stream().filter(owner::owns);
    }

    private ImportWorld world(
            ImportedService service, Optional<LocalMesh> mesh, List<Remote> remotes, Present present) {
        String namespace = service.getMetadata().getNamespace();
        String name = service.getMetadata().getName();
        Map<String, String> labels = cluster.all(Namespace.class)
                .get("", namespace)
                .map(n -> n.getMetadata().getLabels())
                .orElse(Map.of());
        List<DestinationRule> others = mesh.map(m -> RulesForHost.others(
                        cluster.all(DestinationRule.class).list(), Owner.of(service), namespace, name, m))
                .orElse(List.of());
        return new ImportWorld(
                service,
                mesh,
                remotes,
                labels,
                cluster.all(Service.class).get(namespace, name),
                present.serviceEntry(),
                present.workloadEntries(),
                others,
                cluster.all(Service.class).list(namespace).stream()
                        .filter(s -> !s.getMetadata().getName().equals(name))
                        .toList());
    }

    /** Writes first and deletes after, so that no host is without endpoints in between. */
    private Outcomes apply(ImportedService service, ImportPlan plan, Present present) {
        Owner owner = Owner.of(service);
        Map<ObjectKey, HasMetadata> standing = present.all().collect(Collectors.toMap(ObjectKey::of, o -> o));
        Outcomes outcomes = new Outcomes();
        for (HasMetadata wanted : plan.wanted()) {
            outcomes.add(applier.apply(owner, wanted, find(wanted)));
            standing.remove(ObjectKey.of(wanted));
        }
        for (Map.Entry<ObjectKey, HasMetadata> left : standing.entrySet()) {
            if (!plan.kept().contains(left.getKey())) {
                applier.delete(left.getValue());
            }
        }
        return outcomes;
    }

    private Optional<? extends HasMetadata> find(HasMetadata wanted) {
        return cluster.all(wanted.getClass())
                .get(wanted.getMetadata().getNamespace(), wanted.getMetadata().getName());
    }

    private static void replace(List<Condition> drafts, Condition condition) {
        drafts.removeIf(c -> c.type().equals(condition.type()));
        drafts.add(condition);
    }

    private UpdateControl<ImportedService> finish(
            ImportedService service, ImportPlan plan, List<Condition> drafts, Optional<Duration> again) {
        List<Condition> stored = stored(service);
        List<Condition> now =
                conditions.summarize(stored, drafts, service.getMetadata().getGeneration(), plan.host() + " answers");
        ImportedServiceStatus before = service.getStatus();
        boolean kept = plan.mode().isEmpty() && before != null;
        ImportedServiceStatus status = new ImportedServiceStatus(
                service.getMetadata().getGeneration(),
                now,
                plan.host().isEmpty() ? null : plan.host(),
                kept ? before.mode() : plan.mode().orElse(null),
                kept ? before.remotes() : plan.remotes(),
                kept ? before.remoteNames() : text(plan.remotes()),
                kept ? before.ports() : plan.ports(),
                kept
                        ? before.portNumbers()
                        : text(plan.ports().stream()
                                .map(ImportedServiceSpec.Port::port)
                                .map(String::valueOf)
                                .toList()),
                kept ? before.addresses() : plan.addresses());
        return report.status(service, ImportedService::new, status, stored, now, again);
    }

    private UpdateControl<ImportedService> notReady(ImportedService service, Condition draft) {
        ImportedServiceStatus before = service.getStatus();
        List<Condition> stored = stored(service);
        List<Condition> now = conditions.summarize(
                stored, List.of(draft), service.getMetadata().getGeneration(), "");
        ImportedServiceStatus status = new ImportedServiceStatus(
                service.getMetadata().getGeneration(),
                now,
                before == null ? null : before.host(),
                before == null ? null : before.mode(),
                before == null ? List.of() : before.remotes(),
                before == null ? null : before.remoteNames(),
                before == null ? List.of() : before.ports(),
                before == null ? null : before.portNumbers(),
                before == null ? List.of() : before.addresses());
        return report.status(service, ImportedService::new, status, stored, now, Optional.of(Duration.ofSeconds(5)));
    }

    private static List<Condition> stored(ImportedService service) {
        return service.getStatus() == null ? List.of() : service.getStatus().conditions();
    }

    private static @Nullable String text(List<String> words) {
        return words.isEmpty() ? null : String.join(",", words);
    }
}
