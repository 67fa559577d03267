package io.meshfed.reconcile.federation;

import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationStatus;
import io.meshfed.api.MeshFederationStatus.GatewayStatus;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.ObjectReason;
import io.meshfed.plan.imports.world.LocalMesh;
import io.meshfed.plan.mesh.IstioConfig;
import io.meshfed.reconcile.CacheReadiness;
import io.meshfed.reconcile.ChangeRouter;
import io.meshfed.reconcile.FederationView;
import io.meshfed.reconcile.FederationView.ActiveMesh;
import io.meshfed.reconcile.Outcomes;
import io.meshfed.reconcile.Reschedule;
import io.meshfed.reconcile.trust.TrustCaches;
import io.meshfed.trust.TrustPlan;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The steps of the active MeshFederation: istiod's configuration, trust, gateway, exports. A cache that cannot be read stops
 * only the step that needs it.
 */
final class FederationSteps {
    /** A longer list would not be read. */
    private static final int MOST_NOTES = 20;

    private static final Duration BLOCKED_AGAIN = Duration.ofSeconds(5);

    private final FederationView view;
    private final ChangeRouter router;
    private final Clock clock;
    private final TrustStep trust;
    private final IstioStep istio;
    private final GatewayStep gateway;
    private final ExportStep exports;

    FederationSteps(
            FederationView view,
            ChangeRouter router,
            Clock clock,
            TrustStep trust,
            IstioStep istio,
            GatewayStep gateway,
            ExportStep exports) {
        this.view = view;
        this.router = router;
        this.clock = clock;
        this.trust = trust;
        this.istio = istio;
        this.gateway = gateway;
        this.exports = exports;
    }

    /**
     * Whether each step can run.
     *
     * @param trustCaches the caches that the trust step reads
     */
    record Readiness(
            TrustCaches trustCaches,
            CacheReadiness istio,
            CacheReadiness trust,
            CacheReadiness gateway,
            CacheReadiness exports) {

        /** Whether a cache is not complete yet and is expected to become so. */
        boolean waiting() {
            return Stream.of(istio, trust, gateway, exports).anyMatch(CacheReadiness::waiting);
        }
    }

    /**
     * What the steps found.
     *
     * @param drafts conditions, the most important first
     * @param readyMessage message of Ready if there is no problem
     * @param again when to reconcile again although nothing changed
     */
    record Found(
            List<Condition> drafts,
            String readyMessage,
            Optional<String> trustDomain,
            Optional<MeshFederationStatus.TrustStatus> trust,
            GatewayStatus gateway,
            Optional<Integer> exported,
            Optional<Duration> again) {}

    /** Asks each step for the caches that it needs, which starts the watches that do not run yet, and checks them. */
    Readiness readiness(MeshFederation mesh) {
        TrustCaches trustCaches = trust.caches(mesh);
        return new Readiness(
                trustCaches,
                CacheReadiness.of(istio.caches(mesh)),
                trust.readiness(mesh, trustCaches),
                CacheReadiness.of(gateway.caches(mesh)),
                CacheReadiness.of(exports.caches(mesh)));
    }

    /**
     * Runs the steps.
     *
     * @param readiness of this mesh, not waiting
     * @return empty if the export step has to wait for a cache whose namespace istiod's configuration gives
     */
    Optional<Found> run(MeshFederation mesh, Readiness readiness) {
        IstioStep.Result config = blocked(ConditionType.MeshConfigured, readiness.istio())
                .map(IstioStep.Result::unknown)
                .orElseGet(() -> istio.run(mesh));
        CacheReadiness exportReadiness = CacheReadiness.of(
                Stream.concat(exports.caches(mesh).stream(), exports.policyCaches(config.rootNamespace()).stream())
                        .toList());
        if (exportReadiness.waiting()) {
            return Optional.empty();
        }
        Optional<Condition> trustBlocked = blocked(ConditionType.TrustReady, readiness.trust());
        Optional<TrustStep.Result> trusted = trustBlocked.isPresent()
                ? Optional.empty()
                : Optional.of(trust.run(mesh, readiness.trustCaches(), config.config(), config.trustDomain()));
        Optional<TrustPlan> plan = trusted.map(TrustStep.Result::plan);
        publish(mesh, config, trusted, readiness.trustCaches());
        GatewayStep.Result gate = blocked(ConditionType.GatewayReady, readiness.gateway())
                .map(why -> new GatewayStep.Result(why, lastGateway(mesh), Outcomes.NONE))
                .orElseGet(() -> gateway.run(
                        mesh,
                        config.config().flatMap(IstioConfig::network),
                        readiness.trustCaches().istiodSince().isPresent()));
        // Exports have no condition of their own. The kinds that can be missing are Istio's, so this is the place.
        Optional<Condition> exportBlocked = blocked(ConditionType.MeshConfigured, exportReadiness);
        Optional<ExportStep.Result> exported = exportBlocked.isPresent()
                ? Optional.empty()
                : Optional.of(exports.run(mesh, facts(config, plan, gate)));

        List<Condition> drafts = new ArrayList<>();
        drafts.add(plan.map(TrustPlan::trustReady).or(() -> trustBlocked).orElseThrow());
        drafts.add(gate.ready());
        drafts.add(exportBlocked.orElse(config.configured()));
        trusted.flatMap(t -> t.outcomes().conflict())
                .or(() -> config.outcomes().conflict())
                .or(() -> exported.flatMap(ExportStep.Result::conflict))
                .ifPresent(drafts::add);
        boolean blocked = trustBlocked.isPresent() || exportBlocked.isPresent();
        return Optional.of(new Found(
                drafts,
                exported.map(FederationSteps::readyMessage).orElse(""),
                config.trustDomain(),
                plan.flatMap(TrustPlan::status),
                gate.status(),
                exported.map(ExportStep.Result::services),
                Reschedule.earliest(
                        blocked ? Optional.of(BLOCKED_AGAIN) : Optional.empty(),
                        plan.flatMap(TrustPlan::wakeAt).map(moment -> Reschedule.until(moment, clock)),
                        trusted.map(TrustStep.Result::outcomes).flatMap(Outcomes::again),
                        config.outcomes().again(),
                        gate.outcomes().again(),
                        exported.map(ExportStep.Result::outcomes).flatMap(Outcomes::again))));
    }

