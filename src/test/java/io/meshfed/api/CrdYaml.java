package io.meshfed.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.api.condition.ReasonReference;
import io.meshfed.reconcile.WakeUps;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes what is generated from the API types: {@code crds/}, its copies in the chart, {@code docs/api.md}, and the
 * reference of reasons in {@code docs/operations.md}. Run by {@link #COMMAND}; {@code CrdDriftTest} and
 * {@code ReasonsTest} fail while a file differs from what this class would write.
 */
public final class CrdYaml {
    /** The command that rewrites every generated file. */
    public static final String COMMAND = "./mvnw -Pcrds process-test-classes";

    /** Every kind of the API. */
    static final List<Class<? extends HasMetadata>> KINDS =
            List.of(MeshFederation.class, RemoteMesh.class, ImportedService.class, ExportedMesh.class);

    static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER, YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES, YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build());

    private CrdYaml() {}

    /** Rewrites the generated files under the directory that the first argument names, the root of the project. */
    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        for (Map.Entry<String, String> file : files().entrySet()) {
            Path path = root.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        Path operations = root.resolve(ReasonReference.PAGE);
        Files.writeString(operations, ReasonReference.into(Files.readString(operations)));
        Files.writeString(root.resolve(WakeUps.PAGE), WakeUps.page());
    }

    /** Every file that is generated as a whole: path from the root of the project, and content. */
    public static SortedMap<String, String> files() {
        SortedMap<String, String> files = new TreeMap<>();
        SortedMap<String, ObjectNode> crds = crds();
        files.put("docs/api.md", ApiReference.of(crds.values()));
        crds.forEach((name, crd) -> {
            files.put(
                    "crds/" + name + ".yaml",
                    "# Generated from src/main/java/io/meshfed/api by " + COMMAND + "\n" + text(crd));
            files.put("helm/meshfed/templates/crds/" + name + ".yaml", template(crd));
        });
        return files;
    }

    /** The CustomResourceDefinitions by name ({@code plural.group}). */
    static SortedMap<String, ObjectNode> crds() {
        InMemory output = new InMemory();
        new CRDGenerator()
                .customResourceClasses(List.copyOf(KINDS))
                .forCRDVersions("v1")
                .withOutput(output)
                .generate();
        Map<String, Class<?>> kinds = KINDS.stream().collect(Collectors.toMap(Class::getSimpleName, k -> k));
        SortedMap<String, ObjectNode> crds = new TreeMap<>();
        output.written.values().forEach(bytes -> {
            ObjectNode crd = read(bytes.toByteArray());
            ObjectNode version = (ObjectNode) crd.at("/spec/versions/0");
            version.set(
                    "additionalPrinterColumns",
                    columns(kinds.get(crd.at("/spec/names/kind").asText())));
            withoutEmptyStatus(version);
            CrdSchema.complete((ObjectNode) version.at("/schema/openAPIV3Schema"));
            names((ObjectNode) crd.at("/spec/names"));
            crds.put(crd.at("/metadata/name").asText(), sorted(crd));
        });
        return crds;
    }

    /** A kind whose status is Void has nothing that a status subresource could hold. */
    private static void withoutEmptyStatus(ObjectNode version) {
        ObjectNode properties = (ObjectNode) version.at("/schema/openAPIV3Schema/properties");
        if (!properties.path("status").has("properties")) {
            properties.remove("status");
            version.remove("subresources");
        }
    }

    /** Columns in the order of the annotations; the generator sorts them by path, which puts the age first. */
    private static ArrayNode columns(Class<?> kind) {
        ArrayNode columns = YAML.createArrayNode();
        for (AdditionalPrinterColumn column : kind.getAnnotationsByType(AdditionalPrinterColumn.class)) {
            columns.addObject()
                    .put("name", column.name())
                    .put("type", column.type().getValue())
                    .put("jsonPath", column.jsonPath());
        }
        return columns;
    }

    private static void names(ObjectNode names) {
        names.put("listKind", names.get("kind").asText() + "List");
        names.putArray("categories").add("meshfed");
    }

    /** The tree with the keys of every object in alphabetical order, {@code apiVersion, kind, metadata, spec} first. */
    private static ObjectNode sorted(ObjectNode crd) {
        ObjectNode result = YAML.createObjectNode();
        List.of("apiVersion", "kind", "metadata", "spec").forEach(key -> result.set(key, sortedKeys(crd.get(key))));
        return result;
    }

    private static JsonNode sortedKeys(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode result = YAML.createObjectNode();
            List<String> keys = new ArrayList<>();
            object.fieldNames().forEachRemaining(keys::add);
            keys.stream().sorted().forEach(key -> result.set(key, sortedKeys(object.get(key))));
            return result;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode result = YAML.createArrayNode();
            array.forEach(element -> result.add(sortedKeys(element)));
            return result;
        }
        return node;
    }

    /** The chart's form of a CRD: the values decide whether the chart installs it, and whether an uninstall keeps it. */
    private static String template(ObjectNode crd) {
        String body = text(crd);
        if (body.contains("{{")) {
            throw new IllegalStateException("a CRD holds {{, which Helm would read as a template: "
                    + crd.at("/metadata/name").asText());
        }
        String name = "  name: " + crd.at("/metadata/name").asText() + "\n";
        String guarded = body.replace(
                name,
                name
                        + "  labels:\n"
                        + "    {{- include \"meshfed.labels\" . | nindent 4 }}\n"
                        + "  {{- if .Values.crds.keep }}\n"
                        + "  annotations:\n"
                        + "    helm.sh/resource-policy: keep\n"
                        + "  {{- end }}\n");
        return "{{- /* Generated from src/main/java/io/meshfed/api by " + COMMAND + " */ -}}\n"
                + "{{- if .Values.crds.enabled }}\n" + guarded + "{{- end }}\n";
    }

    private static String text(JsonNode tree) {
        try {
            return YAML.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode read(byte[] yaml) {
        try {
            return (ObjectNode) YAML.readTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the generator writes: one buffer for each CRD. */
    private static final class InMemory implements CRDGenerator.CRDOutput<ByteArrayOutputStream> {
        final Map<String, ByteArrayOutputStream> written = new TreeMap<>();

        @Override
        public ByteArrayOutputStream outputFor(String crdName) {
            return written.computeIfAbsent(crdName, name -> new ByteArrayOutputStream());
        }

        @Override
        public void close() {}
    }
}
