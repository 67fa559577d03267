package io.meshfed.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes {@code docs/api.md} from the CRDs: every field with its type, default, bounds and rules. */
final class ApiReference {
    /** The kinds in the order in which a user meets them, each with what it is. */
    private static final Map<String, String> KINDS = kinds();

    private final StringBuilder text = new StringBuilder();

    private ApiReference() {}

    private static Map<String, String> kinds() {
        Map<String, String> kinds = new LinkedHashMap<>();
        kinds.put("MeshFederation", "This mesh. One active per control plane.");
        kinds.put("RemoteMesh", "One other mesh.");
        kinds.put(
                "ImportedService",
                "A remote service under its own name, here: its host is always `<name>.<namespace>.svc.<clusterDomain>`.");
        kinds.put("ExportedMesh", "This mesh as other meshes may read it. Written by the operator only.");
        return kinds;
    }

    /** The page, in Markdown. */
    static String of(Collection<ObjectNode> crds) {
        Map<String, ObjectNode> byKind = new TreeMap<>();
        crds.forEach(crd -> byKind.put(crd.at("/spec/names/kind").asText(), crd));
        if (!byKind.keySet().equals(new TreeMap<>(KINDS).keySet())) {
            throw new IllegalStateException("ApiReference.kinds() and the CRDs differ: " + byKind.keySet());
        }
        ApiReference reference = new ApiReference();
        reference.line("<!-- Generated from src/main/java/io/meshfed/api by " + CrdYaml.COMMAND + " -->");
        reference.line("# API reference: " + Names.GROUP + "/" + Names.VERSION);
        reference.line("");
        reference.line("`kubectl explain <kind> --recursive` says the same. Required fields are marked with `*`.");
        KINDS.keySet().forEach(kind -> reference.kind(byKind.get(kind)));
        return reference.text.toString();
    }

    private void kind(ObjectNode crd) {
        String kind = crd.at("/spec/names/kind").asText();
        JsonNode schema = crd.at("/spec/versions/0/schema/openAPIV3Schema");
        line("");
        line("## " + kind);
        line("");
        line(KINDS.get(kind));
        line("");
        line(crd.at("/spec/scope").asText() + "-scoped; `kubectl get "
                + crd.at("/spec/names/shortNames/0").asText() + "`.");
        for (JsonNode rule : schema.path("x-kubernetes-validations")) {
            line("");
            line("- " + rule.get("message").asText());
        }
        for (String part : List.of("spec", "status")) {
            if (schema.at("/properties/" + part).isObject()) {
                table(part, schema.at("/properties/" + part));
            }
        }
    }

    private void table(String part, JsonNode schema) {
        line("");
        line("### " + part);
        line("");
        line("| Field | Type | Default | Meaning |");
        line("|---|---|---|---|");
        fields("", schema);
        List<String> rules = new ArrayList<>();
        rules(part, schema, rules);
        if (!rules.isEmpty()) {
            line("");
            line("Rules:");
            line("");
            rules.forEach(rule -> line("- " + rule));
        }
    }

    private void fields(String path, JsonNode schema) {
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        schema.path("properties").fields().forEachRemaining(property -> {
            String name = path + property.getKey();
            JsonNode field = property.getValue();
            line("| `" + name + (required.contains(property.getKey()) ? "`\\*" : "`") + " | " + type(field) + " | "
                    + (field.has("default") ? "`" + field.get("default").asText() + "`" : "") + " | "
                    + meaning(field) + " |");
            fields(name + ".", field);
            fields(name + "[].", field.path("items"));
        });
    }

    private static String type(JsonNode field) {
        return switch (field.path("type").asText("quantity")) {
            case "array" -> "list of " + type(field.get("items")) + key(field);
            case "object" ->
                field.has("additionalProperties") ? "map to " + type(field.get("additionalProperties")) : "object";
            case "string" -> field.path("format").asText("string");
            default -> field.path("type").asText("quantity");
        };
    }

    private static String key(JsonNode field) {
        return switch (field.path("x-kubernetes-list-type").asText()) {
            case "map" ->
                ", one for each `" + field.at("/x-kubernetes-list-map-keys/0").asText() + "`";
            case "set" -> ", each once";
            default -> "";
        };
    }

    private static String meaning(JsonNode field) {
        List<String> bounds = new ArrayList<>();
        if (field.has("enum")) {
            List<String> values = new ArrayList<>();
            field.get("enum").forEach(value -> values.add("`" + value.asText() + "`"));
            bounds.add("One of " + String.join(", ", values) + ".");
        }
        if (field.has("minimum") && field.has("maximum")) {
            bounds.add(field.get("minimum").asText() + " to "
                    + field.get("maximum").asText() + ".");
        }
        if (field.has("maxLength")) {
            bounds.add("At most " + field.get("maxLength").asText() + " characters.");
        }
        if (field.has("maxItems") || field.has("maxProperties")) {
            bounds.add("At most " + field.path("maxItems").asText()
                    + field.path("maxProperties").asText() + ".");
        }
        return (field.path("description").asText() + " " + String.join(" ", bounds))
                .strip()
                .replace("|", "\\|")
                .replace("<", "&lt;");
    }

    private void rules(String path, JsonNode schema, List<String> found) {
        for (JsonNode rule : schema.path("x-kubernetes-validations")) {
            String words = rule.get("message").asText();
            found.add(words.startsWith("spec") ? words : "`" + path + "`: " + words);
        }
        schema.path("properties")
                .fields()
                .forEachRemaining(property -> rules(path + "." + property.getKey(), property.getValue(), found));
        if (schema.has("items")) {
            rules(path + "[]", schema.get("items"), found);
        }
        if (schema.path("additionalProperties").isObject()) {
            rules(path + "{}", schema.get("additionalProperties"), found);
        }
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
