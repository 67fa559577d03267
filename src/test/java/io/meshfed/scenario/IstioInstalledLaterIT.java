package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.meshfed.api.RemoteMeshStatus.Addressing;
import io.meshfed.testbed.ClusterOptions;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.Mesh;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clusters where something that federation builds on is not installed. */
class IstioInstalledLaterIT {
    private static final Duration AFTER_INSTALLATION = Duration.ofSeconds(10);

    private static OneCluster started(ClusterOptions options) {
        return OneCluster.started(Mesh.example(Clusters.fresh(options).get("east"), "west", "172.18.64."));
    }

    @Test
    void worksWithoutRestartOnceIstioIsInstalled() {
        try (OneCluster east = started(ClusterOptions.named("east").withoutIstioCrds())) {
            east.federation("east");
            east.remoteAt("west", "172.18.1.1");
            east.imported("of-west", "west");
            Mesh.until("the condition of the import", () -> "LocalClusterNotReadable"
                    .equals(Mesh.reason(east.imported("of-west"), "Resolved")));
            Mesh.until("the condition of the MeshFederation", () -> "LocalClusterNotReadable"
                    .equals(Mesh.reason(east.mesh().federation("east"), "Ready")));
            assertThat(OneCluster.message(east.imported("of-west"), "Ready"))
                    .contains("networking.istio.io", "install");
            assertThat(OneCluster.message(east.mesh().federation("east"), "Ready"))
                    .contains("istio.io", "install");
            assertThat(east.mesh().operator().status("/q/health/ready")).isEqualTo(200);
            Mesh.until("what needs no Istio kind", () -> east.mesh()
                    .find(Secret.class, "istio-system", "cacerts")
                    .isPresent());

            east.mesh().cluster().installIstioCrds();
            Duration works =
                    Mesh.until("the entry", () -> east.endpoints("of-west").equals(List.of("")));
            assertThat(ClusterObject.deployment(east.mesh(), "meshfed-gateway", "istio-eastwestgateway")
                            .find())
                    .as("a gateway without injection")
                    .isEmpty();
            east.mesh().istio().publishRoot();
            east.mesh().cloudWakes();
            Mesh.until("this mesh", () -> Mesh.holds(east.mesh().federation("east"), "Ready"));

            assertThat(works).isLessThan(AFTER_INSTALLATION);
            assertThat(Mesh.holds(east.imported("of-west"), "Ready")).isTrue();
            System.out.println("works after the installation of Istio: " + works.toMillis() + " ms");
        }
    }

    /** Too early a look would find no class that is accepted, and stay with that for good. */
    @Test
    void remoteMeshCreatedBeforeIstiodDelaysItsAddressing() {
        try (OneCluster east = started(ClusterOptions.named("east"))) {
            east.mesh()
                    .cluster()
                    .adminClient()
                    .resources(GatewayClass.class)
                    .withName("istio-remote")
                    .delete();
            east.federation("east");
            east.remoteAt("west", "172.18.1.1");
            east.imported("of-west", "west");
            east.untilKnown("west", "WaitingForIstiod");

            // istiod publishes roots a moment before it accepts classes.
            Mesh.until("cacerts", () -> east.mesh().istio().hasCacerts());
            east.mesh().istio().publishRoot();
            east.mesh().settle();
            assertThat(Mesh.reason(east.remote("west"), "GatewayKnown")).isEqualTo("WaitingForIstiod");
            assertThat(east.remote("west").orElseThrow().getStatus().addressing())
                    .isNull();
            assertThat(east.entry("of-west")).isEmpty();

            east.mesh().istio().acceptGatewayClasses();
            east.untilRegistered("west", "172.18.1.1");
            east.untilReady("of-west");
            assertThat(east.remote("west").orElseThrow().getStatus().addressing())
                    .isEqualTo(Addressing.RemoteGateway);
        }
    }

    @Test
    void withoutTheGatewayApiAddressesGoIntoTheEntries() {
        try (OneCluster east = started(ClusterOptions.named("east").withoutGatewayApiCrds())) {
            east.federated();
            east.remoteAt("west", "172.18.1.1");
            east.imported("of-west", "west");

            Mesh.until("the entry", () -> east.endpoints("of-west").equals(List.of("172.18.1.1")));
            Mesh.until("the import", () -> Mesh.holds(east.imported("of-west"), "Ready"));
            assertThat(Mesh.holds(east.remote("west"), "Ready")).isTrue();
            assertThat(east.remote("west").orElseThrow().getStatus().addressing())
                    .isEqualTo(Addressing.Inline);
        }
    }
}
