package io.meshfed.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.istio.api.api.networking.v1alpha3.LocalityLoadBalancerSetting;
import io.fabric8.istio.api.api.networking.v1alpha3.TrafficPolicy;
import io.fabric8.istio.api.api.security.v1beta1.PeerAuthenticationMutualTLSMode;
import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.Gateway;
import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.istio.api.security.v1.PeerAuthentication;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus.Addressing;
import io.meshfed.deploy.Tutorial.Block;
import io.meshfed.testbed.Mesh;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;

/** What must have come of the tutorial's blocks in the two clusters. */
final class TutorialOutcomes {
    private static final String IMPORTED = "meshfed-httpbin";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TutorialCluster east;
    private final TutorialCluster west;
    private final boolean commonRoot;

    TutorialOutcomes(TutorialCluster east, TutorialCluster west, String trustModel) {
        this.east = east;
        this.west = west;
        this.commonRoot = trustModel.equals("Common root");
    }

    /** Looks at what a block was there for, as its section tells it. */
    void of(Block block) {
        switch (block.heading()) {
            case "Ingress only" -> soon(this::everybodyIsKeptOut);
            case "Both" -> soon(this::bothAreIntroduced);
            case "Import a remote service" -> {
                if (block.text().contains("ImportedService")) {
                    soon(() -> assertThat(east.find(ServiceEntry.class, "httpbin", IMPORTED))
                            .isPresent());
                }
            }
            case "Import it as local" -> soon(this::remoteHasJoined);
            case "Verify load balancing" -> {
                if (block.text().contains("maxRequestsPerConnection")) {
                    soon(this::remoteCountsAsThree);
                }
            }
            case "Locality load balancing" -> soon(() -> locality(block.text()));
            case "Clean up" -> soon(this::onlyKeysAreLeft);
            default -> {
                // Its commands succeeded, and what comes next needs it.
            }
        }
    }

    private static void soon(ThrowingRunnable assertion) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .untilAsserted(assertion);
    }

    private void everybodyIsKeptOut() {
        for (TutorialCluster cluster : List.of(east, west)) {
            assertThat(cluster.get(PeerAuthentication.class, "istio-system", "default")
                            .getSpec()
                            .getMtls()
                            .getMode())
                    .isEqualTo(PeerAuthenticationMutualTLSMode.STRICT);
            assertThat(cluster.find(Deployment.class, "meshfed-gateway", "istio-eastwestgateway"))
                    .isPresent();
            assertThat(cluster.find(Gateway.class, "meshfed-gateway", "meshfed-exports"))
                    .isEmpty();
        }
    }

    private void bothAreIntroduced() {
        RemoteMesh remote = east.get(RemoteMesh.class, "", "west");
        assertThat(remote.getStatus().addressing()).isEqualTo(Addressing.RemoteGateway);
        assertThat(Mesh.reason(Optional.of(remote), "Trusted"))
                .isEqualTo(commonRoot ? "CommonRootAssumed" : "RootsTrusted");
        assertThat(roots(east)).hasSize(commonRoot ? 1 : 2);
        assertThat(roots(west)).containsExactlyInAnyOrderElementsOf(roots(east));
    }

    private static List<String> roots(TutorialCluster cluster) {
        String bundle =
                cluster.get(Secret.class, "istio-system", "cacerts").getData().get("root-cert.pem");
        String pem = new String(Base64.getDecoder().decode(bundle), StandardCharsets.US_ASCII);
        return Stream.of(pem.split("(?<=-----END CERTIFICATE-----\n)"))
                .filter(part -> !part.isBlank())
                .toList();
    }

    private void remoteHasJoined() {
        assertThat(entry().getSpec().getNetwork()).isEqualTo("west-network");
        assertThat(east.find(ServiceEntry.class, "httpbin", IMPORTED)).isEmpty();
    }

    private void remoteCountsAsThree() {
        assertThat(entry().getSpec().getWeight()).isEqualTo(3);
        assertThat(policy().getConnectionPool().getHttp().getMaxRequestsPerConnection())
                .isEqualTo(1);
    }

    private void locality(String text) {
        LocalityLoadBalancerSetting setting = policy().getLoadBalancer().getLocalityLbSetting();
        if (text.contains("Failover")) {
            assertThat(setting.getFailoverPriority()).containsExactly("topology.istio.io/network");
        } else if (text.contains("Distribute")) {
            assertThat(setting.getDistribute().get(0).getTo()).isEqualTo(Map.of("east/*", 80L, "west/*", 20L));
        } else {
            assertThat(setting.getEnabled()).isFalse();
        }
    }

    private WorkloadEntry entry() {
        // Its name is the operator's affair.
        assertThat(east.all(WorkloadEntry.class)).hasSize(1);
        return east.all(WorkloadEntry.class).get(0);
    }

    private TrafficPolicy policy() {
        return east.get(DestinationRule.class, "httpbin", IMPORTED).getSpec().getTrafficPolicy();
    }

    private void onlyKeysAreLeft() {
        for (TutorialCluster cluster : List.of(east, west)) {
            assertThat(cluster.all(MeshFederation.class)).isEmpty();
            assertThat(cluster.all(RemoteMesh.class)).isEmpty();
            assertThat(cluster.all(WorkloadEntry.class)).isEmpty();
            assertThat(cluster.find(Deployment.class, "meshfed-gateway", "istio-eastwestgateway"))
                    .isEmpty();
            assertThat(cluster.find(Secret.class, "istio-system", "cacerts")).isPresent();
            assertThat(cluster.find(Secret.class, "meshfed-system", "mesh-root-ca"))
                    .isPresent();
        }
    }
}
