package io.meshfed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.ProxyView;
import io.meshfed.testbed.live.WithMeshes;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two meshes that export a host to each other and import it: a loop does not show in the answers, which are all 200, so this
 * looks at the gateways.
 */
@WithMeshes
class NoLoopIT {
    private static LiveMeshes meshes;
    private static App shop;
    private static App visitor;

    @BeforeAll
    static void importInBoth() {
        shop = App.server("shop").in(meshes.newName("loop")).http(8000).exports();
        visitor = App.client("visitor").in(meshes.newName("loop-visitor"));
        for (LiveMesh mesh : meshes.all()) {
            mesh.deploy(shop, visitor);
        }
        importFrom("west", meshes.east());
        importFrom("east", meshes.west());
    }

    private static void importFrom(String peer, LiveMesh mesh) {
        mesh.imports(
                shop,
                """
                from: [{remote: %s}]
                loadBalancing: {maxRequestsPerConnection: 1}
                """
                        .formatted(peer));
        ProxyView sidecar = mesh.sidecars(visitor).get(0);
        mesh.until(
                "local and remote endpoint",
                () -> sidecar.endpoints(shop.host(), 8000).size() == 2);
    }

    @ParameterizedTest(name = "gateway of {0}")
    @ValueSource(strings = {"east", "west"})
    void gatewayHandsConnectionsToItsOwnPodsOnly(String name) {
        LiveMesh mesh = meshes.get(name);
        ProxyView sidecarOfShop = mesh.sidecars(shop).get(0);

        List<String> behindGateway = mesh.gateways().stream()
                .flatMap(gateway -> gateway.passthroughEndpoints(shop.host(), 8000).stream())
                .map(ProxyView.Endpoint::address)
                .toList();

        assertThat(behindGateway)
                .as("not the load balancer of the other mesh")
                .containsExactly(sidecarOfShop.podAddress() + ":8080");
    }

    @ParameterizedTest(name = "from {0} to {1}")
    @CsvSource({"east, west", "west, east"})
    void connectionsDoNotComeBack(String from, String to) {
        var requests = meshes.get(from)
                .client(visitor)
                .get("http://" + shop.host() + ":8000/")
                .untilAnsweredBy("east/", "west/");
        long thereBefore = meshes.gatewayConnections(to);
        long backBefore = meshes.gatewayConnections(from);

        Answers answers = requests.times(200);

        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
        assertThat(meshes.gatewayConnections(to) - thereBefore)
                .as("connections to the gateway of %s", to)
                .isGreaterThanOrEqualTo(answers.from(to + "/"));
        assertThat(meshes.gatewayConnections(from) - backBefore)
                .as("connections that came back to the gateway of %s", from)
                .isZero();
    }
}
