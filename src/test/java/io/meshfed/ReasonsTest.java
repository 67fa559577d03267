package io.meshfed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.meshfed.api.CrdYaml;
import io.meshfed.api.condition.CaDefect;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.ImportReason;
import io.meshfed.api.condition.Reason;
import io.meshfed.api.condition.ReasonCatalogue;
import io.meshfed.api.condition.ReasonReference;
import io.meshfed.status.Conditions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The code, the catalogue of reasons and the reference for users agree. */
class ReasonsTest {
    private static final Pattern CAMEL_CASE = Pattern.compile("\"([A-Z][a-z]+[A-Z0-9][A-Za-z0-9]*)\"");

    /** A reason of one word, too, where a condition is built from literals. */
    private static final Pattern IN_A_CONDITION =
            Pattern.compile("Condition\\s*\\.(?:yes|no|unknown)\\(\\s*[\\w.\"]+,\\s*\"(\\w+)\"");

    /** Enums of the rooms whose constants serve as reasons. */
    private static final Pattern LISTED = Pattern.compile("enum (?:Absence|Reason) \\{([^}]*)\\}");

    /** CamelCase literals that are neither a reason nor a type of condition. */
    private static final Set<String> OTHER_WORDS = Set.of(
            // reasons of Events
            "LeftBehind",
            "NotUnderstood",
            // kinds and values of Kubernetes and Istio
            "DestinationRule",
            "ExternalName",
            "LoadBalancer",
            "NodePort",
            "RuntimeDefault",
            "ScheduleAnyway",
            "ServiceAccount",
            "ServiceEntry",
            "WorkloadEntry",
            // a label of metrics
            "RemoteMesh",
            // a form of managedFields
            "FieldsV1");

    private static final Map<Path, String> SOURCES = sources();

    @Test
    void everyReasonInTheCodeIsInTheCatalogue() {
        Set<String> known = ReasonCatalogue.all().stream().map(Reason::name).collect(Collectors.toSet());
        Set<String> types =
                Arrays.stream(ConditionType.values()).map(Enum::name).collect(Collectors.toSet());
        Set<String> literals = found(CAMEL_CASE);
        Set<String> others = new TreeSet<>(literals);
        others.removeAll(known);
        others.removeAll(types);

        assertThat(others)
                .as("words that are no reason of the catalogue, no type of condition, and not in OTHER_WORDS")
                .isSubsetOf(OTHER_WORDS);
        assertThat(OTHER_WORDS)
                .as("words in OTHER_WORDS that the code no longer has")
                .filteredOn(word -> SOURCES.values().stream().noneMatch(s -> s.contains("\"" + word + "\"")))
                .isEmpty();
        assertThat(found(IN_A_CONDITION)).as("reasons of conditions").isSubsetOf(known);
        assertThat(listed()).as("enums of reasons in the rooms").isSubsetOf(known);
        assertThat(names(CaDefect.values())).isSubsetOf(names(CaDefect.values()));
    }

    @Test
    void everyReasonOfTheCatalogueIsUsed() {
        Set<String> listed = listed();
        Set<String> flaws = names(CaDefect.values());

        assertThat(ReasonCatalogue.all())
                .as("reasons that no code outside of the catalogue gives")
                .filteredOn(reason -> !(reason instanceof CaDefect && flaws.contains(reason.name())))
                .filteredOn(reason -> !listed.contains(reason.name()))
                .filteredOn(reason -> !isWritten(reason))
                .isEmpty();
    }

    private static boolean isWritten(Reason reason) {
        String owner = ((Enum<?>) reason).getDeclaringClass().getSimpleName();
        Pattern use = Pattern.compile("\"" + reason.name() + "\"|\\b" + owner + "\\." + reason.name() + "\\b");
        return SOURCES.values().stream().anyMatch(source -> use.matcher(source).find());
    }

    static Stream<Reason> problems() {
        return ReasonCatalogue.all().stream().filter(reason -> reason.outlook() != Reason.Outlook.GOOD);
    }

    @ParameterizedTest
    @MethodSource("problems")
    void aProblemIsTreatedAsTheCatalogueSays(Reason reason) {
        assertThat(reason.conditions()).allSatisfy(type -> assertThat(summary(type, reason))
                .containsExactly(
                        reason.outlook() == Reason.Outlook.PASSES
                                ? ConditionType.Reconciling.name()
                                : ConditionType.Stalled.name()));
    }

    @Test
    void whatTheUserSuspendedIsNeitherInProgressNorStalled() {
        assertThat(summary(ConditionType.Resolved, ImportReason.Suspended)).isEmpty();
    }

    /** Which conditions stand beside Ready for a condition that reports a problem with that reason. */
    private static List<String> summary(ConditionType type, Reason reason) {
        Condition problem =
                type == ConditionType.Conflict ? Condition.yes(type, reason, "m") : Condition.no(type, reason, "m");
        return new Conditions(Clock.systemUTC())
                .summarize(List.of(), List.of(problem), 1, "").stream()
                        .map(Condition::type)
                        .filter(t ->
                                t.equals(ConditionType.Reconciling.name()) || t.equals(ConditionType.Stalled.name()))
                        .toList();
    }

    static Stream<Path> examples() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/resources/golden"))) {
            return files.filter(file -> file.endsWith("out-status.yaml")).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyConditionOfAnExampleHasAReasonThatTheCatalogueAllowsThere(Path example) throws IOException {
        Map<String, Set<ConditionType>> allowed = new TreeMap<>();
        ReasonCatalogue.all().forEach(reason -> allowed.computeIfAbsent(reason.name(), name -> new TreeSet<>())
                .addAll(reason.conditions()));

        JsonNode conditions =
                new YAMLMapper().readTree(Files.readString(example)).path("conditions");

        assertThat(conditions).isNotEmpty().allSatisfy(condition -> assertThat(
                        allowed.get(condition.path("reason").asText()))
                .as(condition.toString())
                .contains(ConditionType.valueOf(condition.path("type").asText())));
    }

    @Test
    void theReferenceForUsersIsWhatTheCatalogueSays() throws IOException {
        String page = Files.readString(Path.of(ReasonReference.PAGE));

        assertThat(page)
                .as("%s differs from the catalogue; rewrite it with: %s", ReasonReference.PAGE, CrdYaml.COMMAND)
                .isEqualTo(ReasonReference.into(page));
        assertThat(ReasonCatalogue.all())
                .as("reasons that %s does not explain", ReasonReference.PAGE)
                .filteredOn(reason -> !page.contains("`" + reason.name() + "`"))
                .isEmpty();
    }

    private static Set<String> found(Pattern pattern) {
        return SOURCES.values().stream()
                .flatMap(source -> pattern.matcher(source).results())
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> listed() {
        return found(LISTED).stream()
                .flatMap(constants -> Arrays.stream(constants.split("[,;\\s]+")))
                .filter(word -> word.matches("[A-Z]\\w+"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(Enum<?>[] constants) {
        return Arrays.stream(constants).map(Enum::name).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Everything but {@code api}, which has the catalogue and the fields of the API. */
    private static Map<Path, String> sources() {
        Path main = Path.of("src/main/java/io/meshfed");
        try (Stream<Path> files = Files.walk(main)) {
            Map<Path, String> sources = new TreeMap<>();
            for (Path file : files.filter(f -> f.toString().endsWith(".java"))
                    .filter(f -> !f.startsWith(main.resolve("api")))
                    .toList()) {
                sources.put(file, Files.readString(file));
            }
            return sources;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
