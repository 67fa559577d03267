package io.meshfed.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of the schema (docs/architecture.md); and {@code crd-cases} has a case for every constraint. */
class CrdCasesTest {
    private static final Collection<ObjectNode> CRDS = CrdYaml.crds().values();

    /** CEL's reserved words: a field with such a name must be escaped in every rule. */
    private static final Set<String> RESERVED = Set.of(
            "true",
            "false",
            "null",
            "in",
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "let",
            "loop",
            "package",
            "namespace",
            "return",
            "var",
            "void",
            "while");

    /** Every Kubernetes API calls this "namespace"; the rule that reads one of them escapes it. */
    private static final Set<String> CONVENTIONAL = Set.of("spec.gateway.namespace", "spec.gateway.service.namespace");

    static Stream<ObjectNode> crds() {
        return CRDS.stream();
    }

    static List<CrdConstraint> constraints() {
        return CRDS.stream().flatMap(crd -> CrdConstraint.of(crd).stream()).toList();
    }

    static Stream<CrdConstraint> mechanicalConstraints() {
        return constraints().stream().filter(CrdConstraint::isMechanical);
    }

    static Stream<CrdConstraint> otherConstraints() {
        return constraints().stream().filter(constraint -> !constraint.isMechanical());
    }

    static Stream<CrdCase> rejectedCases() {
        return CRDS.stream().flatMap(crd -> CrdCase.rejected(plural(crd)).stream());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("otherConstraints")
    void patternOrRuleHasARejectedCase(CrdConstraint constraint) {
        assertThat(CrdCase.rejected(constraint.plural()))
                .as(
                        "crd-cases/%s/rejected needs a YAML with the line '# covers: %s %s%s'",
                        constraint.plural(),
                        constraint.path(),
                        constraint.keyword(),
                        constraint.keyword().equals("rule")
                                ? ": " + constraint.value().asText()
                                : "")
                .anyMatch(each -> each.covers().stream().anyMatch(constraint::isNamedBy));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mechanicalConstraints")
    void mechanicalConstraintCanBeBroken(CrdConstraint constraint) {
        assertThat(CrdBreaker.breakOne(constraint, CrdCase.full(constraint.plural())))
                .as("crd-cases/%s/accepted/full.yaml lacks %s", constraint.plural(), constraint.path())
                .isPresent();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rejectedCases")
    void rejectedCaseNamesWhatItCoversAndWhatItExpects(CrdCase rejected) {
        assertThat(rejected.expect()).as("lines '# expect: ' of %s", rejected).isNotEmpty();
        assertThat(rejected.covers()).as("lines '# covers: ' of %s", rejected).isNotEmpty();
        assertThat(rejected.covers())
                .as("%s covers what its CRD does not have", rejected)
                .allMatch(covers -> constraints().stream()
                        .anyMatch(c -> c.plural().equals(rejected.plural()) && c.isNamedBy(covers)));
    }

    @ParameterizedTest(name = "[{index}]")
    @MethodSource("crds")
    void everyFieldIsDescribed(ObjectNode crd) {
        assertThat(offending(crd, (path, schema) -> isField(path) && !schema.has("description")))
                .as("fields of %s without @JsonPropertyDescription", plural(crd))
                .isEmpty();
    }

    @ParameterizedTest(name = "[{index}]")
    @MethodSource("crds")
    void everyFieldIsBounded(ObjectNode crd) {
        assertThat(offending(crd, (path, schema) -> isUnbounded(path, schema)))
                .as("fields of %s without an upper bound; CEL rules over them could cost any time", plural(crd))
                .isEmpty();
    }

    @ParameterizedTest(name = "[{index}]")
    @MethodSource("crds")
    void noFieldHasANameThatCelReserves(ObjectNode crd) {
        assertThat(offending(crd, (path, schema) -> RESERVED.contains(path.replaceFirst(".*\\.", ""))))
                .isSubsetOf(CONVENTIONAL);
    }

    @ParameterizedTest(name = "[{index}]")
    @MethodSource("crds")
    void everyRuleSaysWhatIsWrong(ObjectNode crd) {
        assertThat(crd.findValues("x-kubernetes-validations")).allSatisfy(rules -> assertThat(rules)
                .allMatch(rule -> rule.path("message").asText().length() > 20));
    }

    @Test
    void casesAreForKindsThatExist() {
        Set<String> plurals = new TreeSet<>();
        CRDS.forEach(crd -> plurals.add(plural(crd)));

        assertThat(Path.of("src/test/resources/crd-cases"))
                .isDirectoryNotContaining(
                        folder -> !plurals.contains(folder.getFileName().toString()));
    }

    private static boolean isField(String path) {
        return !path.isEmpty() && !path.equals("metadata") && !path.endsWith("[]") && !path.endsWith("{}");
    }

    private static boolean isUnbounded(String path, JsonNode schema) {
        if (path.equals("apiVersion") || path.equals("kind") || path.equals("metadata")) {
            return false;
        }
        return switch (schema.path("type").asText("any")) {
            case "string" -> !schema.has("maxLength") && !schema.has("enum") && !schema.has("format");
            case "array" -> !schema.has("maxItems");
            case "object" -> schema.has("additionalProperties") && !schema.has("maxProperties");
            case "integer" -> !schema.has("maximum") && !path.endsWith("observedGeneration");
            case "boolean" -> false;
            default -> !schema.has("maxLength");
        };
    }

    private interface Offence {
        boolean isOneBy(String path, JsonNode schema);
    }

    private static Set<String> offending(ObjectNode crd, Offence offence) {
        Set<String> found = new TreeSet<>();
        walk("", crd.at("/spec/versions/0/schema/openAPIV3Schema"), offence, found);
        return found;
    }

    private static void walk(String path, JsonNode schema, Offence offence, Set<String> found) {
        if (offence.isOneBy(path, schema)) {
            found.add(path);
        }
        schema.path("properties")
                .fields()
                .forEachRemaining(
                        p -> walk(path.isEmpty() ? p.getKey() : path + "." + p.getKey(), p.getValue(), offence, found));
        if (schema.has("items")) {
            walk(path + "[]", schema.get("items"), offence, found);
        }
        if (schema.path("additionalProperties").isObject()) {
            walk(path + "{}", schema.get("additionalProperties"), offence, found);
        }
    }

    private static String plural(ObjectNode crd) {
        return crd.at("/spec/names/plural").asText();
    }
}
