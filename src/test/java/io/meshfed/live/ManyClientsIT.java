package io.meshfed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.Client;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.ProxyView;
import io.meshfed.testbed.live.WithMeshes;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The seed's many clients: each keeps its connections, together they have enough to reach every remote pod. */
@WithMeshes
class ManyClientsIT {
    private static final int CLIENTS = 6;
    private static final int PODS = 3;

    private static App shop;
    private static App crowd;
    private static LiveMesh east;

    @BeforeAll
    static void manyHereThreeThere(LiveMeshes meshes) {
        String namespace = meshes.newName("crowd");
        shop = App.server("shop").in(namespace).http(8000).exports();
        crowd = App.client("crowd").in(namespace).replicas(CLIENTS);
        east = meshes.east();
        LiveMesh west = meshes.west();
        west.deploy(shop.replicas(PODS));
        east.deploy(crowd);
        ProxyView gateway = west.gateways().get(0);
        west.until(
                "all pods behind the gateway",
                () -> gateway.passthroughEndpoints(shop.host(), 8000).size() == PODS);
    }

    @Test
    void allRemotePodsAreReachedWithoutAnySetting() {
        east.imports(shop, "from: [{remote: west}]");

        Set<String> reached = new TreeSet<>();
        for (Client client : east.clients(crowd)) {
            Answers answers = client.get("http://" + shop.host() + ":8000/")
                    .workers(2)
                    .untilAnswered()
                    .times(20);
            assertThat(answers.failed()).as("%s", answers.failures()).isZero();
            reached.addAll(answers.pods());
        }

        assertThat(reached).hasSize(PODS).allMatch(pod -> pod.startsWith("west/"));
    }
}
