package io.meshfed.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.api.condition.ObjectReason;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.FailingWebhook;
import io.meshfed.testbed.WithClusters;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Webhooks of others that do not answer: told by name, in words that stay the same, until they do. */
@WithClusters("east")
class WebhookIT {
    private static Clusters clusters;

    private final Owner owner =
            new Owner("ImportedService", "web", "11111111-2222-3333-4444-555555555555", Optional.empty());
    private Cluster east;
    private KubernetesClient client;
    private String namespace;
    private Applier applier;

    @BeforeEach
    void anApplier() {
        east = clusters.get("east");
        client = east.adminClient()
                .newClient(new RequestConfigBuilder()
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .adapt(KubernetesClient.class);
        namespace = east.newNamespace("webhook");
        applier = new Applier(client, (verb, o) -> {});
    }

    @AfterEach
    void deleteNamespace() {
        client.namespaces().withName(namespace).delete();
    }

    @ParameterizedTest
    @EnumSource
    void theWebhookIsNamedUntilItAnswers(FailingWebhook.Failure failure) {
        applier.apply(owner, entry("a"), Optional.empty());
        try (FailingWebhook webhook = FailingWebhook.inFrontOf(east, namespace, failure)) {
            Outcome first = applier.apply(owner, entry("b"), Optional.of(live()));
            Outcome second = applier.apply(owner, entry("b"), Optional.of(live()));
            Outcome deletion = applier.delete(live());

            assertThat(first).isInstanceOfSatisfying(Outcome.WebhookTimeout.class, timeout -> {
                assertThat(timeout.reason()).isEqualTo(ObjectReason.WebhookUnavailable);
                assertThat(timeout.message())
                        .contains("ServiceEntry " + namespace + "/web", FailingWebhook.NAME, "kubectl get");
                assertThat(timeout.retryAfter()).isBetween(Duration.ofMillis(800), Duration.ofSeconds(1));
            });
            assertThat(second).isInstanceOfSatisfying(Outcome.WebhookTimeout.class, timeout -> {
                assertThat(timeout.message()).isEqualTo(((Outcome.WebhookTimeout) first).message());
                assertThat(timeout.retryAfter()).isBetween(Duration.ofMillis(1600), Duration.ofSeconds(2));
            });
            assertThat(deletion).isInstanceOf(Outcome.WebhookTimeout.class);
            if (failure != FailingWebhook.Failure.UNREACHABLE) {
                webhook.behave();
                // It has a second for each answer, and the machine is busy.
                await().untilAsserted(() -> assertThat(applier.apply(owner, entry("b"), Optional.of(live())))
                        .isInstanceOf(Outcome.Written.class));
            }
        }
    }

    /** An outage must not look like a quarrel. */
    @Test
    void attemptsThatFailAreNoRepairs() {
        applier.apply(owner, entry("a"), Optional.empty());
        client.resource(live())
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"hosts\":[\"rival.example.test\"]}}");
        try (FailingWebhook webhook = FailingWebhook.inFrontOf(east, namespace, FailingWebhook.Failure.UNREACHABLE)) {
            for (int i = 0; i < 12; i++) {
                assertThat(applier.apply(owner, entry("a"), Optional.of(live())))
                        .isInstanceOf(Outcome.WebhookTimeout.class);
            }
        }
    }

    @Test
    void aNamespaceThatIsMissingIsSaid() {
        HasMetadata nowhere = entry("a");
        nowhere.getMetadata().setNamespace("nowhere");

        assertThat(applier.apply(owner, nowhere, Optional.empty()))
                .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.message())
                        .contains("ServiceEntry nowhere/web", "namespaces", "not found"));
    }

    /** That passes without anybody's help, and is no news. */
    @Test
    void anApiServerThatCannotBeReachedIsNoOutcome() {
        KubernetesClient nobody = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl("https://127.0.0.1:1")
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();

        assertThatThrownBy(() -> new Applier(nobody, (verb, o) -> {}).apply(owner, entry("a"), Optional.empty()))
                .isInstanceOf(KubernetesClientException.class);
    }

    private HasMetadata entry(String locality) {
        return Serialization.unmarshal(
                """
                ---
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: web, namespace: %s}
                spec:
                  hosts: [web.shop.svc.cluster.local]
                  resolution: STATIC
                  ports: [{name: http, number: 80, protocol: HTTP}]
                  endpoints: [{network: west-network, locality: %s}]
                """
                        .formatted(namespace, locality));
    }

    private HasMetadata live() {
        return client.resource(entry("")).get();
    }
}
