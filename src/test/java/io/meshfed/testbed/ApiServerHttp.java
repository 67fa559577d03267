package io.meshfed.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Plain requests to an API server as its admin, for what comes before a client: readiness, CRDs, the audit probe. */
final class ApiServerHttp {

    /** By this name the audit log leaves them out. */
    static final String USER_AGENT = "meshfed-testbed";

    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient client;
    private final String url;
    private final String token;

    ApiServerHttp(String url, X509Certificate ca, String token) {
        this.client = HttpClient.newBuilder()
                .sslContext(trusting(ca))
                .connectTimeout(PROBE_TIMEOUT)
                .build();
        this.url = url;
        this.token = token;
    }

    /** Whether a GET is answered with 200 within two seconds. */
    boolean answers(String path) {
        try {
            HttpRequest request = request(path, PROBE_TIMEOUT).GET().build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("Interrupted while asking " + url + path, e);
        }
    }

    /** GETs a JSON document; a missing node when the answer is not 200. */
    CompletableFuture<JsonNode> get(String path) {
        return body(path)
                .thenApply(body -> body.length > 0
                        ? Serialization.unmarshal(new String(body, StandardCharsets.UTF_8), JsonNode.class)
                        : Serialization.jsonMapper().missingNode());
    }

    /** GETs a document; empty when the answer is not 200. */
    CompletableFuture<byte[]> body(String path) {
        return client.sendAsync(request(path, WRITE_TIMEOUT).GET().build(), HttpResponse.BodyHandlers.ofByteArray())
                .thenApply(response -> response.statusCode() == 200 ? response.body() : new byte[0]);
    }

    /** POSTs a JSON document. */
    CompletableFuture<HttpResponse<String>> post(String path, String json) {
        HttpRequest request = request(path, WRITE_TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path, Duration timeout) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(timeout)
                .header("Authorization", "Bearer " + token)
                .header("User-Agent", USER_AGENT);
    }

    private static SSLContext trusting(X509Certificate ca) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("ca", ca);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot trust the CA just made", e);
        }
    }
}
