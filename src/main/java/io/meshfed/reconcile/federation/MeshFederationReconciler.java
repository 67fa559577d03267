package io.meshfed.reconcile.federation;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
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
import io.meshfed.api.Condition;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationStatus;
import io.meshfed.api.Names;
import io.meshfed.apply.Applier;
import io.meshfed.apply.Ownership;
import io.meshfed.plan.IstioConfig;
import io.meshfed.plan.LocalMesh;
import io.meshfed.reconcile.ChangeRouter;
import io.meshfed.reconcile.FederationView;
import io.meshfed.reconcile.Installation;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Report;
import io.meshfed.reconcile.Requeue;
import io.meshfed.remote.ClusterWatch;
import io.meshfed.status.Conditions;
import io.meshfed.trust.TrustPlan;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration BLOCKED_AGAIN = Duration.ofSeconds(5);
    private static final Duration LONGEST_SLEEP = Duration.ofHours(1);

    private final LocalCluster cluster;
    private final FederationView view;
    private final ChangeRouter router;
    private final Requeue requeue;
    private final Applier applier;
    private final Conditions conditions;
    private final Report report;
    private final Clock clock;
    private final TrustFlow trust;
    private final IstioFlow istio;
    private final GatewayFlow gateway;
    private final ExportFlow exports;

    /** @param view where the other reconcilers learn of the mesh */
    public MeshFederationReconciler(
            LocalCluster cluster,
            FederationView view,
            ChangeRouter router,
            Requeue requeue,
            Applier applier,
            Conditions conditions,
            Report report,
            Clock clock,
            Installation installation,
            TrustFlow trust) {
        this.cluster = cluster;
        this.view = view;
        this.router = router;
        this.requeue = requeue;
        this.applier = applier;
        this.conditions = conditions;
        this.report = report;
        this.clock = clock;
        this.trust = trust;
        this.istio = new IstioFlow(cluster, applier);
        this.gateway = new GatewayFlow(cluster, applier);
        this.exports = new ExportFlow(cluster, applier, installation.mtlsManaged());
    }

    @Override
    public List<EventSource<?, MeshFederation>> prepareEventSources(EventSourceContext<MeshFederation> context) {
        return List.of(requeue.federationSource());
    }

    @Override
    public UpdateControl<MeshFederation> reconcile(MeshFederation mesh, Context<MeshFederation> context) {
        if (!cluster.all(MeshFederation.class).synced()) {
            return UpdateControl.<MeshFederation>noUpdate().rescheduleAfter(SOON);
        }
        Optional<MeshFederation> active =
                ActiveFederation.of(cluster.all(MeshFederation.class).list());
        if (active.isPresent()
                && !active.get()
                        .getMetadata()
                        .getName()
                        .equals(mesh.getMetadata().getName())) {
            return secondOne(mesh, active.get());
        }
        if (needed(mesh).stream().anyMatch(w -> !w.synced() && w.failure().isEmpty())) {
            return UpdateControl.<MeshFederation>noUpdate().rescheduleAfter(SOON);
        }
        return walk(mesh);
    }

    private List<ClusterWatch<?>> needed(MeshFederation mesh) {
        List<ClusterWatch<?>> needed = new ArrayList<>(trust.watches(mesh));
        needed.addAll(istio.watches(mesh));
        needed.addAll(gateway.watches(mesh));
        needed.addAll(exports.watches(mesh, mesh.getSpec().mesh().controlPlaneNamespace()));
        return needed;
    }

    /** What cannot be read stops only the step that needs it. */
    private UpdateControl<MeshFederation> walk(MeshFederation mesh) {
        IstioFlow.Result config = blocked("MeshConfigured", istio.watches(mesh))
                .map(c -> new IstioFlow.Result(c, Optional.empty(), Optional.empty()))
                .orElseGet(() -> istio.run(mesh));
        Optional<Condition> trustBlocked = blocked("TrustReady", trust.watches(mesh));
        Optional<TrustPlan> trusted = trustBlocked.isPresent() ? Optional.empty() : Optional.of(trust.run(mesh));
        publish(mesh, config, trusted.map(TrustPlan::trusted).orElse(Map.of()));
        GatewayFlow.Result gate = blocked("GatewayReady", gateway.watches(mesh))
                .map(c -> new GatewayFlow.Result(c, lastGateway(mesh)))
                .orElseGet(() -> gateway.run(mesh, config.config().flatMap(IstioConfig::network)));
        String rootNamespace = config.rootNamespace(mesh);
        if (exports.watches(mesh, rootNamespace).stream()
                .anyMatch(w -> !w.synced() && w.failure().isEmpty())) {
            return UpdateControl.<MeshFederation>noUpdate().rescheduleAfter(SOON);
        }
        Optional<Condition> exportBlocked = blocked("GatewayReady", exports.watches(mesh, rootNamespace));
        Optional<ExportFlow.Result> exported = exportBlocked.isPresent()
                ? Optional.empty()
                : Optional.of(exports.run(
                        mesh,
                        rootNamespace,
                        config.trustDomain().orElse(""),
                        gate.status(),
                        trusted.map(TrustPlan::publicRoots).orElse(List.of())));

        List<Condition> drafts = new ArrayList<>();
        drafts.add(trusted.map(TrustPlan::trustReady).or(() -> trustBlocked).orElseThrow());
        drafts.add(exportBlocked.filter(c -> gate.ready().holds()).orElse(gate.ready()));
        drafts.add(config.configured());
        exported.flatMap(ExportFlow.Result::conflict).ifPresent(drafts::add);
        List<Condition> stored = stored(mesh);
        List<Condition> now = conditions.summarize(
                stored,
                drafts,
                mesh.getMetadata().getGeneration(),
                exported.map(MeshFederationReconciler::readyMessage).orElse(""));
        Optional<MeshFederationStatus> before = Optional.ofNullable(mesh.getStatus());
        MeshFederationStatus status = new MeshFederationStatus(
                mesh.getMetadata().getGeneration(),
                now,
                config.trustDomain().orElse(null),
                trusted.flatMap(TrustPlan::status)
                        .or(() -> before.map(MeshFederationStatus::trust))
                        .orElse(null),
                gate.status(),
                exported.map(ExportFlow.Result::services)
                        .or(() -> before.map(MeshFederationStatus::exportedServices))
                        .orElse(null));
        boolean somethingBlocked = trustBlocked.isPresent() || exportBlocked.isPresent();
        return report.status(
                mesh,
                MeshFederation::new,
                status,
                stored,
                now,
                somethingBlocked
                        ? Optional.of(BLOCKED_AGAIN)
                        : Report.sooner(
                                trusted.flatMap(this::nextLook),
                                Report.sooner(gate.again(), exported.flatMap(ExportFlow.Result::again))));
    }

    private static Optional<Condition> blocked(String type, List<ClusterWatch<?>> watches) {
        return LocalCluster.trouble(watches).map(t -> Condition.no(type, "LocalClusterNotReadable", t));
    }

    private static MeshFederationStatus.GatewayStatus lastGateway(MeshFederation mesh) {
        return Optional.ofNullable(mesh.getStatus())
                .map(MeshFederationStatus::gateway)
                .orElseGet(() -> new MeshFederationStatus.GatewayStatus(
                        null, List.of(), mesh.getSpec().gateway().port()));
    }

    private static String readyMessage(ExportFlow.Result exported) {
        String message = exported.services() == 1 ? "1 service exported" : exported.services() + " services exported";
        return exported.notes().isEmpty() ? message : message + "; left out: " + String.join("; ", exported.notes());
    }

    private Optional<Duration> nextLook(TrustPlan trusted) {
        return trusted.wakeAt().map(at -> Duration.between(clock.instant(), at)).map(d -> {
            Duration wait = d.isNegative() ? SOON : d.plusSeconds(1);
            return wait.compareTo(LONGEST_SLEEP) > 0 ? LONGEST_SLEEP : wait;
        });
    }

    private void publish(MeshFederation mesh, IstioFlow.Result config, Map<String, Condition> trusted) {
        Optional<LocalMesh> local = config.config().flatMap(c -> config.trustDomain()
                .map(domain -> new LocalMesh(
                        mesh.getMetadata().getName(),
                        mesh.getSpec().mesh().network(),
                        domain,
                        c.trustDomainAliases(),
                        mesh.getSpec().mesh().clusterDomain(),
                        mesh.getSpec().mesh().controlPlaneNamespace(),
                        Optional.ofNullable(mesh.getSpec().mesh().locality()),
                        mesh.getSpec().imports().namespaceSelector())));
        boolean news = view.publish(new FederationView.ActiveMesh(
                mesh.getMetadata().getName(), mesh.getSpec().gateway().namespace(), local, trusted));
        if (news) {
            router.meshChanged();
        }
    }

    private UpdateControl<MeshFederation> secondOne(MeshFederation mesh, MeshFederation active) {
        return notReady(
                mesh,
                Condition.yes(
                        Conditions.CONFLICT,
                        "AnotherMeshFederation",
                        "MeshFederation " + active.getMetadata().getName()
                                + " is older and speaks for this mesh: delete one of the two"));
    }

    private UpdateControl<MeshFederation> notReady(MeshFederation mesh, Condition draft) {
        List<Condition> stored = stored(mesh);
        List<Condition> now =
                conditions.summarize(stored, List.of(draft), mesh.getMetadata().getGeneration(), "");
        MeshFederationStatus before = mesh.getStatus();
        MeshFederationStatus status = new MeshFederationStatus(
                mesh.getMetadata().getGeneration(),
                now,
                before == null ? null : before.trustDomain(),
                before == null ? null : before.trust(),
                before == null ? null : before.gateway(),
                before == null ? null : before.exportedServices());
        return report.status(mesh, MeshFederation::new, status, stored, now, Optional.of(BLOCKED_AGAIN));
    }

    private static List<Condition> stored(MeshFederation mesh) {
        return mesh.getStatus() == null ? List.of() : mesh.getStatus().conditions();
    }

    /**
     * Takes everything away that is not CA material: entries first, then the gateways of the remotes, then our own.
     * The order keeps istiod from seeing entries without a gateway, which it sends to proxies with an empty address.
     */
    @Override
    public DeleteControl cleanup(MeshFederation mesh, Context<MeshFederation> context) {
        Optional<MeshFederation> active = ActiveFederation.of(cluster.all(MeshFederation.class).list().stream()
                .filter(m -> m.getMetadata().getDeletionTimestamp() == null
                        || m.getMetadata().getName().equals(mesh.getMetadata().getName()))
                .toList());
        if (active.isPresent()
                && !active.get()
                        .getMetadata()
                        .getName()
                        .equals(mesh.getMetadata().getName())) {
            return DeleteControl.defaultDelete();
        }
        view.withdrawMesh();
        if (needed(mesh).stream().anyMatch(w -> !w.synced() && w.failure().isEmpty())) {
            return DeleteControl.noFinalizerRemoval().rescheduleAfter(200);
        }
        List<HasMetadata> entries = managed(Set.of(ServiceEntry.class, WorkloadEntry.class, DestinationRule.class));
        if (!entries.isEmpty()) {
            entries.forEach(applier::delete);
            return DeleteControl.noFinalizerRemoval().rescheduleAfter(200);
        }
        List<HasMetadata> remoteGateways = managed(Set.of(Gateway.class));
        if (!remoteGateways.isEmpty()) {
            remoteGateways.forEach(applier::delete);
            return DeleteControl.noFinalizerRemoval().rescheduleAfter(200);
        }
        String rootNamespace = istio.run(mesh).rootNamespace(mesh);
        Stream.concat(exports.standing(mesh, rootNamespace), gateway.standing(mesh))
                .forEach(applier::delete);
        router.meshChanged();
        return DeleteControl.defaultDelete();
    }

    private List<HasMetadata> managed(Set<Class<? extends HasMetadata>> kinds) {
        return kinds.stream()
                .map(cluster::all)
                .filter(ClusterWatch::synced)
                .flatMap(w -> w.list().stream())
                .map(HasMetadata.class::cast)
                .filter(Ownership::managed)
                .toList();
    }
}
