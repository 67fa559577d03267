package io.meshfed.scenario;

import io.meshfed.testbed.Mesh;

/** One cluster without a remote cluster: the mesh exports by label, and its RemoteMesh gives only the address of a gateway. */
final class ExportingCluster {
    private static final String DECLARATION =
            """
            apiVersion: meshfed.io/v1alpha1
            kind: MeshFederation
            metadata: {name: east}
            spec:
              mesh: {network: east-network, trustDomain: east.local}
              trust: {issuer: {secretName: mesh-root-ca, generate: true}}
              exports:
                serviceSelector: {matchLabels: {meshfed.io/export: "true"}}
                namespaceSelector: {matchLabels: {meshfed.io/export: allowed}}
            ---
            apiVersion: meshfed.io/v1alpha1
            kind: RemoteMesh
            metadata: {name: west}
            spec:
              network: west-network
              trustDomain: west.local
              gateway: {addresses: [172.18.128.10]}
            """;

    private ExportingCluster() {}

    /** Creates both resources, and does not wait. */
    static void declare(Mesh east) {
        east.cluster().applyYaml(DECLARATION);
    }

    /** Creates both resources, and waits until both are Ready. */
    static void federate(Mesh east) {
        declare(east);
        east.untilFederated();
        Mesh.until("the remote", () -> Mesh.holds(east.remote("west"), "Ready"));
    }
}
