package io.meshfed.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Manifests as data. */
public final class Documents {

    private Documents() {}

    /** The documents of a YAML or JSON text; empty ones are left out and a {@code List} is opened. */
    public static List<JsonNode> in(String manifests) {
        // YAML parsers are slow on megabytes; JSON files take the short way.
        var mapper = manifests.startsWith("{") ? Serialization.jsonMapper() : Serialization.yamlMapper();
        List<JsonNode> documents = new ArrayList<>();
        try (var values = mapper.readerFor(JsonNode.class).<JsonNode>readValues(manifests)) {
            while (values.hasNext()) {
                JsonNode document = values.next();
                if (document.path("kind").asText().equals("List")) {
                    document.path("items").forEach(documents::add);
                } else if (document.isObject()) {
                    documents.add(document);
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new TestbedException("Not YAML: " + e.getMessage(), e);
        }
        return documents;
    }
}
