package io.meshfed.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.common.Digests;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/** Objects as JSON trees: their hash, and whether one is contained in another. */
final class ObjectDiff {
    private static final ObjectMapper JSON =
            new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

    private final boolean wholeItems;

    private ObjectDiff(boolean wholeItems) {
        this.wholeItems = wholeItems;
    }

    static JsonNode tree(HasMetadata object) {
        return JSON.valueToTree(object);
    }

    /** SHA-256 over the tree with sorted keys, hex, first 16 characters: enough to tell versions of one object apart. */
    static String hash(JsonNode tree) {
        return Digests.sha256(sorted(tree).toString()).substring(0, 16);
    }

    private static JsonNode sorted(JsonNode node) {
        if (node.isObject()) {
            Map<String, JsonNode> fields = new TreeMap<>();
            node.fields().forEachRemaining(f -> fields.put(f.getKey(), sorted(f.getValue())));
            return JSON.getNodeFactory().objectNode().setAll(fields);
        }
        if (node.isArray()) {
            var array = JSON.getNodeFactory().arrayNode(node.size());
            node.forEach(item -> array.add(sorted(item)));
            return array;
        }
        return node;
    }

    /**
     * Whether {@code live} has all fields of {@code wanted} with the same values. A map may have more keys in {@code live}; a
     * list must have the same length, and its items are compared one by one. In Istio's kinds an item without a name may not
     * have more keys either: an apply replaces these lists as a whole, so a field that another client added to an item is
     * drift that a repair can undo. In Kubernetes' own kinds the API server adds defaults there.
     */
    static boolean contains(JsonNode live, JsonNode wanted) {
        boolean istio = wanted.path("apiVersion").asText().split("/")[0].endsWith(".istio.io");
        return new ObjectDiff(istio).contains(live, wanted, false);
    }

    private boolean contains(JsonNode live, JsonNode wanted, boolean whole) {
        if (wanted.isObject()) {
            for (Iterator<Map.Entry<String, JsonNode>> fields = wanted.fields(); fields.hasNext(); ) {
                Map.Entry<String, JsonNode> field = fields.next();
                JsonNode there = live.get(field.getKey());
                if (there == null || !contains(there, field.getValue(), whole)) {
                    return false;
                }
            }
            return live.isObject() && (!whole || live.size() == wanted.size());
        }
        if (wanted.isArray()) {
            if (!live.isArray() || live.size() != wanted.size()) {
                return false;
            }
            for (int i = 0; i < wanted.size(); i++) {
                if (!contains(
                        live.get(i), wanted.get(i), wholeItems && !wanted.get(i).has("name"))) {
                    return false;
                }
            }
            return true;
        }
        return wanted.isNumber() && live.isNumber()
                ? wanted.decimalValue().compareTo(live.decimalValue()) == 0
                : wanted.equals(live);
    }
}
