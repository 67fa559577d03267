package io.meshfed.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;

/**
 * An admission webhook with failurePolicy Fail in front of ServiceEntries, which misbehaves until a test ends that.
 * Its name is {@code entries.webhook.example.com}.
 */
public final class FailingWebhook implements AutoCloseable {
    /** Name of the webhook, as the API server tells it. */
    public static final String NAME = "entries.webhook.example.com";

    /** How it fails. */
    public enum Failure {
        /** Its Service has no listener. */
        UNREACHABLE,
        /** It takes the question and never answers. */
        SILENT,
        /** HTTP 500. */
        ERROR,
        /** An answer that is none. */
        NONSENSE,
        /** It says no, for a reason of its own that is no judgement. */
        DENIES_WITH_ERROR
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Cluster cluster;
    private final String namespace;
    private final Failure failure;
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile boolean behaves;

    private FailingWebhook(Cluster cluster, String namespace, Failure failure, HttpsServer server) {
        this.cluster = cluster;
        this.namespace = namespace;
        this.failure = failure;
        this.server = server;
    }

    /**
     * Registers it, and returns when the API server asks it.
     *
     * @param namespace whose ServiceEntries it stands in front of
     */
    public static FailingWebhook inFrontOf(Cluster cluster, String namespace, Failure failure) {
        LoopbackTls tls = LoopbackTls.named("webhook");
        try {
            HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(tls.context()));
            FailingWebhook webhook = new FailingWebhook(cluster, namespace, failure, server);
            server.setExecutor(webhook.threads);
            server.createContext("/", webhook::answer);
            server.start();
            if (failure == Failure.UNREACHABLE) {
                server.stop(0);
            }
            webhook.register(tls.authorityPem());
            return webhook;
        } catch (IOException e) {
            throw new TestbedException("Cannot start a webhook", e);
        }
    }

    private void register(String authority) {
        cluster.applyYaml(
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: failing-in-%1$s}
                webhooks:
                - name: %2$s
                  clientConfig: {url: "https://127.0.0.1:%3$d/", caBundle: %4$s}
                  rules: [{apiGroups: [networking.istio.io], apiVersions: ["*"], resources: [serviceentries], operations: ["*"]}]
                  namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
                  failurePolicy: Fail
                  sideEffects: None
                  timeoutSeconds: 1
                  admissionReviewVersions: [v1]
                """
                        .formatted(
                                namespace,
                                NAME,
                                server.getAddress().getPort(),
                                Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.UTF_8))));
        Awaitility.await("the webhook").atMost(Duration.ofSeconds(30)).until(this::isAsked);
    }

    private boolean isAsked() {
        KubernetesClient once = cluster.adminClient()
                .newClient(new RequestConfigBuilder()
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .adapt(KubernetesClient.class);
        try {
            once.resource(Serialization.<HasMetadata>unmarshal(
                            """
                            ---
                            apiVersion: networking.istio.io/v1
                            kind: ServiceEntry
                            metadata: {name: probe, namespace: %s}
                            spec: {hosts: [probe.example.test]}
                            """
                                    .formatted(namespace)))
                    .dryRun()
                    .create();
            return false;
        } catch (KubernetesClientException e) {
            return true;
        }
    }

    /** From now on it lets everything pass. Not for one that is unreachable: that one is closed. */
    public void behave() {
        behaves = true;
        end.countDown();
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonNode uid = JSON.readTree(exchange.getRequestBody()).path("request").path("uid");
        String verdict = "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"response\":{\"uid\":"
                + uid + ",\"allowed\":%s}}";
        if (behaves) {
            respond(exchange, 200, verdict.formatted("true"));
            return;
        }
        switch (failure) {
            case SILENT -> {
                await();
                exchange.close();
            }
            case ERROR -> respond(exchange, 500, "out of order");
            case NONSENSE -> respond(exchange, 200, "{}");
            case DENIES_WITH_ERROR ->
                respond(
                        exchange,
                        200,
                        verdict.formatted("false,\"status\":{\"code\":503,\"message\":\"my database is away\"}"));
            case UNREACHABLE -> exchange.close();
        }
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void respond(HttpExchange exchange, int code, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** Takes its registration away, and ends it. */
    @Override
    public void close() {
        cluster.adminClient()
                .admissionRegistration()
                .v1()
                .validatingWebhookConfigurations()
                .withName("failing-in-" + namespace)
                .delete();
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
