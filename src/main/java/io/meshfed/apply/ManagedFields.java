package io.meshfed.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.meshfed.api.Names;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code metadata.managedFields}: which manager owns which fields of an object, and how ownership passes to another manager. A
 * server-side apply removes exactly the fields that its manager owned and no longer sends. So an object becomes what is
 * planned, without a delete, once meshfed owns the fields of its former owners; and another client can set a field, with no
 * default in between, once meshfed does not own it any more.
 *
 * <p>A former owner is a manager that owns any field outside of metadata and status. Its content, labels and ownerReferences
 * are taken over. Its annotations and finalizers are not: they configure clouds and guard clean-ups. Neither are the fields of
 * {@link #NOT_TAKEN}. A manager that owns only metadata or status, or writes through a subresource, is not an owner and keeps
 * everything except the annotation that hands the object over.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/">Server-side apply</a>
 */
final class ManagedFields {
    private static final List<String> REPLICAS = List.of("f:spec", "f:replicas");

    /** Fields that stay with their former owner: Service addresses, image pull secrets, autoscaled replicas. */
    private static final Map<String, List<List<String>>> NOT_TAKEN = Map.of(
            "Service",
                    List.of(
                            List.of("f:spec", "f:clusterIP"),
                            List.of("f:spec", "f:clusterIPs"),
                            List.of("f:spec", "f:externalIPs"),
                            List.of("f:spec", "f:healthCheckNodePort"),
                            List.of("f:spec", "f:ipFamilies"),
                            List.of("f:spec", "f:ipFamilyPolicy"),
                            List.of("f:spec", "f:loadBalancerClass"),
                            List.of("f:spec", "f:loadBalancerIP")),
            "ServiceAccount", List.of(List.of("f:imagePullSecrets"), List.of("f:secrets")),
            "Deployment", List.of(REPLICAS));

    private static final Set<String> NO_CONTENT = Set.of("f:apiVersion", "f:kind", "f:metadata", "f:status");

    /** The second holds everything that kubectl applied, in a Secret also the keys. */
    private static final List<String> TAKEN_ANNOTATIONS =
            List.of("f:" + Names.ADOPT, "f:kubectl.kubernetes.io/last-applied-configuration");

    private static final String ANNOTATIONS = "f:annotations";
    private static final String MEMBER = ".";
    private static final String APPLY = "Apply";

    private ManagedFields() {}

    /** Whether the API server has recorded any manager. */
    static boolean recorded(HasMetadata live) {
        return !entries(live).isEmpty();
    }

    /**
     * The entries after meshfed took over from all former owners.
     *
     * @param live with managedFields
     * @param apiVersion of the apply that follows
     * @return empty if there is nothing to take over
     */
    static Optional<ArrayNode> takenOver(HasMetadata live, String apiVersion) {
        ArrayNode before = entries(live);
        ArrayNode after = JsonNodeFactory.instance.arrayNode();
        ObjectNode ours = JsonNodeFactory.instance.objectNode();
        for (JsonNode entry : before.deepCopy()) {
            ObjectNode fields = fields(entry);
            if (isOurs(entry)) {
                merge(ours, fields);
                continue;
            }
            if (entry.path("subresource").asText("").isEmpty()) {
                if (hasContent(fields)) {
                    takeContent(fields, live.getKind(), ours);
                }
                takeAnnotations(fields, ours);
            }
            if (!fields.isEmpty()) {
                after.add(entry);
            }
        }
        if (after.equals(without(before))) {
            return Optional.empty();
        }
        after.insert(0, entry(apiVersion, ours));
        return Optional.of(after);
    }

    /**
     * The entries after meshfed gave up the number of replicas, which stays the same until an autoscaler changes it.
     *
     * @param live with managedFields
     * @return empty if meshfed does not own it
     */
    static Optional<ArrayNode> withoutReplicas(HasMetadata live) {
        ArrayNode before = entries(live);
        ArrayNode after = before.deepCopy();
        for (JsonNode entry : after) {
            if (isOurs(entry)) {
                remove(fields(entry), REPLICAS);
            }
        }
        return after.equals(before) ? Optional.empty() : Optional.of(after);
    }

    /** Whether an apply would make the API server fall back to one replica, if meshfed owns the number. */
    static boolean dropsReplicas(HasMetadata live, HasMetadata wanted) {
        return live instanceof Deployment before
                && wanted instanceof Deployment after
                && before.getSpec().getReplicas() != null
                && after.getSpec().getReplicas() == null;
    }

    private static List<List<String>> notTaken(String kind) {
        return NOT_TAKEN.getOrDefault(kind, List.of());
    }

    private static ArrayNode entries(HasMetadata live) {
        return ObjectDiff.tree(live).path("metadata").path("managedFields") instanceof ArrayNode entries
                ? entries
                : JsonNodeFactory.instance.arrayNode();
    }

    private static ObjectNode fields(JsonNode entry) {
        return entry.path("fieldsV1") instanceof ObjectNode fields ? fields : JsonNodeFactory.instance.objectNode();
    }

    private static boolean isOurs(JsonNode entry) {
        return entry.path("manager").asText().equals(Names.MESHFED)
                && entry.path("operation").asText().equals(APPLY)
                && entry.path("subresource").asText("").isEmpty();
    }

    private static ArrayNode without(ArrayNode before) {
        ArrayNode others = JsonNodeFactory.instance.arrayNode();
        before.forEach(entry -> {
            if (!isOurs(entry)) {
                others.add(entry);
            }
        });
        return others;
    }

    private static ObjectNode entry(String apiVersion, ObjectNode fields) {
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        entry.put("manager", Names.MESHFED)
                .put("operation", APPLY)
                .put("apiVersion", apiVersion)
                .put("fieldsType", "FieldsV1")
                .set("fieldsV1", fields);
        return entry;
    }

    private static boolean hasContent(ObjectNode fields) {
        return names(fields).stream().anyMatch(name -> !NO_CONTENT.contains(name));
    }

    private static Set<String> names(ObjectNode node) {
        Set<String> names = new TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void takeContent(ObjectNode fields, String kind, ObjectNode ours) {
        ObjectNode staying = JsonNodeFactory.instance.objectNode();
        for (List<String> path : notTaken(kind)) {
            find(fields, path).ifPresent(owned -> put(staying, path, owned));
            remove(fields, path);
        }
        for (String name : names(fields)) {
            if (!NO_CONTENT.contains(name)) {
                merge(ours, name, fields.remove(name));
            }
        }
        if (fields.get("f:metadata") instanceof ObjectNode metadata) {
            for (String name : List.of("f:labels", "f:ownerReferences")) {
                if (metadata.has(name)) {
                    merge(child(ours, "f:metadata"), name, metadata.remove(name));
                }
            }
            removeIfEmpty(fields, "f:metadata");
        }
        merge(fields, staying);
    }

    private static void takeAnnotations(ObjectNode fields, ObjectNode ours) {
        if (fields.path("f:metadata").path(ANNOTATIONS) instanceof ObjectNode annotations) {
            for (String name : TAKEN_ANNOTATIONS) {
                if (annotations.has(name)) {
                    merge(child(child(ours, "f:metadata"), ANNOTATIONS), name, annotations.remove(name));
                }
            }
            if (names(annotations).equals(Set.of(MEMBER))) {
                annotations.removeAll();
            }
            removeIfEmpty((ObjectNode) fields.get("f:metadata"), ANNOTATIONS);
            removeIfEmpty(fields, "f:metadata");
        }
    }

    private static ObjectNode child(ObjectNode node, String name) {
        return node.get(name) instanceof ObjectNode child ? child : node.putObject(name);
    }

    private static void removeIfEmpty(ObjectNode node, String name) {
        if (node.has(name) && node.get(name).isEmpty()) {
            node.remove(name);
        }
    }

    private static Optional<JsonNode> find(JsonNode node, List<String> path) {
        JsonNode at = node;
        for (String name : path) {
            at = at.path(name);
        }
        return at.isMissingNode() ? Optional.empty() : Optional.of(at);
    }

    private static void put(ObjectNode node, List<String> path, JsonNode value) {
        ObjectNode at = node;
        for (String name : path.subList(0, path.size() - 1)) {
            at = child(at, name);
        }
        at.set(path.get(path.size() - 1), value);
    }

    private static void remove(ObjectNode node, List<String> path) {
        String name = path.get(0);
        if (path.size() == 1) {
            node.remove(name);
        } else if (node.get(name) instanceof ObjectNode child) {
            remove(child, path.subList(1, path.size()));
            removeIfEmpty(node, name);
        }
    }

    private static void merge(ObjectNode into, ObjectNode more) {
        names(more).forEach(name -> merge(into, name, more.get(name)));
    }

    /** An empty node means the field itself; beside nodes for its parts, the field itself is written as a dot. */
    private static void merge(ObjectNode into, String name, JsonNode more) {
        if (!(into.get(name) instanceof ObjectNode present)) {
            into.set(name, more.deepCopy());
            return;
        }
        if (present.isEmpty() != more.isEmpty()) {
            present.set(MEMBER, JsonNodeFactory.instance.objectNode());
        }
        if (more instanceof ObjectNode parts) {
            merge(present, parts);
        }
    }
}
