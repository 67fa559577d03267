package io.meshfed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.RemoteMesh;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.Client;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.WithMeshes;
import org.junit.jupiter.api.Test;

/** The seed's third note: a gateway that has a host name, as on AWS. */
@WithMeshes
class GatewayHostNameIT {

    @Test
    void requestsGoOnUnderAHostName(LiveMeshes meshes) {
        LiveMesh east = meshes.east();
        String namespace = meshes.newName("hostname");
        App shop = App.server("shop").in(namespace).http(8000).exports();
        App visitor = App.client("visitor").in(namespace);
        meshes.west().deploy(shop);
        east.deploy(visitor).imports(shop, "from: [{remote: west}]");
        Client.Requests requests = east.client(visitor).get("http://" + shop.host() + ":8000/");
        requests.untilAnswered();
        String address = addressOf(east.remote("west").orElseThrow());
        meshes.publicName("gw.west.example", address);
        try {
            meshes.west().moveGateway("gw.west.example");
            east.until("the host name", () -> "gw.west.example"
                    .equals(addressOf(east.remote("west").orElseThrow())));

            assertThat(requests.untilAnswered().times(50).failed()).isZero();
            assertThat(Mesh.holds(east.remote("west"), "Ready")).isTrue();

            String other = meshes.west().nextAddress();
            meshes.publicName("gw.west.example", address, other);
            // istiod asks again after 30 s at the earliest.
            east.until(
                    "the second address", () -> endpoints(east, visitor, shop).contains(other));
            meshes.publicName("gw.west.example", other);
            east.until(
                    "the first one's end", () -> !endpoints(east, visitor, shop).contains(address));

            assertThat(requests.times(50).failed()).isZero();
        } finally {
            meshes.west().moveGateway(address);
            east.until(
                    "the address",
                    () -> address.equals(addressOf(east.remote("west").orElseThrow())));
        }
    }

    private static String endpoints(LiveMesh east, App visitor, App shop) {
        return east.sidecars(visitor).get(0).endpoints(shop.host(), 8000).toString();
    }

    private static String addressOf(RemoteMesh remote) {
        return remote.getStatus().gateway().addresses().get(0);
    }
}
