package io.meshfed.scenario;

import io.meshfed.testbed.ClusterOptions;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.Mesh;

/** East and west, as in the examples: installed, running, connected both ways, with addresses. */
final class Pair implements AutoCloseable {
    private final Mesh east;
    private final Mesh west;

    private Pair(Mesh east, Mesh west) {
        this.east = east;
        this.west = west;
    }

    /** Clusters with the chart; no operator runs, nothing is applied. */
    static Pair installed() {
        Clusters clusters = Clusters.fresh(
                ClusterOptions.named("east").withServiceCidr("10.255.10.0/24"),
                ClusterOptions.named("west").withServiceCidr("10.255.30.0/24"));
        return new Pair(
                Mesh.example(clusters.get("east"), "west", "172.18.64."),
                Mesh.example(clusters.get("west"), "east", "172.18.128."));
    }

    /** Both operators run and both meshes are Ready. */
    static Pair federated() {
        Pair pair = installed();
        pair.east.run();
        pair.west.run();
        pair.federate();
        return pair;
    }

    void federate() {
        east.applyExample("east.yaml");
        Mesh.until("the root", () -> east.find(
                        io.fabric8.kubernetes.api.model.Secret.class, "meshfed-system", "mesh-root-ca")
                .isPresent());
        east.copySecret("mesh-root-ca", west);
        west.applyExample("west.yaml");
        for (Mesh mesh : new Mesh[] {east, west}) {
            mesh.istiodAndCloudFollow();
            mesh.applyExample("gateway-reader.yaml");
        }
        connect(east, west);
        connect(west, east);
        Mesh.until("east", () -> Mesh.holds(east.federation("east"), "Ready"));
        Mesh.until("west", () -> Mesh.holds(west.federation("west"), "Ready"));
        Mesh.until("east's view of west", () -> Mesh.holds(east.remote("west"), "Ready"));
        Mesh.until("west's view of east", () -> Mesh.holds(west.remote("east"), "Ready"));
    }

    /** Gives one mesh a credential for the other's gateway Service. */
    static void connect(Mesh looker, Mesh lookedAt) {
        looker.kubeconfigSecret(lookedAt.cluster().name() + "-kubeconfig", credential(lookedAt));
    }

    static String credential(Mesh lookedAt) {
        return lookedAt.cluster().serviceAccountKubeconfig("meshfed-gateway", "meshfed-peer");
    }

    Mesh east() {
        return east;
    }

    Mesh west() {
        return west;
    }

    @Override
    public void close() {
        east.close();
        west.close();
    }
}
