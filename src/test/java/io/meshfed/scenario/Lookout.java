package io.meshfed.scenario;

import io.meshfed.testbed.ClusterOptions;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.Mesh;

/**
 * Two clusters of their own: east, whose operator looks, and west, whose gateways it looks at.
 *
 * @param east Ready
 * @param west has neither Istio nor a gateway yet
 */
record Lookout(Looker east, GatewayCluster west) implements AutoCloseable {

    static Lookout started() {
        Clusters clusters = Clusters.fresh(
                ClusterOptions.named("east").withServiceCidr("10.255.10.0/24"),
                ClusterOptions.named("west").withServiceCidr("10.255.30.0/24").withoutIstioCrds());
        GatewayCluster west = new GatewayCluster(clusters.get("west"));
        Looker east = Looker.started(Mesh.example(clusters.get("east"), "west", "172.18.64."))
                .federated();
        return new Lookout(east, west);
    }

    /** The same, with a remote {@code west} that is asked, {@code other} of which the address is given, and an import of each. */
    static Lookout withTwoImports() {
        Lookout lookout = started();
        lookout.remote("west", "addressing: Auto", "172.18.1.1");
        lookout.east.remoteAt("other", "172.18.2.1");
        lookout.east.imported("of-other", "other");
        lookout.east.untilReady("of-west");
        lookout.east.untilReady("of-other");
        return lookout;
    }

    /** A remote {@code <name>} that is asked, and the import {@code of-<name>/shop} of it. */
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
