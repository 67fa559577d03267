package io.meshfed.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * All objects of a kind at one moment, every page read: only this may say that an object is not there.
 *
 * @param version where a watch goes on from
 */
record CompleteList(Map<ObjectKey, JsonNode> objects, String version) {

    /** @throws CallFailedException when any page fails; what came before is thrown away */
    static CompleteList read(ApiCalls calls, WatchSpec<?> spec) throws CallFailedException, InterruptedException {
        Map<ObjectKey, JsonNode> objects = new LinkedHashMap<>();
        Optional<String> token = Optional.empty();
        String version;
        int seen = 0;
        do {
            JsonNode page = calls.list(token);
            JsonNode items = page.path("items");
            if (!items.isArray() && !items.isNull() && !items.isMissingNode()) {
                throw CallFailedException.invalid("a list of " + calls.what() + " has no items");
            }
            // A page counts even when it is empty: a server could go on sending those.
            seen += Math.max(1, items.size());
            if (seen > spec.maxObjects()) {
                throw CallFailedException.invalid("there are more than " + spec.maxObjects() + " " + calls.what());
            }
            for (JsonNode item : items) {
                ObjectKey key = ObjectReader.key(item)
                        .orElseThrow(() -> CallFailedException.invalid(
                                "a list of " + calls.what() + " holds an object without a name"));
                if (spec.selects(key.namespace(), key.name())) {
                    objects.put(key, item);
                }
            }
            version = ObjectReader.resourceVersion(page);
            token = Optional.of(page.path("metadata").path("continue").asText(""))
                    .filter(next -> !next.isEmpty());
        } while (token.isPresent());
        if (version.isEmpty()) {
            throw CallFailedException.invalid("a list of " + calls.what() + " has no resourceVersion");
        }
        return new CompleteList(objects, version);
    }
}