    private static Optional<Condition> blocked(ConditionType type, CacheReadiness readiness) {
        return readiness.trouble().map(why -> Condition.no(type, ObjectReason.LocalClusterNotReadable, why));
    }

    private static ExportStep.Facts facts(IstioStep.Result config, Optional<TrustPlan> plan, GatewayStep.Result gate) {
        return new ExportStep.Facts(
                config.rootNamespace(),
                config.trustDomain(),
                plan.map(TrustPlan::publicRoots),
                plan.flatMap(TrustPlan::istiod),
                plan.flatMap(TrustPlan::revocation),
                gate.status());
    }

    private static GatewayStatus lastGateway(MeshFederation mesh) {
        return Optional.ofNullable(mesh.getStatus())
                .map(MeshFederationStatus::gateway)
                .orElseGet(() -> new GatewayStatus(
                        null, List.of(), mesh.getSpec().gateway().port()));
    }

    private static String readyMessage(ExportStep.Result exported) {
        String message = exported.services() == 1 ? "1 service exported" : exported.services() + " services exported";
        if (exported.notes().isEmpty()) {
            return message;
        }
        int more = exported.notes().size() - MOST_NOTES;
        return message + "; left out: "
                + exported.notes().stream().limit(MOST_NOTES).collect(Collectors.joining("; "))
                + (more > 0 ? "; and " + more + " more" : "");
    }

    /**
     * Without istiod's mesh config its trust-domain aliases are not known. To treat them as absent would remove endpoints, so
     * there is no LocalMesh then, and the objects of imports stay unchanged.
     */
    private void publish(
            MeshFederation mesh, IstioStep.Result config, Optional<TrustStep.Result> trusted, TrustCaches caches) {
        String name = mesh.getMetadata().getName();
        Optional<LocalMesh> local = config.config()
                .filter(IstioConfig::meshConfigSeen)
                .flatMap(c -> config.trustDomain()
                        .map(domain -> new LocalMesh(
                                name,
                                mesh.getSpec().mesh().network(),
                                domain,
                                c.trustDomainAliases(),
                                mesh.getSpec().mesh().clusterDomain(),
                                mesh.getSpec().mesh().controlPlaneNamespace(),
                                c.rootNamespace(),
                                Optional.ofNullable(mesh.getSpec().mesh().locality()),
                                gateway.ipFamily(),
                                mesh.getSpec().imports().namespaceSelector())));
        // What cannot be read now stays as it was published last.
        Optional<ActiveMesh> before = view.mesh();
        FederationView.Effect effect = view.publish(new ActiveMesh(
                name,
                mesh.getSpec().gateway().namespace(),
                local,
                trusted.map(TrustStep.Result::snapshot)
                        .or(() ->
                                before.filter(b -> b.federation().equals(name)).flatMap(ActiveMesh::trust)),
                trusted.map(t -> t.plan().trusted())
                        .or(() -> before.map(ActiveMesh::trusted))
                        .orElse(Map.of()),
                config.gatewayNetworks()
                        .or(() -> before.map(ActiveMesh::gatewayNetworks))
                        .orElse(Set.of()),
                caches.istiodSince()));
        if (effect == FederationView.Effect.MESH) {
            router.meshPublished();
        } else if (effect == FederationView.Effect.REMOTES) {
            router.remoteInputsChanged();
        }
    }
}
