package io.meshfed.reconcile.federation;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshfed.api.ImportedService;
import io.meshfed.api.ImportedServiceSpec;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.Names;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.FederationReason;
import io.meshfed.apply.Applier;
import io.meshfed.plan.mesh.IstioConfig;
import io.meshfed.plan.mesh.MeshConfigCheck;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Outcomes;
import io.meshfed.watch.ClusterWatch;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads istiod's configuration, checks it against the spec, and adds the network label to istiod's namespace. */
public final class IstioStep {
    private final LocalCluster cluster;
    private final Applier applier;

    /** @param cluster gives istiod's ConfigMaps */
    public IstioStep(LocalCluster cluster, Applier applier) {
        this.cluster = cluster;
        this.applier = applier;
    }

    /**
     * istiod's configuration.
     *
     * @param configured draft of MeshConfigured
     * @param config empty: it cannot be parsed
     * @param gatewayNetworks networks for which istiod's mesh networks name a gateway; empty: they cannot be parsed
     */
    record Result(
            Condition configured,
            Optional<IstioConfig> config,
            Optional<Set<String>> gatewayNetworks,
            Optional<String> trustDomain,
            Outcomes outcomes) {
        static Result unknown(Condition why) {
            return new Result(why, Optional.empty(), Optional.empty(), Optional.empty(), Outcomes.NONE);
        }

        /** Empty while istiod's mesh config is not known. */
        Optional<String> rootNamespace() {
            return config.filter(IstioConfig::meshConfigSeen).map(IstioConfig::rootNamespace);
        }
    }

    /** The caches for this step; starts the watches that do not run yet. */
    List<ClusterWatch<?>> caches(MeshFederation mesh) {
        return List.of(
                meshConfig(mesh),
                values(mesh),
                cluster.all(Namespace.class),
                cluster.all(RemoteMesh.class),
                cluster.all(ImportedService.class));
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
        Set<String> gatewayNetworks;
        try {
            config = config(mesh);
            gatewayNetworks = IstioConfig.gatewayNetworks(key(meshConfig(mesh), IstioConfig.MESH_NETWORKS_KEY));
        } catch (IllegalArgumentException e) {
            return Result.unknown(
                    Condition.no(ConditionType.MeshConfigured, FederationReason.MeshConfigUnreadable, e.getMessage()));
        }
        Optional<String> networkLabel = cluster.all(Namespace.class)
                .get("", namespace)
                .flatMap(n -> Optional.ofNullable(n.getMetadata().getLabels()))
                .map(l -> l.get(Names.NETWORK_LABEL));
        Condition configured = MeshConfigCheck.check(mesh, config, networkLabel, remotes(), remoteOnlyImports());
        String network = mesh.getSpec().mesh().network();
        boolean label = networkLabel.isEmpty() && config.network().equals(Optional.of(network));
        return new Result(
                configured,
                Optional.of(config),
                Optional.of(gatewayNetworks),
                MeshConfigCheck.effectiveTrustDomain(mesh, config),
                label ? labelNetwork(namespace, network) : Outcomes.NONE);
    }

    /** Empty while istiod's mesh config is not known. */
    Optional<String> rootNamespace(MeshFederation mesh) {
        try {
            return Optional.of(config(mesh)).filter(IstioConfig::meshConfigSeen).map(IstioConfig::rootNamespace);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private IstioConfig config(MeshFederation mesh) {
        String namespace = mesh.getSpec().mesh().controlPlaneNamespace();
        return IstioConfig.parse(
                key(meshConfig(mesh), IstioConfig.MESH_KEY), key(values(mesh), IstioConfig.VALUES_KEY), namespace);
    }

    private static Optional<String> key(ClusterWatch<ConfigMap> watch, String key) {
        return watch.list().stream()
                .findFirst()
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

    /** The label is shared with Istio's installation: it is added where it is missing, never forced and never removed. */
    private Outcomes labelNetwork(String namespace, String network) {
        try {
            return Outcomes.of(applier.share(new NamespaceBuilder()
                    .withNewMetadata()
                    .withName(namespace)
                    .addToLabels(Names.NETWORK_LABEL, network)
                    .endMetadata()
                    .build()));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            // Another client has set it meanwhile. The watch delivers the value, and MeshConfigCheck checks it.
            return Outcomes.NONE;
        }
    }
}
