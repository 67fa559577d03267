package io.meshfed.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.meshfed.api.UnknownFields;
import java.util.Optional;

/** Converts one JSON object at a time into the watched type, so that an object that cannot be read does not affect the others. */
final class ObjectReader<T extends HasMetadata> {
    /** The whole object once more, in a Secret also its keys; kubectl alone reads it, from the API server. */
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private final KubernetesSerialization serialization;
    private final WatchSpec<T> spec;

    ObjectReader(KubernetesSerialization serialization, WatchSpec<T> spec) {
        this.serialization = serialization;
        this.spec = spec;
    }

    /** Namespace and name; empty when the object has no name, which a real API server does not send. */
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

    /** The object as its type, without what is not kept; empty when it does not fit the type. */
    Optional<T> read(JsonNode object) {
        if (object.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
            if (metadata.path("annotations") instanceof ObjectNode annotations) {
                annotations.remove(LAST_APPLIED);
            }
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
            // Jackson, setters and our own records throw many types. Their messages may quote the object, so they are
            // dropped.
            return Optional.empty();
        }
    }
}
