package io.meshfed.reconcile.federation;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.Names;
import io.meshfed.api.ObjectMetas;
import io.meshfed.apply.Applier;
import io.meshfed.apply.Outcome;
import io.meshfed.apply.Ownership;
import io.meshfed.reconcile.CacheReadiness;
import io.meshfed.reconcile.DeletionDeadline;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Outcomes;
import io.meshfed.reconcile.Report;
import io.meshfed.watch.ClusterWatch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The end of the active MeshFederation: everything goes that is not CA material. Entries first, then the gateways of the
 * remotes, then our own: the order keeps istiod from seeing entries without a gateway, which it would send to proxies
 * with an empty address.
 */
final class FederationCleanup {
    private static final List<Class<? extends HasMetadata>> ENTRIES =
            List.of(ServiceEntry.class, WorkloadEntry.class, DestinationRule.class);

    private static final Duration NEXT_STEP = Duration.ofMillis(200);
    private static final Duration BLIND_AGAIN = Duration.ofSeconds(2);

    private final LocalCluster cluster;
    private final Applier applier;
    private final Report report;
    private final DeletionDeadline farewell;
    private final IstioStep istio;
    private final GatewayStep gateway;
    private final ExportStep exports;

    FederationCleanup(
            LocalCluster cluster,
            Applier applier,
            Report report,
            DeletionDeadline farewell,
            IstioStep istio,
            GatewayStep gateway,
            ExportStep exports) {
        this.cluster = cluster;
        this.applier = applier;
        this.report = report;
        this.farewell = farewell;
        this.istio = istio;
        this.gateway = gateway;
        this.exports = exports;
    }

    /** One step; when to take the next, or empty after the last. */
    Optional<Duration> depart(MeshFederation mesh) {
        boolean late = farewell.late(mesh);
        List<HasMetadata> entries = written(ENTRIES, Names.IMPORTED_SERVICE_LABEL);
        List<HasMetadata> gateways = written(List.of(Gateway.class), Names.REMOTE_LABEL);
        List<HasMetadata> own = Stream.concat(exports.standing(mesh, istio.rootNamespace(mesh)), gateway.standing(mesh))
                .toList();
        if (!late && !seen()) {
            return Optional.of(BLIND_AGAIN);
        }
        if (late) {
            leave(mesh, Stream.of(entries, gateways, own).flatMap(List::stream).toList());
            return Optional.empty();
        }
        for (List<HasMetadata> next : List.of(entries, gateways)) {
            if (!next.isEmpty()) {
                return delete(next).or(() -> Optional.of(NEXT_STEP));
            }
        }
        return delete(own);
    }

    /** Whether every entry and gateway that may stand is in sight: one that is not seen would stay behind, out of order. */
    private boolean seen() {
        return CacheReadiness.of(Stream.concat(ENTRIES.stream(), Stream.of(Gateway.class))
                        .filter(kind -> !cluster.lacks(kind))
                        .<ClusterWatch<?>>map(cluster::all)
                        .toList())
                .clear();
    }

    /** When to try again what could not be deleted. */
    private Optional<Duration> delete(List<HasMetadata> objects) {
        Outcomes outcomes = new Outcomes();
        objects.stream().map(applier::delete).forEach(outcomes::add);
        return outcomes.again();
    }

    /** Waiting has to end: one try for each, and word of what is left. */
    private void leave(MeshFederation mesh, List<HasMetadata> objects) {
        Optional<String> first = Optional.empty();
        int left = 0;
        for (HasMetadata object : objects) {
            Optional<String> why;
            try {
                why = applier.delete(object) instanceof Outcome.Obstacle obstacle
                        ? Optional.of(obstacle.message())
                        : Optional.empty();
            } catch (KubernetesClientException e) {
                why = Optional.of(ObjectMetas.describe(object) + " (HTTP " + e.getCode() + ")");
            }
            left += why.isPresent() ? 1 : 0;
            first = first.isPresent() ? first : why;
        }
        if (left > 0) {
            report.leftover(mesh, left + " objects could not be deleted in time, the first: " + first.orElse(""));
        }
    }

    /** What was written for imports or remotes, whichever they are. */
    private List<HasMetadata> written(List<Class<? extends HasMetadata>> kinds, String label) {
        return kinds.stream()
                .map(cluster::all)
                .filter(ClusterWatch::synced)
                .flatMap(w -> w.list().stream())
                .map(HasMetadata.class::cast)
                .filter(Ownership::managed)
                .filter(o -> ObjectMetas.labels(o).containsKey(label))
                .toList();
    }
}
