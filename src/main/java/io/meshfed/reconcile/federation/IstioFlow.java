package io.meshfed.reconcile.federation;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshfed.api.Condition;
import io.meshfed.api.ImportedService;
import io.meshfed.api.ImportedServiceSpec;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.Names;
import io.meshfed.api.RemoteMesh;
import io.meshfed.apply.Applier;
import io.meshfed.plan.IstioConfig;
import io.meshfed.plan.MeshConfigCheck;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.remote.ClusterWatch;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;

/** What istiod is configured with, whether that fits, and the network label of its namespace. */
public final class IstioFlow {
    private static final String TYPE = "MeshConfigured";

    private final LocalCluster cluster;
    private final Applier applier;

    /** @param cluster gives istiod's ConfigMaps */
    public IstioFlow(LocalCluster cluster, Applier applier) {
        this.cluster = cluster;
        this.applier = applier;
    }

    /**
     * What was found.
     *
     * @param config empty: istiod's configuration cannot be read as what it should be
     */
    record Result(Condition configured, Optional<IstioConfig> config, Optional<String> trustDomain) {
        boolean networkMatches(MeshFederation mesh) {
            return config.flatMap(IstioConfig::network)
                    .map(mesh.getSpec().mesh().network()::equals)
                    .orElse(false);
        }

        String rootNamespace(MeshFederation mesh) {
            return config.map(IstioConfig::rootNamespace)
                    .orElse(mesh.getSpec().mesh().controlPlaneNamespace());
        }
    }

    List<ClusterWatch<?>> watches(MeshFederation mesh) {
        return List.of(meshConfig(mesh), values(mesh), cluster.all(Namespace.class), cluster.all(RemoteMesh.class));
    }

    private ClusterWatch<ConfigMap> meshConfig(MeshFederation mesh) {
        return cluster.one(
                ConfigMap.class,
                mesh.getSpec().mesh().controlPlaneNamespace(),
                IstioConfig.meshConfigMapName(revision(mesh)));
    }

    private ClusterWatch<ConfigMap> values(MeshFederation mesh) {
        return cluster.one(
                ConfigMap.class,
                mesh.getSpec().mesh().controlPlaneNamespace(),
                IstioConfig.valuesConfigMapName(revision(mesh)));
    }

    private static Optional<String> revision(MeshFederation mesh) {
        return Optional.ofNullable(mesh.getSpec().mesh().revision());
    }

    Result run(MeshFederation mesh) {
        String namespace = mesh.getSpec().mesh().controlPlaneNamespace();
        IstioConfig config;
        try {
            config = IstioConfig.parse(
                    key(meshConfig(mesh), namespace, IstioConfig.meshConfigMapName(revision(mesh)), "mesh"),
                    key(values(mesh), namespace, IstioConfig.valuesConfigMapName(revision(mesh)), "values"),
                    namespace);
        } catch (IllegalArgumentException e) {
            return new Result(
                    Condition.no(TYPE, "MeshConfigUnreadable", e.getMessage()), Optional.empty(), Optional.empty());
        }
        Optional<String> label = cluster.all(Namespace.class)
                .get("", namespace)
                .flatMap(n -> Optional.ofNullable(n.getMetadata().getLabels()))
                .map(l -> l.get(Names.NETWORK_LABEL));
        Condition configured = MeshConfigCheck.check(mesh, config, label, remotes(), remoteOnlyImports());
        Result result = new Result(configured, Optional.of(config), MeshConfigCheck.effectiveTrustDomain(mesh, config));
        if (label.isEmpty() && result.networkMatches(mesh)) {
            labelNetwork(namespace, mesh.getSpec().mesh().network());
        }
        return result;
    }

    private static Optional<String> key(ClusterWatch<ConfigMap> watch, String namespace, String name, String key) {
        return watch.get(namespace, name)
                .flatMap(c -> Optional.ofNullable(c.getData()))
                .map(d -> d.get(key));
    }

    private List<RemoteMesh> remotes() {
        return cluster.all(RemoteMesh.class).list().stream()
                .filter(r -> r.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    private boolean remoteOnlyImports() {
        return cluster.all(ImportedService.class).list().stream()
                .anyMatch(i -> i.getStatus() != null && i.getStatus().mode() == ImportedServiceSpec.Mode.Remote);
    }

    /** The label is shared: it is added where nobody set one, never forced and never removed. */
    private void labelNetwork(String namespace, String network) {
        try {
            applier.share(new NamespaceBuilder()
                    .withNewMetadata()
                    .withName(namespace)
                    .addToLabels(Names.NETWORK_LABEL, network)
                    .endMetadata()
                    .build());
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            // Somebody set it meanwhile; the watch brings the value, and the check judges it.
        }
    }
}
