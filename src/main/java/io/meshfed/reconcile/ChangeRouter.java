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
import io.meshfed.api.ObjectMetas;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshSpec;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whom a change concerns: from a changed object to the custom resources that depend on it. With ten thousand imports
 * only what concerns all of them may wake all of them: another view of the mesh, a RemoteMesh that comes or goes, and
 * a wildcard DestinationRule.
 */
public final class ChangeRouter implements LocalCluster.Hearer {
    /** Counts are for people; they may lag. */
    private static final Duration COUNTS_LAG = Duration.ofSeconds(2);

    /** Imports wait for what the mesh does about their traffic policies; many of them come at once. */
    private static final Duration RULES_LAG = Duration.ofMillis(200);

    private static final Set<Class<?>> IMPORT_OUTPUTS =
            Set.of(ServiceEntry.class, WorkloadEntry.class, DestinationRule.class);

    private final ResourceIndex known;
    private final ReconcileTriggers wake;
    private final OutputRoutes outputs;
    private final Coalescer counts;
    private final Coalescer rules;

    /** @param known gives the custom resources there are */
    public ChangeRouter(ResourceIndex known, ReconcileTriggers wake) {
        this(known, wake, COUNTS_LAG, RULES_LAG);
    }

    ChangeRouter(ResourceIndex known, ReconcileTriggers wake, Duration countsLag, Duration rulesLag) {
        this.known = known;
        this.wake = wake;
        this.outputs = new OutputRoutes(known);
        this.counts = new Coalescer(countsLag, () -> {
            remotes();
            federations();
        });
        this.rules = new Coalescer(rulesLag, this::federations);
    }

    /** The mesh changed in what remotes and imports depend on. */
    public void meshChanged() {
        remotes();
        known.imports().forEach(this::imported);
    }

    /** Something that every remote looks at changed: the mesh's trust, an address behind a host name. */
    public void remotesConcerned() {
        remotes();
    }

    /** A remote changed in what its imports depend on. */
    public void remoteChanged(String remote) {
        known.imports().stream()
                .filter(i -> i.getSpec().from().isEmpty()
                        || i.getSpec().from().stream().anyMatch(f -> f.remote().equals(remote)))
                .forEach(this::imported);
    }

    /** Another mesh was heard of: this mesh's trust may have waited for it. */
    public void remoteHeard(String remote) {
        wake.remote(remote);
        federations();
        issuing();
    }

    /** A remote's claims changed: this mesh's trust and another remote's claim to its network depend on them. */
    public void remoteGone() {
        federations();
        remotes();
    }

    @Override
    public void settled(Class<? extends HasMetadata> kind) {
        federations();
        remotes();
        if (ResourceIndex.SEEN_BY_IMPORTS.contains(kind) && !known.importsWait()) {
            known.imports().forEach(this::imported);
        }
    }

    @Override
    public void changed(ClusterChange change) {
        HasMetadata object = change.latest();
        if (object instanceof MeshFederation) {
            federationChanged(change);
        } else if (object instanceof RemoteMesh) {
            remoteChanged(change);
        } else if (object instanceof ImportedService service) {
            importChanged(change, service);
        } else if (object instanceof Service) {
            serviceChanged(change);
        } else if (object instanceof Namespace) {
            namespaceChanged(change);
        } else if (object instanceof Secret) {
            secretChanged(object.getMetadata().getName());
        } else if (object instanceof ConfigMap) {
            federations();
        } else if (object instanceof GatewayClass) {
            remotes();
        } else if (object instanceof Gateway) {
            if (change.beyondStatus()) {
                remotes();
            }
        } else if (IMPORT_OUTPUTS.contains(change.kind())) {
            if (change.beyondStatus()) {
                outputs.concerned(change).forEach(this::imported);
                if (object instanceof DestinationRule) {
                    // What the east-west gateway is to follow for an exported host depends on all rules of that host.
                    rules.soon();
                }
            }
        } else {
            federations();
        }
    }

    private void federationChanged(ClusterChange change) {
        if (change.specChanged()) {
            remotes();
            federations();
            // Whether a host is exported.
            known.imports().stream().filter(ChangeRouter::setsPolicy).forEach(this::imported);
        } else {
            // What this mesh remembers of its roots.
            issuing();
        }
        if (change.after().isEmpty()) {
            known.imports().forEach(this::imported);
        }
    }

    private void remoteChanged(ClusterChange change) {
        if (!change.specChanged()) {
            return;
        }
        remoteGone();
        if (staying(change.before()) != staying(change.after())) {
            remoteChanged(change.latest().getMetadata().getName());
        }
    }

