package io.meshfed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table "Waits and intervals" in {@code docs/development.md} has every constant of type Duration, with its value. */
class WaitsTest {
    private static final Path PAGE = Path.of("docs/development.md");
    private static final String HEADING = "## Waits and intervals";
    private static final Pattern CONSTANT =
            Pattern.compile("static final Duration (\\w+) = Duration\\.of(\\w+)\\((\\d+)\\);");
    private static final Pattern ANY_CONSTANT = Pattern.compile("static final Duration (\\w+) =");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| `(\\w+)` \\| ([^|]+) \\| ([^|]*) \\|$");
    private static final Map<String, String> UNITS =
            Map.of("Millis", "ms", "Seconds", "s", "Minutes", "min", "Hours", "h", "Days", "d");

    private record Wait(String type, String constant, String value) {
        String row(String why) {
            return "| `" + type + "` | `" + constant + "` | " + value + " | " + why + " |";
        }
    }

    private record Row(Wait of, String why) {}

    @Test
    void theTableHasEveryConstant() throws IOException {
        List<Wait> waits = waits();
        List<Row> rows = rows();

        assertThat(waits).hasSizeGreaterThan(30);
        assertThat(rows.stream().map(Row::of))
                .as("rows of '%s' in %s; the rows as they should be:%n%s", HEADING, PAGE, expected(waits, rows))
                .containsExactlyElementsOf(waits);
        assertThat(rows).as("rows that do not say why").noneMatch(row -> row.why()
                .isBlank());
    }

    /** The rows in the order of the classes; what a row says is kept if its class or its constant is found again. */
    private static String expected(List<Wait> waits, List<Row> rows) {
        return waits.stream()
                .map(wait -> wait.row(rows.stream()
                        .filter(row -> row.of().constant().equals(wait.constant()))
                        .max(Comparator.comparing(row -> row.of().type().equals(wait.type())))
                        .map(Row::why)
                        .orElse("")))
                .collect(Collectors.joining("\n"));
    }

    private static List<Wait> waits() throws IOException {
        List<Wait> waits = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                String source = Files.readString(file);
                String type = file.getFileName().toString().replace(".java", "");
                List<Wait> found = CONSTANT.matcher(source)
                        .results()
                        .map(match -> read(type, match))
                        .toList();
                assertThat(ANY_CONSTANT.matcher(source).results())
                        .as("constants of %s, which are written as Duration.ofX(n)", type)
                        .hasSameSizeAs(found);
                waits.addAll(found);
            }
        }
        waits.sort(Comparator.comparing(Wait::type));
        return waits;
    }

    private static Wait read(String type, MatchResult match) {
        String unit = Optional.ofNullable(UNITS.get(match.group(2))).orElse(match.group(2));
        return new Wait(type, match.group(1), match.group(3) + " " + unit);
    }

    private static List<Row> rows() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(page).contains(HEADING);
        String section = page.substring(page.indexOf(HEADING) + HEADING.length());
        int end = section.indexOf("\n## ");
        return ROW.matcher(end < 0 ? section : section.substring(0, end))
                .results()
                .map(match -> new Row(new Wait(match.group(1), match.group(2), match.group(3)), match.group(4)))
                .toList();
    }
}
