package io.meshfed.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Installs CRDs, all at once, and waits until the API server serves them. */
final class CrdInstaller {

    private static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final Duration TIMEOUT = Duration.ofSeconds(180);

    private final ApiServerHttp http;

    CrdInstaller(ApiServerHttp http) {
        this.http = http;
    }

    /** Creates the CRDs and waits until they are served. */
    void install(List<JsonNode> crds, ChildProcess apiServer) {
        crds.stream().map(this::create).toList().forEach(CompletableFuture::join);
        awaitServed(crds, apiServer);
    }

    /** Ready once discovery lists every one, since that is where clients and controllers look. */
    void awaitServed(List<JsonNode> crds, ChildProcess apiServer) {
        Map<String, Set<String>> expected = crds.stream()
                .flatMap(CrdInstaller::servedVersions)
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toSet())));
        apiServer.awaitReady(() -> allServed(expected), TIMEOUT);
    }

    private CompletableFuture<Void> create(JsonNode crd) {
        return http.post(CRDS, crd.toString()).thenAccept(response -> {
            if (response.statusCode() != HttpURLConnection.HTTP_CREATED) {
                throw new TestbedException(
                        "CRD " + crd.at("/metadata/name").asText() + " is refused: " + response.body());
            }
        });
    }

    private static Stream<Map.Entry<String, String>> servedVersions(JsonNode crd) {
        String group = crd.at("/spec/group").asText();
        String plural = crd.at("/spec/names/plural").asText();
        return StreamSupport.stream(crd.at("/spec/versions").spliterator(), false)
                .filter(version -> version.path("served").asBoolean())
                .map(version ->
                        Map.entry("/apis/" + group + "/" + version.path("name").asText(), plural));
    }

    private boolean allServed(Map<String, Set<String>> expected) {
        var answers = expected.entrySet().stream()
                .map(entry -> http.get(entry.getKey())
                        .thenApply(answer -> answer.path("resources").findValuesAsText("name"))
                        .thenApply((Collection<String> served) -> served.containsAll(entry.getValue())))
                .toList();
        return answers.stream().map(CompletableFuture::join).reduce(true, Boolean::logicalAnd);
    }
}
