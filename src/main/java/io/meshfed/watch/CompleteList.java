package io.meshfed.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * All objects of a kind at one moment, from all pages. Only a complete list proves that an object does not exist.
 *
 * @param version the resource version from which a watch continues
 */
record CompleteList(Map<ObjectKey, JsonNode> objects, String version) {

    /** @throws CallFailedException when any page fails; the pages before are discarded */
    static CompleteList read(ApiCalls calls, WatchSpec<?> spec) throws CallFailedException, InterruptedException {
        Map<ObjectKey, JsonNode> objects = new LinkedHashMap<>();
        Optional<String> token = Optional.empty();
        String version;
        int seen = 0;
        do {
            JsonNode page = calls.list(token);
            JsonNode items = page.path("items");
            if (!items.isArray() && !items.isNull() && !items.isMissingNode()) {
                throw CallFailedException.invalid("a list of " + calls.kind() + " has no items");
            }
            // An empty page counts too: a server could send them without end.
            seen += Math.max(1, items.size());
            if (seen > spec.maxObjects()) {
                throw CallFailedException.invalid("there are more than " + spec.maxObjects() + " " + calls.kind());
            }
            for (JsonNode item : items) {
                ObjectKey key = ObjectReader.key(item)
                        .orElseThrow(() -> CallFailedException.invalid(
                                "a list of " + calls.kind() + " holds an object without a name"));
                if (spec.selects(key.namespace(), key.name())) {
                    objects.put(key, item);
                }
            }
            version = ObjectReader.resourceVersion(page);
            token = Optional.of(page.path("metadata").path("continue").asText(""))
                    .filter(next -> !next.isEmpty());
        } while (token.isPresent());
        if (version.isEmpty()) {
            throw CallFailedException.invalid("a list of " + calls.kind() + " has no resourceVersion");
        }
        return new CompleteList(objects, version);
    }
}
