package io.meshfed.reconcile.federation;

import io.meshfed.api.ExportedMesh;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationStatus;
import io.meshfed.api.MeshFederationStatus.GatewayStatus;
import io.meshfed.api.condition.Condition;
import io.meshfed.plan.imports.world.LocalMesh;
import io.meshfed.plan.mesh.IstioConfig;
import io.meshfed.reconcile.CacheReadiness;
import io.meshfed.reconcile.ChangeRouter;
import io.meshfed.reconcile.FederationView;
import io.meshfed.reconcile.Outcomes;
import io.meshfed.reconcile.Report;
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
 * The steps of the active MeshFederation: istiod's configuration, trust, gateway, exports. What cannot be seen stops only
 * the step that needs it.
 */
final class FederationSteps {
    /** As many as somebody reads. */
    private static final int NOTES = 20;

    private static final Duration BLOCKED_AGAIN = Duration.ofSeconds(5);
    private static final Duration AT_ONCE = Duration.ofSeconds(1);
    private static final Duration LONGEST_SLEEP = Duration.ofHours(1);

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
     * What the walk found.
     *
     * @param drafts conditions, the most important first
     * @param readyMessage what to say when all is well
     * @param again when to look again although nothing was heard
     */
    record Found(
            List<Condition> drafts,
            String readyMessage,
            Optional<String> trustDomain,
            Optional<MeshFederationStatus.TrustStatus> trust,
            GatewayStatus gateway,
            Optional<Integer> exported,
            Optional<Duration> again) {}

    /** Whether something that a step needs was not seen yet and is expected to come. */
    boolean waiting(MeshFederation mesh) {
        return Stream.of(
                        istio.sight(mesh),
                        trust.sight(mesh),
                        gateway.sight(mesh),
                        exports.sight(mesh, Optional.empty()))
                .anyMatch(CacheReadiness::waiting);
    }

    /** Walks; empty if a step has to wait for something that was not asked for before. */
    Optional<Found> walk(MeshFederation mesh) {
        IstioStep.Result config = blocked("MeshConfigured", istio.sight(mesh))
                .map(IstioStep.Result::unknown)
                .orElseGet(() -> istio.run(mesh));
        CacheReadiness trustSight = trust.sight(mesh);
        CacheReadiness exportSight = exports.sight(mesh, config.rootNamespace());
        if (trustSight.waiting() || exportSight.waiting()) {
            return Optional.empty();
        }
        Optional<Condition> trustBlocked = blocked("TrustReady", trustSight);
        Optional<TrustStep.Result> trusted = trustBlocked.isPresent()
                ? Optional.empty()
                : Optional.of(trust.run(mesh, config.config(), config.trustDomain()));
        Optional<TrustPlan> plan = trusted.map(TrustStep.Result::plan);
        publish(mesh, config, plan.map(TrustPlan::trusted));
        GatewayStep.Result gate = blocked("GatewayReady", gateway.sight(mesh))
                .map(c -> new GatewayStep.Result(c, lastGateway(mesh)))
                .orElseGet(() -> gateway.run(
                        mesh,
                        config.config().flatMap(IstioConfig::network),
                        trust.istiodSince(mesh).isPresent()));
        Optional<Condition> exportBlocked = blocked("GatewayReady", exportSight);
        Optional<ExportStep.Result> exported = exportBlocked.isPresent()
                ? Optional.empty()
                : Optional.of(exports.run(mesh, facts(config, plan, gate)));

        List<Condition> drafts = new ArrayList<>();
        drafts.add(plan.map(TrustPlan::trustReady).or(() -> trustBlocked).orElseThrow());
        // An address that is awaited comes by itself; a kind that is missing does not.
        drafts.add(exportBlocked.orElse(gate.ready()));
        drafts.add(config.configured());
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
                Stream.of(
                                blocked ? Optional.of(BLOCKED_AGAIN) : Optional.<Duration>empty(),
                                plan.flatMap(this::nextLook),
                                trusted.map(TrustStep.Result::outcomes).flatMap(Outcomes::again),
                                config.outcomes().again(),
                                gate.again(),
                                exported.flatMap(ExportStep.Result::again))
                        .reduce(Optional.empty(), Report::sooner)));
    }

    private static Optional<Condition> blocked(String type, CacheReadiness sight) {
        return sight.trouble().map(t -> Condition.no(type, "LocalClusterNotReadable", t));
    }

    private static ExportStep.Facts facts(IstioStep.Result config, Optional<TrustPlan> plan, GatewayStep.Result gate) {
        Optional<List<ExportedMesh.PublicRoot>> roots = plan.map(TrustPlan::publicRoots);
        return new ExportStep.Facts(
                config.rootNamespace(),
                config.trustDomain(),
                roots,
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
        int more = exported.notes().size() - NOTES;
        return message + "; left out: "
                + exported.notes().stream().limit(NOTES).collect(Collectors.joining("; "))
                + (more > 0 ? "; and " + more + " more" : "");
    }

    private Optional<Duration> nextLook(TrustPlan trusted) {
        return trusted.wakeAt().map(at -> Duration.between(clock.instant(), at)).map(d -> {
            Duration wait = d.isNegative() ? AT_ONCE : d.plusSeconds(1);
            return wait.compareTo(LONGEST_SLEEP) > 0 ? LONGEST_SLEEP : wait;
        });
    }

    /**
     * Without istiod's mesh config its trust-domain aliases are not known, and to take them for absent would take
     * endpoints out: then there is no LocalMesh, and imports stay as they stand.
     */
    private void publish(MeshFederation mesh, IstioStep.Result config, Optional<Map<String, Condition>> trusted) {
        Optional<LocalMesh> local = config.config()
                .filter(IstioConfig::meshConfigSeen)
                .flatMap(c -> config.trustDomain()
                        .map(domain -> new LocalMesh(
                                mesh.getMetadata().getName(),
                                mesh.getSpec().mesh().network(),
                                domain,
                                c.trustDomainAliases(),
                                mesh.getSpec().mesh().clusterDomain(),
                                mesh.getSpec().mesh().controlPlaneNamespace(),
                                c.rootNamespace(),
                                Optional.ofNullable(mesh.getSpec().mesh().locality()),
                                gateway.ipFamily(),
                                mesh.getSpec().imports().namespaceSelector())));
        FederationView.News news = view.publish(new FederationView.ActiveMesh(
                mesh.getMetadata().getName(),
                mesh.getSpec().gateway().namespace(),
                local,
                trusted.or(() -> view.mesh().map(FederationView.ActiveMesh::trusted))
                        .orElse(Map.of()),
                config.gatewayNetworks()
                        .or(() -> view.mesh().map(FederationView.ActiveMesh::gatewayNetworks))
                        .orElse(Set.of()),
                trust.istiodSince(mesh)));
        if (news == FederationView.News.MESH) {
            router.meshChanged();
        } else if (news == FederationView.News.REMOTES) {
            router.remotesConcerned();
        }
    }
}
