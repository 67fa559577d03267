package io.meshfed.reconcile;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.Names;
import io.meshfed.api.RemoteMesh;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Whom a change concerns: from a changed object to the custom resources that depend on it. */
public final class ChangeRouter {
    /** Counts are for people; they may lag. */
    private static final Duration COUNTS_LAG = Duration.ofSeconds(2);

    private static final Set<Class<?>> IMPORT_OUTPUTS =
            Set.of(ServiceEntry.class, WorkloadEntry.class, DestinationRule.class);

    private final LocalCluster cluster;
    private final Requeue requeue;
    private final Coalescer counts;

    /** @param operatorNamespace whose Secrets and ConfigMaps custom resources refer to */
    public ChangeRouter(KnownCluster known, Requeue requeue) {
        this.cluster = known.cluster(this::route);
        this.requeue = requeue;
        this.counts = new Coalescer(COUNTS_LAG, () -> {
            remotes();
            federations();
        });
    }

    /** Makes the local cluster's watches around a listener. */
    @FunctionalInterface
    public interface KnownCluster {
        /** @param onChange is told of every change */
        LocalCluster cluster(java.util.function.Consumer<LocalCluster.Change> onChange);
    }

    /** The watches whose changes are routed here. */
    public LocalCluster cluster() {
        return cluster;
    }

    /** The mesh changed in what remotes and imports depend on. */
    public void meshChanged() {
        remotes();
        cluster.all(ImportedService.class).list().forEach(this::imported);
    }

    /** A remote changed in what its imports depend on. */
    public void remoteChanged(String remote) {
        cluster.all(ImportedService.class).list().stream()
                .filter(i -> i.getSpec().from().isEmpty()
                        || i.getSpec().from().stream().anyMatch(f -> f.remote().equals(remote)))
                .forEach(this::imported);
    }

    /** A remote is gone: this mesh's trust and another remote's claim to its network depend on it. */
    public void remoteGone() {
        federations();
        remotes();
    }

    private void route(LocalCluster.Change change) {
        HasMetadata object = change.latest();
        if (object instanceof MeshFederation) {
            if (specChanged(change)) {
                remotes();
                federations();
            }
        } else if (object instanceof RemoteMesh) {
            if (specChanged(change)) {
                remoteGone();
            }
        } else if (object instanceof ImportedService service) {
            importChanged(change, service);
        } else if (object instanceof Service) {
            serviceChanged(change);
        } else if (object instanceof Namespace) {
            if (labelsChanged(change)) {
                inNamespace(object.getMetadata().getName());
                federations();
            }
        } else if (object instanceof Secret || object instanceof ConfigMap) {
            federations();
            remotes();
        } else if (object instanceof Gateway || object instanceof GatewayClass) {
            remotes();
        } else {
            outputChanged(change);
        }
    }

    private void importChanged(LocalCluster.Change change, ImportedService service) {
        boolean modeChanged = !change.before()
                .map(ImportedService.class::cast)
                .map(ChangeRouter::mode)
                .equals(Optional.of(mode(service)));
        if (specChanged(change) || modeChanged) {
            counts.soon();
        }
    }

    private static String mode(ImportedService service) {
        return service.getStatus() == null
                ? ""
                : String.valueOf(service.getStatus().mode());
    }

    private void serviceChanged(LocalCluster.Change change) {
        HasMetadata service = change.latest();
        Optional<Object> before = change.before().map(s -> ((Service) s).getSpec());
        Optional<Object> after = change.after().map(s -> ((Service) s).getSpec());
        boolean spec = !before.equals(after);
        if (spec) {
            named(service.getMetadata().getNamespace(), service.getMetadata().getName());
        }
        if (spec || labelsChanged(change) || annotationsChanged(change) || addressChanged(change)) {
            federations();
        }
        if (networkLabel(change.before()) != networkLabel(change.after())) {
            remotes();
        }
    }