    private static boolean staying(Optional<? extends HasMetadata> object) {
        return object.filter(o -> o.getMetadata().getDeletionTimestamp() == null)
                .isPresent();
    }

    private void importChanged(ClusterChange change, ImportedService service) {
        if (change.before().isEmpty()) {
            // The framework may have seen it first; what it waited for may have come before it was known here.
            imported(service);
        }
        boolean modeChanged = !change.before()
                .map(ImportedService.class::cast)
                .map(ChangeRouter::mode)
                .equals(Optional.of(mode(service)));
        if (change.specChanged() || modeChanged) {
            counts.soon();
        }
        if (change.specChanged()
                && (setsPolicy(service)
                        || change.before().filter(ChangeRouter::setsPolicy).isPresent())) {
            rules.soon();
        }
    }

    private static boolean setsPolicy(HasMetadata object) {
        return object instanceof ImportedService service && service.getSpec().loadBalancing() != null;
    }

    private static String mode(ImportedService service) {
        return service.getStatus() == null
                ? ""
                : String.valueOf(service.getStatus().mode());
    }

    private void serviceChanged(ClusterChange change) {
        String namespace = change.latest().getMetadata().getNamespace();
        Optional<?> before = change.before().map(s -> ((Service) s).getSpec());
        Optional<?> after = change.after().map(s -> ((Service) s).getSpec());
        boolean spec = !before.equals(after);
        Optional<ImportedService> imported =
                known.imported(namespace, change.latest().getMetadata().getName());
        if (spec) {
            imported.ifPresent(this::imported);
        } else if (change.labelsChanged() || change.annotationsChanged()) {
            // Whether it is exported.
            imported.filter(ChangeRouter::setsPolicy).ifPresent(this::imported);
        }
        if (!selector(change.before()).equals(selector(change.after()))) {
            // Its selector may catch the entries that joined another Service of this namespace, or no longer.
            known.imports(namespace).stream()
                    .filter(i -> known.hasService(namespace, i.getMetadata().getName()))
                    .forEach(this::imported);
        }
        if (spec || change.labelsChanged() || change.annotationsChanged() || addressChanged(change)) {
            federations();
        }
        if ((spec || change.labelsChanged()) && (isGateway(change.before()) || isGateway(change.after()))) {
            remotes();
        }
    }

    private static Optional<?> selector(Optional<? extends HasMetadata> service) {
        return service.map(s -> Optional.ofNullable(((Service) s).getSpec().getSelector()));
    }

    /** Whether istiod may take a Service for the gateway of some network. */
    private static boolean isGateway(Optional<? extends HasMetadata> object) {
        return object.flatMap(o -> ObjectMetas.label(o, Names.NETWORK_LABEL)).isPresent();
    }

    private static boolean addressChanged(ClusterChange change) {
        return !change.before()
                .map(s -> Optional.ofNullable(((Service) s).getStatus()))
                .equals(change.after().map(s -> Optional.ofNullable(((Service) s).getStatus())));
    }

    private void namespaceChanged(ClusterChange change) {
        if (change.labelsChanged()) {
            known.imports(change.latest().getMetadata().getName()).forEach(this::imported);
            federations();
        }
        if (change.before().isEmpty() || change.after().isEmpty()) {
            // It may be the one for which a registration waits.
            remotes();
        }
    }

    private void secretChanged(String name) {
        federations();
        issuing();
        known.remotes().stream()
                .filter(r -> kubeconfigs(r.getSpec()).anyMatch(ref -> ref.name().equals(name)))
                .forEach(r -> wake.remote(r.getMetadata().getName()));
    }

    /** Those whose {@code cacerts} is made here: it follows this mesh's issuer, its cacerts, and what all peers say. */
    private void issuing() {
        known.remotes().stream()
                .filter(r -> r.getSpec().trust().issueCacerts() != null)
                .forEach(r -> wake.remote(r.getMetadata().getName()));
    }

    private static Stream<RemoteMeshSpec.SecretKeyRef> kubeconfigs(RemoteMeshSpec spec) {
        return Stream.of(
                        Optional.ofNullable(spec.cluster()).map(RemoteMeshSpec.RemoteCluster::kubeconfigSecretRef),
                        Optional.ofNullable(spec.trust().issueCacerts())
                                .map(RemoteMeshSpec.IssueCacerts::kubeconfigSecretRef))
                .flatMap(Optional::stream);
    }

    private void imported(ImportedService service) {
        wake.imported(
                service.getMetadata().getNamespace(), service.getMetadata().getName());
    }

    private void remotes() {
        known.remotes().forEach(r -> wake.remote(r.getMetadata().getName()));
    }

    private void federations() {
        known.federations().forEach(f -> wake.federation(f.getMetadata().getName()));
    }
}
