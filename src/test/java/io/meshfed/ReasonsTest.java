package io.meshfed;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.condition.CaDefect;
import io.meshfed.api.condition.Condition;
import io.meshfed.status.Conditions;
import io.meshfed.watch.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every reason that the code can give either passes by itself (the resource is Reconciling then), or waits for somebody
 * (Stalled), or is good news. A new word in CamelCase must be put into {@code reasons.txt}, where that is said of each.
 */
class ReasonsTest {
    private static final List<String> ROOMS = List.of("trust", "plan", "remote", "apply", "reconcile");
    private static final Pattern WORD = Pattern.compile("\"([A-Z][a-z]+(?:[A-Z][a-z]+)+)\"");
    private static final Pattern LISTED = Pattern.compile("enum (?:Absence|Reason) \\{([^}]*)\\}");

    @Test
    void everyReasonIsSortedAndTreatedAsItIsSorted() throws IOException {
        Map<String, Set<String>> sorted = sorted();
        Set<String> all = new TreeSet<>();
        sorted.values().forEach(all::addAll);
        Set<String> written = written();

        assertThat(written)
                .as("words in the code that reasons.txt does not sort")
                .isSubsetOf(all);
        assertThat(all)
                .as("words in reasons.txt that the code no longer has")
                .filteredOn(word -> severalWords(word) && !written.contains(word))
                .isEmpty();
        assertThat(sorted.get("passes"))
                .allSatisfy(reason -> assertThat(summary(reason)).as(reason).isEqualTo("Reconciling"));
        assertThat(sorted.get("waits"))
                .allSatisfy(reason -> assertThat(summary(reason)).as(reason).isEqualTo("Stalled"));
    }

    @Test
    void everyReasonThatIsNotGoodIsExplainedToThoseWhoOperate() throws IOException {
        String page = Files.readString(Path.of("docs/operations.md"));
        Set<String> bad = new TreeSet<>(sorted().get("passes"));
        bad.addAll(sorted().get("waits"));

        assertThat(bad)
                .as("reasons that docs/operations.md does not explain")
                .filteredOn(reason -> !page.contains("`" + reason + "`"))
                .isEmpty();
    }

    /** Which of the two conditions stands beside Ready for a condition that is False for that reason. */
    private static String summary(String reason) {
        return new Conditions(Clock.systemUTC())
                .summarize(List.of(), List.of(Condition.no("Any", reason, "m")), 1, "").stream()
                        .map(Condition::type)
                        .filter(t -> t.equals("Reconciling") || t.equals("Stalled"))
                        .collect(Collectors.joining());
    }

    private static Map<String, Set<String>> sorted() throws IOException {
        Map<String, Set<String>> sorted = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("src/test/resources/reasons.txt"))) {
            String[] words = line.split(" ");
            if (!line.startsWith("#") && words.length == 2) {
                assertThat(sorted.computeIfAbsent(words[0], w -> new TreeSet<>())
                                .add(words[1]))
                        .as(line)
                        .isTrue();
            }
        }
        assertThat(sorted).containsOnlyKeys("passes", "waits", "good", "word");
        return sorted;
    }

    private static Set<String> written() throws IOException {
        Set<String> words = new TreeSet<>();
        for (Path file : sources()) {
            String source = Files.readString(file);
            Matcher word = WORD.matcher(source);
            while (word.find()) {
                words.add(word.group(1));
            }
            Matcher listed = LISTED.matcher(source);
            while (listed.find()) {
                Arrays.stream(listed.group(1).split("[,\\s]+"))
                        .filter(w -> w.matches("[A-Z]\\w+"))
                        .forEach(words::add);
            }
        }
        Arrays.stream(Failure.Kind.values()).map(Enum::name).forEach(words::add);
        Arrays.stream(CaDefect.values()).map(Enum::name).forEach(words::add);
        return words;
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String room : ROOMS) {
            try (Stream<Path> files = Files.walk(Path.of("src/main/java/io/meshfed", room))) {
                files.filter(f -> f.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources;
    }

    private static boolean severalWords(String reason) {
        return reason.substring(1).chars().anyMatch(Character::isUpperCase);
    }
}
