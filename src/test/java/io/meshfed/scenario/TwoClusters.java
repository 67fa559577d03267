package io.meshfed.scenario;

import io.meshfed.testbed.ClusterOptions;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.Mesh;
import java.util.List;

/** Two clusters with an operator each: east and west of {@code docs/examples}, connected in both directions. */
final class TwoClusters implements AutoCloseable {
    private final Mesh east;
    private final Mesh west;

    private TwoClusters(Mesh east, Mesh west) {
        this.east = east;
        this.west = west;
    }

    /** Installs the chart in both clusters; starts no operator and creates no resource. */
    static TwoClusters installed() {
        Clusters clusters = Clusters.fresh(
                ClusterOptions.named("east").withServiceCidr("10.255.10.0/24"),
                ClusterOptions.named("west").withServiceCidr("10.255.30.0/24"));
        return new TwoClusters(
                Mesh.example(clusters.get("east"), "west", "172.18.64."),
                Mesh.example(clusters.get("west"), "east", "172.18.128."));
    }

    /** Two clusters in which a test has installed what it needs. */
    static TwoClusters of(Mesh east, Mesh west) {
        return new TwoClusters(east, west);
    }

    /** Starts both operators and waits until both meshes are Ready. */
    static TwoClusters federated() {
        TwoClusters clusters = installed();
        clusters.east.run();
        clusters.west.run();
        clusters.federate();
        return clusters;
    }

    void federate() {
        east.applyExample("east.yaml");
        Mesh.until("the root", () -> east.find(
                        io.fabric8.kubernetes.api.model.Secret.class, "meshfed-system", "mesh-root-ca")
                .isPresent());
        east.copySecret("mesh-root-ca", west);
        west.applyExample("west.yaml");
        for (Mesh mesh : both()) {
            mesh.istiodAndCloudFollow();
        }
        connect();
        Mesh.until("east", () -> Mesh.holds(east.federation("east"), "Ready"));
        Mesh.until("west", () -> Mesh.holds(west.federation("west"), "Ready"));
        Mesh.until("east's view of west", () -> Mesh.holds(east.remote("west"), "Ready"));
        Mesh.until("west's view of east", () -> Mesh.holds(west.remote("east"), "Ready"));
    }

    /** Gives each operator a kubeconfig that may read the gateway Service of its peer. */
    void connect() {
        for (Mesh mesh : both()) {
            mesh.applyExample("gateway-reader.yaml");
        }
        connect(east, west);
        connect(west, east);
    }

    List<Mesh> both() {
        return List.of(east, west);
    }

    /** Gives the operator of a mesh a kubeconfig that may read the gateway Service of its peer. */
    static void connect(Mesh mesh, Mesh peer) {
        mesh.kubeconfigSecret(peer.cluster().name() + "-kubeconfig", credential(peer));
    }

    static String credential(Mesh peer) {
        return peer.cluster().serviceAccountKubeconfig("meshfed-gateway", "meshfed-peer");
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
