package io.meshfed.testbed.live;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.testbed.Repository;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What is written for a mesh that federates with others: the two files of the examples, for any number of meshes. */
final class Federations {
    /** The Secret with the common root. */
    static final String ROOT = "mesh-root-ca";

    private Federations() {}

    /**
     * A MeshFederation, and a RemoteMesh for every other.
     *
     * @param generate whether the operator makes the root
     */
    static String mesh(LiveMesh mesh, Collection<LiveMesh> all, boolean generate) {
        String own =
                """
                apiVersion: meshfed.io/v1alpha1
                kind: MeshFederation
                metadata: {name: %1$s}
                spec:
                  mesh: {network: %1$s-network, trustDomain: %1$s.local, locality: %1$s/%1$s-a}
                  trust: {issuer: {secretName: %2$s, generate: %3$s}}
                  mtls: Strict
                  exports:
                    serviceSelector: {matchLabels: {meshfed.io/export: "true"}}
                    namespaceSelector: {matchLabels: {meshfed.io/export: allowed}}
                """
                        .formatted(mesh.name(), ROOT, generate);
        return own + others(mesh, all).stream().map(Federations::remote).collect(Collectors.joining());
    }

    private static String remote(LiveMesh peer) {
        return """
                ---
                apiVersion: meshfed.io/v1alpha1
                kind: RemoteMesh
                metadata: {name: %1$s}
                spec:
                  network: %1$s-network
                  trustDomain: %1$s.local
                  locality: %1$s/%1$s-a
                  cluster: {kubeconfigSecretRef: {name: %1$s-kubeconfig}}
                  gateway: {service: {namespace: %2$s, name: %3$s}}
                """
                .formatted(peer.name(), LiveMesh.GATEWAY_NAMESPACE, LiveMesh.GATEWAY);
    }

    /** A RemoteMesh whose root is another than ours. */
    static String remote(LiveMesh peer, String root) {
        return remote(peer)
                + "  trust: {roots: [{name: %s, pem: %s}]}\n".formatted(peer.name(), Serialization.asJson(root));
    }

    /** The values for Istio's chart that a user is given for such roots. */
    static List<Path> istioValueFiles(Roots roots) {
        return switch (roots) {
            case COMMON -> List.of();
            case DIFFERENT -> List.of(Repository.root().resolve("deploy/kind/istio/different-roots.yaml"));
        };
    }

    /** The mesh's own values for Istio's chart. */
    static Map<String, Object> istioValues(LiveMesh mesh, Collection<LiveMesh> all) {
        Map<String, Object> meshConfig = new LinkedHashMap<>();
        meshConfig.put("trustDomain", mesh.name() + ".local");
        meshConfig.put(
                "trustDomainAliases",
                others(mesh, all).stream().map(peer -> peer.name() + ".local").toList());
        meshConfig.put("accessLogFile", "/dev/stdout");
        meshConfig.put("defaultConfig", Map.of("proxyMetadata", Map.of("ISTIO_META_DNS_CAPTURE", "true")));
        Map<String, Object> global = new LinkedHashMap<>();
        global.put("meshID", mesh.name());
        global.put("network", mesh.name() + "-network");
        global.put("multiCluster", Map.of("clusterName", mesh.name()));
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("meshConfig", meshConfig);
        values.put("global", global);
        return values;
    }

    private static List<LiveMesh> others(LiveMesh mesh, Collection<LiveMesh> all) {
        return all.stream().filter(other -> other != mesh).toList();
    }
}
