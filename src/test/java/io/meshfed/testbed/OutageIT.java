package io.meshfed.testbed;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A cluster that goes away and comes back, and one that is closed. */
class OutageIT {

    @Test
    void dataAndAddressSurviveAnOutage() {
        try (Cluster cluster = bare("outage")) {
            String url = cluster.url();
            String namespace = cluster.newNamespace("kept");
            KubernetesClient impatient = impatient(cluster);

            cluster.stopApiServer();
            assertThatThrownBy(readNamespaces(impatient))
                    .isInstanceOf(KubernetesClientException.class)
                    .hasRootCauseInstanceOf(ConnectException.class);

            cluster.startApiServer();
            assertThat(cluster.url()).isEqualTo(url);
            assertThat(impatient.namespaces().withName(namespace).get()).isNotNull();
            // The controllers came back too.
            impatient.namespaces().withName(namespace).delete();
            await().atMost(ofSeconds(40))
                    .until(() -> impatient.namespaces().withName(namespace).get() == null);
        }
    }

    @Test
    void aPausedApiServerIsABlackHole() {
        try (Cluster cluster = bare("pause")) {
            KubernetesClient impatient = impatient(cluster);
            impatient.namespaces().list();

            cluster.pauseApiServer();
            assertThatThrownBy(readNamespaces(impatient))
                    .isInstanceOf(KubernetesClientException.class)
                    .hasRootCauseInstanceOf(TimeoutException.class);

            cluster.resumeApiServer();
            assertThat(impatient.namespaces().list().getItems()).isNotEmpty();
        }
    }

    @Test
    void nothingIsLeftOfAClosedCluster() {
        Cluster cluster = bare("closed");
        long children = ProcessHandle.current().children().count();
        assertThat(children).isGreaterThanOrEqualTo(3);

        cluster.close();

        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .hasSize((int) children - 3);
        assertThat(Files.exists(cluster.folder())).isFalse();
    }

    @Test
    void aFailedStartShowsTheLog() {
        assertThatThrownBy(() -> Cluster.start(ClusterOptions.named("broken").withApiServerFlag("--no-such-flag")))
                .isInstanceOf(TestbedException.class)
                .hasMessageContaining("unknown flag: --no-such-flag");
    }

    @Test
    void dualStackServicesGetBothFamilies() {
        var options = ClusterOptions.named("dual").withServiceCidr("10.97.0.0/16,fd00:10:97::/112");
        try (Cluster cluster = Cluster.start(options.withoutIstioCrds().withoutGatewayApiCrds())) {
            cluster.applyYaml(
                    """
                    apiVersion: v1
                    kind: Service
                    metadata: {name: both}
                    spec: {ipFamilyPolicy: RequireDualStack, ports: [{port: 80}]}
                    """);

            var service = cluster.adminClient()
                    .services()
                    .inNamespace("default")
                    .withName("both")
                    .get();
            assertThat(service.getSpec().getClusterIPs())
                    .hasSize(2)
                    .anyMatch(ip -> ip.startsWith("fd00:10:97::"))
                    .anyMatch(ip -> ip.startsWith("10.97."));
        }
    }

    private static Cluster bare(String name) {
        return Cluster.start(ClusterOptions.named(name).withoutIstioCrds().withoutGatewayApiCrds());
    }

    /** A client that gives up after a second, as one for a remote cluster should. */
    private static KubernetesClient impatient(Cluster cluster) {
        Config config = Config.fromKubeconfig(cluster.adminKubeconfig());
        config.setRequestTimeout(1000);
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static ThrowingCallable readNamespaces(KubernetesClient client) {
        return () -> client.namespaces().list();
    }
}
