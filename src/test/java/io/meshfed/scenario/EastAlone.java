package io.meshfed.scenario;

import io.meshfed.testbed.Mesh;

/** East without another cluster: it exports by label, and knows of west no more than the address of its gateway. */
final class EastAlone {
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

    private EastAlone() {}

    /** Declares both meshes, and waits for nothing. */
    static void declare(Mesh east) {
        east.cluster().applyYaml(DECLARATION);
    }

    /** Declares both meshes, and waits until both are Ready. */
    static void federate(Mesh east) {
        declare(east);
        east.untilFederated();
        Mesh.until("the remote", () -> Mesh.holds(east.remote("west"), "Ready"));
    }
}
