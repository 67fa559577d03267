package io.meshfed.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Lists all objects of all kinds that an API server serves. */
final class AllObjects {
    /** An API server accepts 100 concurrent requests on a connection, which other clients share. */
    private static final int AT_ONCE = 32;

    private AllObjects() {}

    /** Lists by their paths, in JSON; empty if the API server does not answer. */
    static Map<String, byte[]> of(ApiServerHttp http) {
        if (!http.answers("/readyz")) {
            return Map.of();
        }
        List<String> groups = Stream.concat(
                        Stream.of("/api/v1"),
                        stream(http.get("/apis").join().path("groups"))
                                .map(group -> "/apis/"
                                        + group.at("/preferredVersion/groupVersion")
                                                .asText()))
                .toList();
        List<String> lists = new ArrayList<>();
        all(groups, http::get, (group, answer) -> stream(answer.path("resources"))
                .filter(AllObjects::canBeListed)
                .forEach(resource ->
                        lists.add(group + "/" + resource.path("name").asText())));
        Map<String, byte[]> everything = new LinkedHashMap<>();
        all(lists, http::body, everything::put);
        return everything;
    }

    private static boolean canBeListed(JsonNode resource) {
        return stream(resource.path("verbs")).anyMatch(verb -> verb.asText().equals("list"));
    }

    private static <T> void all(
            List<String> paths, Function<String, CompletableFuture<T>> get, BiConsumer<String, T> answered) {
        for (int begin = 0; begin < paths.size(); begin += AT_ONCE) {
            Map<String, CompletableFuture<T>> asked = new LinkedHashMap<>();
            paths.subList(begin, Math.min(begin + AT_ONCE, paths.size()))
                    .forEach(path -> asked.put(path, get.apply(path)));
            asked.forEach((path, answer) -> answered.accept(path, answer.join()));
        }
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
