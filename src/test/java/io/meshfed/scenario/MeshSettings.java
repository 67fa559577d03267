package io.meshfed.scenario;

import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.IstioInstallation;
import io.meshfed.testbed.Mesh;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Names, namespaces and the gateway port of each of the three meshes in {@link ThreeMeshesIT}. */
record MeshSettings(
        String name, String controlPlane, String revision, String edge, int port, String network, String trustDomain) {

    static final MeshSettings RED = new MeshSettings("red", "istio-system", "", "edge", 15443, "net-a", "red.example");
    static final MeshSettings GREEN =
            new MeshSettings("green", "mesh-control", "canary", "edge", 16443, "net-b", "green.example");
    static final MeshSettings BLUE =
            new MeshSettings("blue", "mesh-control", "", "border", 443, "net-c", "blue.example");
    static final List<MeshSettings> ALL = List.of(RED, GREEN, BLUE);

    Mesh install(Cluster cluster, String addressPrefix) {
        return Mesh.install(
                cluster,
                this::istio,
                Map.of(
                        "controlPlane.namespace", controlPlane,
                        "controlPlane.revisions[0]", revision,
                        "gateway.namespace", edge),
                addressPrefix);
    }

    private IstioInstallation istio(IstioInstallation istio) {
        return istio.namespace(controlPlane)
                .revision(revision)
                .trustDomain(trustDomain)
                .trustDomainAliases(others().map(MeshSettings::trustDomain).toArray(String[]::new))
                .network(network)
                .dnsCapture(true);
    }

    Stream<MeshSettings> others() {
        return ALL.stream().filter(Predicate.not(this::equals));
    }

    String federation() {
        return """
                apiVersion: meshfed.io/v1alpha1
                kind: MeshFederation
                metadata: {name: %s}
                spec:
                  mesh:
                    network: %s
                    trustDomain: %s
                    clusterDomain: mesh.internal
                    controlPlaneNamespace: %s
                    revision: "%s"
                  trust: {issuer: {secretName: shared-root, generate: %s}}
                  gateway: {namespace: %s, port: %d}
                  mtls: Strict
                  exports:
                    serviceSelector: {matchLabels: {meshfed.io/export: "true"}}
                    namespaceSelector: {matchLabels: {meshfed.io/export: allowed}}
                """
                .formatted(name, network, trustDomain, controlPlane, revision, equals(RED), edge, port);
    }

    String asRemote() {
        return """
                ---
                apiVersion: meshfed.io/v1alpha1
                kind: RemoteMesh
                metadata: {name: %1$s}
                spec:
                  network: %2$s
                  trustDomain: %3$s
                  cluster: {kubeconfigSecretRef: {name: %1$s-kubeconfig}}
                  gateway: {port: %4$d, service: {namespace: %5$s, name: istio-eastwestgateway}}
                """
                .formatted(name, network, trustDomain, port, edge);
    }

    String reader() {
        return """
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: peer, namespace: %1$s}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: peer, namespace: %1$s}
                rules:
                - {apiGroups: [""], resources: [services], resourceNames: [istio-eastwestgateway], verbs: [get, list, watch]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: peer, namespace: %1$s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: peer}
                subjects: [{kind: ServiceAccount, name: peer, namespace: %1$s}]
                """
                .formatted(edge);
    }
}
