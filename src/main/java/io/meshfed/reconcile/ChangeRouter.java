package io.meshfed.reconcile;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.Names;
import io.meshfed.api.ObjectMetas;
import io.meshfed.api.RemoteMesh;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the custom resources that depend on a changed object, and requests their reconciliation. With ten thousand imports, only a
 * change that concerns all of them may wake all of them: the published mesh, a RemoteMesh that is created or deleted, and a
 * wildcard DestinationRule. {@code docs/wakeups.md} lists every case.
 */
public final class ChangeRouter implements LocalCluster.Listener {
    /** Counts are shown to users only and may be late. */
    private static final Duration COUNTS_DELAY = Duration.ofSeconds(2);

    /** Imports wait for the gateway's rules, but many DestinationRules can change at once. */
    private static final Duration RULES_DELAY = Duration.ofMillis(200);

    private static final Set<Class<?>> IMPORT_OUTPUTS =
            Set.of(ServiceEntry.class, WorkloadEntry.class, DestinationRule.class);

    private final ResourceIndex known;
    private final ReconcileTriggers wake;
    private final References references;
    private final OutputRoutes outputs;
    private final Coalescer counts;
    private final Coalescer rules;

    /**
     * @param known gives the custom resources
     * @param operatorNamespace where issuer Secrets, kubeconfig Secrets and ConfigMaps with roots live
     */
    public ChangeRouter(ResourceIndex known, ReconcileTriggers wake, String operatorNamespace) {
        this(known, wake, operatorNamespace, COUNTS_DELAY, RULES_DELAY);
    }

    ChangeRouter(
            ResourceIndex known,
            ReconcileTriggers wake,
            String operatorNamespace,
            Duration countsDelay,
            Duration rulesDelay) {
        this.known = known;
        this.wake = wake;
        this.references = new References(known, operatorNamespace);
        this.outputs = new OutputRoutes(known);
        this.counts = new Coalescer(countsDelay, () -> {
            remotes();
            federations();
        });
        this.rules = new Coalescer(rulesDelay, this::federations);
    }

    /** The published mesh changed in what remotes and imports depend on, or is no longer published. */
    public void meshPublished() {
        remotes();
        known.imports().forEach(this::imported);
    }

    /** Something changed that every remote depends on: the mesh's trust, or the addresses of a host name. */
    public void remoteInputsChanged() {
        remotes();
    }

    /** The published state of a remote changed, or is no longer published. */
    public void remotePublished(String remote) {
        known.imports().stream()
                .filter(i -> i.getSpec().from().isEmpty()
                        || i.getSpec().from().stream().anyMatch(f -> f.remote().equals(remote)))
                .forEach(this::imported);
    }

    /**
     * The operator has a new observation of a remote cluster, or of the connection to it. Trust is planned again only if its part of the observation
     * changed: an address of the gateway verifies no certificates.
     */
    public void remoteObserved(String remote, PeerObservation before, PeerObservation now) {
        wake.remote(remote);
        if (!before.equals(now)) {
            federations();
            issuing();
        }
    }

    /** A RemoteMesh was deleted, or its spec changed: this mesh's trust and other claims to its network depend on it. */
    public void remoteDeleted() {
        federations();
        remotes();
    }

    @Override
    public void syncChanged(Class<? extends HasMetadata> kind) {
        federations();
        remotes();
        if (ResourceIndex.READ_BY_IMPORTS.contains(kind) && !known.importsWait()) {
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
            secretChanged(object.getMetadata());
        } else if (object instanceof ConfigMap) {
            configMapChanged(object.getMetadata());
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
                    // The gateway's rule for an exported host depends on all rules of that host.
                    rules.schedule();
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
            // The spec decides which hosts are exported; the policy of an import depends on that.
            known.imports().stream().filter(ChangeRouter::setsPolicy).forEach(this::imported);
        } else {
            // The status has the history of this mesh's roots.
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
        remoteDeleted();
        if (exists(change.before()) != exists(change.after())) {
            remotePublished(change.latest().getMetadata().getName());
        }
    }

    private static boolean exists(Optional<? extends HasMetadata> object) {
        return object.filter(o -> o.getMetadata().getDeletionTimestamp() == null)
                .isPresent();
    }

    private void importChanged(ClusterChange change, ImportedService service) {
        if (change.before().isEmpty()) {
            // JOSDK's cache may have been ahead of ours: what it waited for may have changed before it was in our
            // index.
            imported(service);
        }
        boolean modeChanged = !change.before()
                .map(ImportedService.class::cast)
                .map(ChangeRouter::mode)
                .equals(Optional.of(mode(service)));
        if (change.specChanged() || modeChanged) {
            counts.schedule();
        }
        if (change.specChanged()
                && (setsPolicy(service)
                        || change.before().filter(ChangeRouter::setsPolicy).isPresent())) {
            rules.schedule();
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
            // Labels and annotations decide whether it is exported.
            imported.filter(ChangeRouter::setsPolicy).ifPresent(this::imported);
        }
        if (!selector(change.before()).equals(selector(change.after()))) {
            // Its selector may match the entries that joined another Service of this namespace, or match them no
            // longer.
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

    /** Whether istiod may use a Service as the gateway of a network. */
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
            // A registration may wait for this namespace.
            remotes();
        }
    }

    private void secretChanged(ObjectMeta secret) {
        if (references.trustReadsSecret(secret)) {
            federations();
            issuing();
        }
        references
                .remotesWithKubeconfig(secret)
                .forEach(r -> wake.remote(r.getMetadata().getName()));
    }

    private void configMapChanged(ObjectMeta configMap) {
        if (references.federationReadsConfigMap(configMap)) {
            federations();
            issuing();
        }
    }

    /** Remotes whose {@code cacerts} this mesh issues: it depends on this mesh's issuer and cacerts, and on all peers. */
    private void issuing() {
        known.remotes().stream()
                .filter(r -> r.getSpec().trust().issueCacerts() != null)
                .forEach(r -> wake.remote(r.getMetadata().getName()));
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
