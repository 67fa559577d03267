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
 * Deletes what belongs to the active MeshFederation, except CA material: first entries, then the gateways of remotes, then the
 * gateway of this mesh. istiod would send an entry without a gateway to the proxies with an empty address.
 */
final class FederationCleanup {
    private static final List<Class<? extends HasMetadata>> ENTRIES =
            List.of(ServiceEntry.class, WorkloadEntry.class, DestinationRule.class);

    /** Between two steps of a deletion. */
    static final Duration NEXT_STEP = Duration.ofMillis(200);

    private static final Duration NOT_READY_AGAIN = Duration.ofSeconds(2);

    private final LocalCluster cluster;
    private final Applier applier;
    private final Report report;
    private final DeletionDeadline deadline;
    private final IstioStep istio;
    private final GatewayStep gateway;
    private final ExportStep exports;

    FederationCleanup(
            LocalCluster cluster,
            Applier applier,
            Report report,
            DeletionDeadline deadline,
            IstioStep istio,
            GatewayStep gateway,
            ExportStep exports) {
        this.cluster = cluster;
        this.applier = applier;
        this.report = report;
        this.deadline = deadline;
        this.istio = istio;
        this.gateway = gateway;
        this.exports = exports;
    }

    /** One step; returns when to take the next, or empty after the last. */
    Optional<Duration> step(MeshFederation mesh) {
        boolean late = deadline.passed(mesh);
        List<HasMetadata> entries = written(ENTRIES, Names.IMPORTED_SERVICE_LABEL);
        List<HasMetadata> gateways = written(List.of(Gateway.class), Names.REMOTE_LABEL);
        List<HasMetadata> own = Stream.concat(exports.existing(mesh, istio.rootNamespace(mesh)), gateway.existing(mesh))
                .toList();
        if (!late && !ready()) {
            return Optional.of(NOT_READY_AGAIN);
        }
        if (late) {
            deleteOnce(
                    mesh,
                    Stream.of(entries, gateways, own).flatMap(List::stream).toList());
            return Optional.empty();
        }
        for (List<HasMetadata> next : List.of(entries, gateways)) {
            if (!next.isEmpty()) {
                return delete(next).or(() -> Optional.of(NEXT_STEP));
            }
        }
        return delete(own);
    }

    /** Whether the caches of entries and gateways are complete: an object missing there would be left behind. */
    private boolean ready() {
        return CacheReadiness.of(Stream.concat(ENTRIES.stream(), Stream.of(Gateway.class))
                        .filter(kind -> !cluster.lacks(kind))
                        .<ClusterWatch<?>>map(cluster::all)
                        .toList())
                .clear();
    }

    /** Returns when to try again what could not be deleted. */
    private Optional<Duration> delete(List<HasMetadata> objects) {
        return objects.stream().map(applier::delete).collect(Outcomes.collect()).again();
    }

    /** The deadline has passed: tries to delete each object once, and reports how many are left. */
    private void deleteOnce(MeshFederation mesh, List<HasMetadata> objects) {
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
            report.leftBehind(mesh, left + " objects could not be deleted in time, the first: " + first.orElse(""));
        }
    }

    /** The objects of all imports, or of all remotes. */
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
