package io.meshfed.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A cluster that goes away and comes back, and one that is closed. */
@LongRunning
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
            answers(() -> impatient.namespaces().withName(namespace).get() != null);
            // The controllers came back too.
            cluster.adminClient().namespaces().withName(namespace).delete();
            answers(() -> impatient.namespaces().withName(namespace).get() == null);
        }
    }

    @Test
    void aPausedApiServerIsABlackHole() {
        try (Cluster cluster = bare("pause")) {
            KubernetesClient impatient = impatient(cluster);
            answers(() -> !impatient.namespaces().list().getItems().isEmpty());

            cluster.pauseApiServer();
            assertThatThrownBy(readNamespaces(impatient))
                    .isInstanceOf(KubernetesClientException.class)
                    .hasRootCauseInstanceOf(TimeoutException.class);

            cluster.resumeApiServer();
            answers(() -> !impatient.namespaces().list().getItems().isEmpty());
        }
    }

    @Test
    void nothingIsLeftOfAClosedCluster() {
        Cluster cluster = bare("closed");
        List<ProcessHandle> processes = cluster.processes();
        assertThat(processes).hasSize(3).allMatch(ProcessHandle::isAlive);

        cluster.close();

        assertThat(processes).noneMatch(ProcessHandle::isAlive);
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

    /** On a busy machine one of an impatient client's questions is too late now and then. */
    private static void answers(Callable<Boolean> question) {
        await().ignoreExceptionsInstanceOf(KubernetesClientException.class).until(question);
    }

    private static ThrowingCallable readNamespaces(KubernetesClient client) {
        return () -> client.namespaces().list();
    }
}
