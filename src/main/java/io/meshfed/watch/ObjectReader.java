package io.meshfed.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.meshfed.api.UnknownFields;
import java.util.Optional;

/** Turns one JSON object at a time into the type that is watched, so that one that cannot be read harms no other. */
final class ObjectReader<T extends HasMetadata> {
    private final KubernetesSerialization serialization;
    private final WatchSpec<T> spec;

    ObjectReader(KubernetesSerialization serialization, WatchSpec<T> spec) {
        this.serialization = serialization;
        this.spec = spec;
    }

    /** Where the object stands; empty when it has no name, which no API server does. */
    static Optional<ObjectKey> key(JsonNode object) {
        String name = object.path("metadata").path("name").asText("");
        return name.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new ObjectKey(object.path("metadata").path("namespace").asText(""), name));
    }

    static String resourceVersion(JsonNode object) {
        return object.path("metadata").path("resourceVersion").asText("");
    }

    /** The object as its type, trimmed; empty when it does not fit the type. */
    Optional<T> read(JsonNode object) {
        if (object.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
        if (object instanceof ObjectNode whole) {
            // Items of a list come without these two, and some types choose a class by them.
            whole.put("kind", HasMetadata.getKind(spec.type()));
            whole.put("apiVersion", HasMetadata.getApiVersion(spec.type()));
        }
        try {
            T read = serialization.convertValue(object, spec.type());
            return UnknownFields.notUnderstood(read)
                    ? Optional.empty()
                    : Optional.of(spec.trim().apply(read));
        } catch (RuntimeException | StackOverflowError e) {
            // Jackson, setters and our own records throw what they like; the text may quote the object, so it goes
            // nowhere.
            return Optional.empty();
        }
    }
}
