package io.meshfed.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * LIST and WATCH of one kind, one attempt each, limited in size and time. The package documentation says why fabric8's informers are
 * not used.
 */
public final class ApiCalls {
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(30);
    /** Answers of servers and load balancers that do not support a WebSocket upgrade: a plain streaming GET is tried next. */
    private static final Set<Integer> NO_UPGRADE = Set.of(200, 400, 405, 426, 501, 502, 503);

    private final HttpClient http;
    private final URI server;
    private final WatchSpec<?> spec;
    private final String kind;
    private final String url;
    private final ObjectMapper json = new ObjectMapper();
    private boolean plainWatch;

    public ApiCalls(KubernetesClient client, WatchSpec<?> spec) {
        this.spec = spec;
        this.server = URI.create(client.getMasterUrl().toString());
        // One attempt per call: the watch has its own backoff, and a wrong certificate is as wrong at the second
        // attempt.
        this.http = client.getHttpClient()
                .newBuilder()
                .tag(new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
        Class<? extends HasMetadata> type = spec.type();
        String group = HasMetadata.getGroup(type);
        String plural = HasMetadata.getPlural(type);
        this.kind = group.isEmpty() ? plural : plural + "." + group;
        String namespace = Namespaced.class.isAssignableFrom(type)
                ? spec.namespace().map(only -> "/namespaces/" + only).orElse("")
                : "";
        String root = server.toString().replaceAll("/+$", "");
        this.url = root + (group.isEmpty() ? "/api/" : "/apis/" + group + "/") + HasMetadata.getVersion(type)
                + namespace + "/" + plural;
    }

    /** The kind as {@code plural.group}, for messages. */
    String kind() {
        return kind;
    }

    URI server() {
        return server;
    }

    /** One page of the most recent state; not of the API server's cache, which may be older than what the watch has seen. */
    public JsonNode list(Optional<String> continueToken) throws CallFailedException, InterruptedException {
        Map<String, String> query = selectors();
        query.put("limit", Long.toString(spec.listPageLimit()));
        continueToken.ifPresent(token -> query.put("continue", token));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        AsyncBody.Consumer<List<ByteBuffer>> collect = (pieces, stream) -> {
            for (ByteBuffer piece : pieces) {
                if (body.size() + piece.remaining() > spec.maxBytes()) {
                    throw new IOException("page too large");
                }
                byte[] bytes = new byte[piece.remaining()];
                piece.get(bytes);
                body.writeBytes(bytes);
            }
            stream.consume();
        };
        HttpRequest request = http.newHttpRequestBuilder()
                .uri(uri(query).toString())
                .header("Accept", "application/json")
                .timeout(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .build();
        AsyncBody stream = succeeded(await(http.consumeBytes(request, collect), ANSWER_TIMEOUT));
        try {
            stream.consume();
            await(stream.done(), PAGE_TIMEOUT);
            return json.readTree(body.toByteArray());
        } catch (CallFailedException e) {
            stream.cancel();
            throw body.size() + 64 * 1024 > spec.maxBytes()
                    ? CallFailedException.invalid(
                            "a list of " + kind + " is larger than " + spec.maxBytes() + " bytes a page")
                    : e;
        } catch (IOException e) {
            throw CallFailedException.invalid("a list of " + kind + " is not valid JSON");
        }
    }

    /** Opens a watch; when this returns, the API server has accepted it. */
    public EventStream watch(String resourceVersion) throws CallFailedException, InterruptedException {
        Map<String, String> query = selectors();
        query.put("watch", "true");
        query.put("allowWatchBookmarks", "true");
        query.put("resourceVersion", resourceVersion);
        // As client-go does: the server ends each watch after five to ten minutes, and reconnecting balances over its
        // replicas.
        query.put("timeoutSeconds", Integer.toString(ThreadLocalRandom.current().nextInt(300, 600)));
        URI uri = uri(query);
        if (!plainWatch) {
            try {
                return webSocket(uri);
            } catch (CallFailedException e) {
                if (!NO_UPGRADE.contains(e.code())) {
                    throw e;
                }
            }
        }
        EventStream stream = lines(uri);
        plainWatch = true;
        return stream;
    }

    JsonNode parse(String message) throws CallFailedException {
        try {
            return json.readTree(message);
        } catch (IOException e) {
            throw CallFailedException.invalid("a watch message of " + kind + " is not valid JSON");
        }
    }

    private EventStream webSocket(URI uri) throws CallFailedException, InterruptedException {
        EventStream stream = new EventStream(spec.maxBytes());
        CompletableFuture<WebSocket> opening = http.newWebSocketBuilder()
                .uri(uri)
                .header("Origin", server.getScheme() + "://" + server.getAuthority())
                .connectTimeout(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .buildAsync(new WebSocket.Listener() {
                    @Override
                    public void onMessage(WebSocket socket, String text) {
                        stream.message(text);
                    }

                    @Override
                    public void onMessage(WebSocket socket, ByteBuffer bytes) {
                        stream.message(StandardCharsets.UTF_8.decode(bytes).toString());
                    }

                    @Override
                    public void onClose(WebSocket socket, int code, String reason) {
                        stream.ended();
                    }

                    @Override
                    public void onError(WebSocket socket, Throwable error) {
                        stream.ended();
                    }
                });
        WebSocket socket = await(opening, ANSWER_TIMEOUT);
        stream.connected(socket::request, () -> socket.sendClose(1000, "done"));
        return stream;
    }

    private EventStream lines(URI uri) throws CallFailedException, InterruptedException {
        EventStream stream = new EventStream(spec.maxBytes());
        HttpRequest request = http.newHttpRequestBuilder()
                .uri(uri.toString())
                .header("Accept", "application/json")
                .forStreaming()
                .build();
        AsyncBody body = succeeded(await(
                http.consumeBytes(request, (pieces, source) -> {
                    boolean complete = false;
                    for (ByteBuffer piece : pieces) {
                        complete |= stream.piece(piece);
                    }
                    if (!complete) {
                        source.consume();
                    }
                }),
                ANSWER_TIMEOUT));
        body.done().whenComplete((done, error) -> stream.ended());
        stream.connected(body::consume, body::cancel);
        body.consume();
        return stream;
    }

    private AsyncBody succeeded(HttpResponse<AsyncBody> response) throws CallFailedException {
        if (response.code() == 200) {
            return response.body();
        }
        response.body().cancel();
        throw CallFailedException.status(response.code(), Optional.ofNullable(response.header("Retry-After")), kind);
    }

    private <V> V await(CompletableFuture<V> future, Duration timeout)
            throws CallFailedException, InterruptedException {
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw CallFailedException.of(e, server, kind);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw CallFailedException.timeout(server);
        } catch (InterruptedException e) {
            future.cancel(true);
            throw e;
        }
    }

    private Map<String, String> selectors() {
        Map<String, String> query = new LinkedHashMap<>();
        spec.name().ifPresent(name -> query.put("fieldSelector", "metadata.name=" + name));
        if (!spec.labels().isEmpty()) {
            query.put(
                    "labelSelector",
                    spec.labels().entrySet().stream()
                            .map(label -> label.getKey() + "=" + label.getValue())
                            .sorted()
                            .collect(Collectors.joining(",")));
        }
        return query;
    }

    private URI uri(Map<String, String> query) {
        return URI.create(url
                + query.entrySet().stream()
                        .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&", "?", "")));
    }
}