    private static boolean networkLabel(Optional<? extends HasMetadata> object) {
        return object.flatMap(o -> Optional.ofNullable(o.getMetadata().getLabels()))
                .map(l -> l.containsKey(Names.NETWORK_LABEL))
                .orElse(false);
    }

    private static boolean addressChanged(LocalCluster.Change change) {
        return !change.before()
                .map(s -> Optional.ofNullable(((Service) s).getStatus()))
                .equals(change.after().map(s -> Optional.ofNullable(((Service) s).getStatus())));
    }

    /** An output, or something of another in its place: whom it concerned before it changed must know too. */
    private void outputChanged(LocalCluster.Change change) {
        Set<ImportedService> concerned = new HashSet<>();
        change.before().ifPresent(before -> concerned.addAll(concerned(before)));
        change.after().ifPresent(after -> concerned.addAll(concerned(after)));
        concerned.forEach(this::imported);
        if (!IMPORT_OUTPUTS.contains(change.kind())) {
            federations();
        }
    }

    private List<ImportedService> concerned(HasMetadata object) {
        String namespace =
                Optional.ofNullable(object.getMetadata().getNamespace()).orElse("");
        List<ImportedService> concerned = new ArrayList<>();
        Optional<String> imported = Optional.ofNullable(object.getMetadata().getLabels())
                .map(labels -> labels.get(Names.IMPORTED_SERVICE_LABEL));
        imported.flatMap(name -> find(namespace, name)).ifPresent(concerned::add);
        if (concerned.isEmpty()
                && IMPORT_OUTPUTS.contains(object.getClass())
                && object.getMetadata().getName().startsWith("meshfed-")) {
            // One of ours that lost its label, or one of somebody else that stands in the way.
            concerned.addAll(cluster.all(ImportedService.class).list(namespace));
        }
        if (object instanceof DestinationRule rule
                && rule.getSpec() != null
                && rule.getSpec().getHost() != null) {
            String[] host = rule.getSpec().getHost().split("\\.");
            find(host.length > 1 ? host[1] : namespace, host[0]).ifPresent(concerned::add);
        }
        return concerned;
    }

    private Optional<ImportedService> find(String namespace, String name) {
        return cluster.all(ImportedService.class).get(namespace, name);
    }

    private void named(String namespace, String name) {
        find(namespace, name).ifPresent(this::imported);
    }

    private void inNamespace(String namespace) {
        cluster.all(ImportedService.class).list(namespace).forEach(this::imported);
    }

    private void imported(ImportedService service) {
        requeue.imported(
                service.getMetadata().getNamespace(), service.getMetadata().getName());
    }

    private void remotes() {
        cluster.all(RemoteMesh.class)
                .list()
                .forEach(r -> requeue.remote(r.getMetadata().getName()));
    }

    private void federations() {
        cluster.all(MeshFederation.class)
                .list()
                .forEach(f -> requeue.federation(f.getMetadata().getName()));
    }

    private static boolean specChanged(LocalCluster.Change change) {
        return !change.before()
                .map(o -> o.getMetadata().getGeneration())
                .equals(change.after().map(o -> o.getMetadata().getGeneration()));
    }

    private static boolean labelsChanged(LocalCluster.Change change) {
        return !Objects.equals(labels(change.before()), labels(change.after()));
    }

    private static boolean annotationsChanged(LocalCluster.Change change) {
        return !Objects.equals(annotations(change.before()), annotations(change.after()));
    }

    private static Optional<Map<String, String>> annotations(Optional<? extends HasMetadata> object) {
        return object.map(
                o -> Optional.ofNullable(o.getMetadata().getAnnotations()).orElse(Map.of()));
    }

    private static Optional<Map<String, String>> labels(Optional<? extends HasMetadata> object) {
        return object.map(o -> Optional.ofNullable(o.getMetadata().getLabels()).orElse(Map.of()));
    }
}
