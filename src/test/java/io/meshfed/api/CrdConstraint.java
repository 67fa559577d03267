package io.meshfed.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * One constraint of a CRD: a bound, a pattern or a rule.
 *
 * @param plural the kind
 * @param path of the field in the object, {@code []} for the entries of a list and {@code {}} for the values of a map;
 *     empty for the object itself
 * @param keyword of the schema, such as {@code maxLength}; {@code required:x} for one required field and {@code rule}
 *     for one rule in CEL
 * @param value of the keyword; of a rule its message
 * @param type of the field, as the API server calls it
 */
record CrdConstraint(String plural, String path, String keyword, JsonNode value, String type) {
    private static final List<String> SIMPLE = List.of(
            "enum",
            "format",
            "maxItems",
            "maxLength",
            "maxProperties",
            "maximum",
            "minItems",
            "minLength",
            "minProperties",
            "minimum",
            "pattern",
            "x-kubernetes-list-type");

    /** Every constraint of one CRD. */
    static List<CrdConstraint> of(ObjectNode crd) {
        List<CrdConstraint> found = new ArrayList<>();
        walk(
                crd.at("/spec/names/plural").asText(),
                "",
                (ObjectNode) crd.at("/spec/versions/0/schema/openAPIV3Schema"),
                found);
        return found;
    }

    /**
     * Whether broken documents can be made from the schema alone. What users write wrong against a pattern or a rule
     * needs an example by hand; a status only the operator writes.
     */
    boolean isMechanical() {
        return !keyword.equals("rule") && (!keyword.equals("pattern") || path.startsWith("status"));
    }

    @Override
    public String toString() {
        return String.join(" ", plural, path, keyword);
    }

    /** How a case by hand names this constraint behind {@code # covers:}. */
    boolean isNamedBy(String covers) {
        String name = (path + " " + keyword).strip();
        return keyword.equals("rule")
                ? covers.startsWith(name + ": ") && value.asText().startsWith(covers.substring(name.length() + 2))
                : covers.equals(name);
    }

    private static void walk(String plural, String path, ObjectNode schema, List<CrdConstraint> found) {
        String type = schema.path("type").asText("any");
        // A number has a format for people; minimum and maximum bound it. An atomic list forbids nothing.
        SIMPLE.stream()
                .filter(schema::has)
                .filter(keyword -> !keyword.equals("format") || type.equals("string"))
                .filter(keyword -> !schema.get(keyword).asText().equals("atomic"))
                .forEach(keyword -> found.add(new CrdConstraint(plural, path, keyword, schema.get(keyword), type)));
        if (schema.has("type") && !path.isEmpty()) {
            // Where there is a format, the API server calls that the type.
            found.add(new CrdConstraint(
                    plural,
                    path,
                    "type",
                    schema.get("type"),
                    schema.path("format").asText(type)));
        }
        schema.path("required")
                .forEach(name -> found.add(new CrdConstraint(plural, path, "required:" + name.asText(), name, type)));
        rules(schema).forEach(rule -> found.add(new CrdConstraint(plural, path, "rule", rule.get("message"), type)));
        schema.path("properties").fields().forEachRemaining(property -> {
            boolean standard =
                    path.isEmpty() && List.of("apiVersion", "kind", "metadata").contains(property.getKey());
            if (!standard) {
                walk(plural, join(path, property.getKey()), (ObjectNode) property.getValue(), found);
            }
        });
        if (schema.get("items") instanceof ObjectNode items) {
            walk(plural, path + "[]", items, found);
        }
        if (schema.get("additionalProperties") instanceof ObjectNode values) {
            walk(plural, path + "{}", values, found);
        }
    }

    /** The rules, without those that only explain a pattern: the case of the pattern expects that message. */
    private static List<JsonNode> rules(ObjectNode schema) {
        List<JsonNode> rules = new ArrayList<>();
        if (schema.get("x-kubernetes-validations") instanceof ArrayNode all) {
            all.forEach(rules::add);
            if (schema.has("pattern")) {
                rules.remove(0);
            }
        }
        return rules;
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
