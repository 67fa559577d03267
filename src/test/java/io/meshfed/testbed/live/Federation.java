package io.meshfed.testbed.live;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.testbed.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a group of meshes is to be: the files of the examples and the Helm values of {@code deploy/kind/istio}, for any
 * number of meshes.
 *
 * @param names of the meshes; each federates with all others
 * @param roots where they have their root certificates from
 * @param istioValues more values for Istio's chart, in every mesh; a tree
 * @param selfSigned those of the meshes that ran before they heard of meshfed, with a CA that istiod made for itself
 */
public record Federation(List<String> names, Roots roots, Map<String, Object> istioValues, Set<String> selfSigned) {
    /** The Secret with the root. */
    static final String ROOT = "mesh-root-ca";

    private static final Path VALUES = Repository.root().resolve("deploy/kind/istio");

    /** Keeps immutable copies. */
    public Federation {
        names = List.copyOf(names);
        istioValues = Map.copyOf(istioValues);
        selfSigned = Set.copyOf(selfSigned);
    }

    /** Meshes with a common root. */
    public static Federation of(String... names) {
        return new Federation(List.of(names), Roots.COMMON, Map.of(), Set.of());
    }

    /** The same with other roots. */
    public Federation with(Roots other) {
        return new Federation(names, other, istioValues, selfSigned);
    }

    /** The same with more values for Istio's chart; a tree such as {@code Map.of("env", Map.of("NAME", "value"))}. */
    public Federation istioValues(Map<String, Object> tree) {
        return new Federation(names, roots, tree, selfSigned);
    }

    /** The same where these meshes run on a CA that istiod generated; their spec keeps that CA. */
    public Federation selfSigned(String... meshes) {
        return new Federation(names, roots, istioValues, Set.of(meshes));
    }

    /** The mesh that makes a common root. */
    String first() {
        return names.stream()
                .filter(name -> !selfSigned.contains(name))
                .findFirst()
                .orElseThrow();
    }

    /** What the operator's chart is installed with, in a mesh. */
    Map<String, String> operatorValues(String name) {
        return selfSigned.contains(name)
                ? Map.of("controlPlane.create", "true", "trust.migrate", "true")
                : Map.of("controlPlane.create", "true");
    }

    /** The MeshFederation of a mesh. */
    String mesh(String name) {
        boolean generate = name.equals(first());
        return """
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
                .formatted(name, ROOT, generate);
    }

    /** The RemoteMesh for a mesh that has our root. */
    static String remote(String name) {
        return """
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
                .formatted(name, LiveMesh.GATEWAY_NAMESPACE, LiveMesh.GATEWAY);
    }

    /** The RemoteMesh for a mesh that has another root than ours, in PEM. */
    static String remote(String name, String root) {
        return remote(name) + "  trust: {roots: [{name: %s, pem: %s}]}\n".formatted(name, Serialization.asJson(root));
    }

    /** The files with Helm values of a mesh: those that {@code deploy/kind} has. */
    List<Path> valueFiles(String name) {
        List<Path> files = new ArrayList<>();
        Path own = VALUES.resolve(name + ".yaml");
        // Those of east and west speak of each other only.
        if (names.size() == 2 && Files.exists(own)) {
            files.add(own);
        }
        if (roots == Roots.DIFFERENT) {
            files.add(VALUES.resolve("different-roots.yaml"));
        }
        return files;
    }

    /** What stands in no file. */
    Map<String, Object> moreValues(String name) {
        Map<String, Object> values = new LinkedHashMap<>();
        if (valueFiles(name).stream().noneMatch(file -> file.endsWith(name + ".yaml"))) {
            values.put(
                    "meshConfig",
                    Map.of(
                            "trustDomain",
                            name + ".local",
                            "trustDomainAliases",
                            others(name).stream().map(peer -> peer + ".local").toList(),
                            "defaultConfig",
                            Map.of("proxyMetadata", Map.of("ISTIO_META_DNS_CAPTURE", "true"))));
            values.put(
                    "global",
                    Map.of("meshID", name, "network", name + "-network", "multiCluster", Map.of("clusterName", name)));
        }
        istioValues.forEach((key, tree) -> values.merge(key, tree, Federation::merged));
        return values;
    }

    private static Object merged(Object one, Object other) {
        if (one instanceof Map<?, ?> first && other instanceof Map<?, ?> second) {
            Map<Object, Object> both = new LinkedHashMap<>(first);
            second.forEach((key, tree) -> both.merge(key, tree, Federation::merged));
            return both;
        }
        return other;
    }

    List<String> others(String name) {
        return names.stream().filter(other -> !other.equals(name)).toList();
    }

    @Override
    public String toString() {
        return String.join(" and ", names)
                + (roots == Roots.COMMON ? "" : " with different roots")
                + (selfSigned.isEmpty() ? "" : ", self-signed " + selfSigned);
    }
}
