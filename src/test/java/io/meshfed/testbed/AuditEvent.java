package io.meshfed.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One request, as the API server saw it. What does not apply is an empty string: a list has no {@code name}, a
 * cluster-scoped object no {@code namespace}, the core group no {@code group}.
 *
 * @param id the same for the begin and the end of one request
 * @param verb get, list, watch, create, update, patch, delete or deletecollection
 * @param user for a ServiceAccount {@code system:serviceaccount:<namespace>:<name>}
 * @param group API group
 * @param resource plural, or empty for a path such as /version
 * @param subresource such as status
 * @param namespace of the object
 * @param name of the object
 * @param code HTTP status of the answer
 * @param userAgent what the client calls itself
 * @param query parameters of the URL, for instance fieldManager, dryRun, fieldSelector
 * @param path of the URL without parameters
 * @param received when the request arrived
 */
public record AuditEvent(
        String id,
        String verb,
        String user,
        String group,
        String resource,
        String subresource,
        String namespace,
        String name,
        int code,
        String userAgent,
        Map<String, String> query,
        String path,
        Instant received) {

    private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete", "deletecollection");

    /** Whether the request was meant to change something; a dry run was not. */
    public boolean isWrite() {
        return WRITES.contains(verb) && !query.containsKey("dryRun");
    }

    static AuditEvent parse(JsonNode event) {
        URI uri = URI.create(event.path("requestURI").asText());
        JsonNode object = event.path("objectRef");
        return new AuditEvent(
                event.path("auditID").asText(),
                event.path("verb").asText(),
                event.at("/user/username").asText(),
                object.path("apiGroup").asText(),
                object.path("resource").asText(),
                object.path("subresource").asText(),
                object.path("namespace").asText(),
                object.path("name").asText(),
                event.at("/responseStatus/code").asInt(),
                event.path("userAgent").asText(),
                parameters(uri),
                uri.getPath(),
                Instant.parse(event.path("requestReceivedTimestamp").asText()));
    }

    private static Map<String, String> parameters(URI uri) {
        return Optional.ofNullable(uri.getRawQuery()).stream()
                .flatMap(query -> Arrays.stream(query.split("&")))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toUnmodifiableMap(
                        pair -> decode(pair[0]),
                        pair -> pair.length == 2 ? decode(pair[1]) : "",
                        (first, second) -> first + "," + second));
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
