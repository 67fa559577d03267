package io.meshfed.scenario;

import io.meshfed.testbed.ClusterOptions;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.Mesh;

/**
 * A cluster with an operator (east), and a remote cluster without one (west), in which the operator watches gateway Services.
 *
 * @param east its MeshFederation is Ready
 * @param west has no Istio; a test creates the gateway Services
 */
record OneClusterWithRemote(OneCluster east, GatewayCluster west) implements AutoCloseable {

    static OneClusterWithRemote started() {
        Clusters clusters = Clusters.fresh(
                ClusterOptions.named("east").withServiceCidr("10.255.10.0/24"),
                ClusterOptions.named("west").withServiceCidr("10.255.30.0/24").withoutIstioCrds());
        GatewayCluster west = new GatewayCluster(clusters.get("west"));
        OneCluster east = OneCluster.started(Mesh.example(clusters.get("east"), "west", "172.18.64."))
                .federated();
        return new OneClusterWithRemote(east, west);
    }

    /**
     * The same with two remotes and an import of each: the operator reads the address of {@code west} from its cluster, and
     * the address of {@code other} from the spec.
     */
    static OneClusterWithRemote withTwoImports() {
        OneClusterWithRemote clusters = started();
        clusters.remote("west", "addressing: Auto", "172.18.1.1");
        clusters.east.remoteAt("other", "172.18.2.1");
        clusters.east.imported("of-other", "other");
        clusters.east.untilReady("of-west");
        clusters.east.untilReady("of-other");
        return clusters;
    }

    /** A remote {@code <name>} with a gateway Service in west, and the import {@code of-<name>/shop} from it. */
    void remote(String name, String gateway, String... addresses) {
        west.service(name, addresses);
        east.secret(name, west.credential());
        east.remote(name, gateway);
        east.imported("of-" + name, name);
    }

    @Override
    public void close() {
        east.close();
        west.cluster().close();
    }
}
