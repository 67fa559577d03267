package io.meshfed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages of the documentation point to is there. */
class DocumentationTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:IT|Test))`");

    /** Live tests that the pages name and that are being written. A name may stay when its test has come; the file goes at last. */
    private static final Path TO_COME = Path.of("src/test/resources/tests-to-come.txt");

    static Stream<Path> pages() throws IOException {
        try (Stream<Path> files =
                Stream.of(Path.of("docs"), Path.of("src/dataplane/README.md")).flatMap(DocumentationTest::below)) {
            return Stream.concat(
                    files,
                    Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md").map(Path::of))
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsSomewhere(Path page) throws IOException {
        assertThat(matches(LINK, page))
                .filteredOn(link -> !link.contains("://"))
                .allSatisfy(link -> {
                    String[] parts = link.split("#", 2);
                    Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
                    assertThat(target).exists();
                    if (parts.length == 2) {
                        assertThat(anchors(target)).contains(parts[1]);
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyTestThatIsNamedExists(Path page) throws IOException {
        Set<String> tests = new TreeSet<>(tests());
        if (Files.exists(TO_COME)) {
            tests.addAll(Files.readAllLines(TO_COME));
        }

        assertThat(matches(TEST, page)).isSubsetOf(tests);
    }

    private static Set<String> tests() {
        return below(Path.of("src/test/java"))
                .map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith("IT.java") || name.endsWith("Test.java"))
                .map(name -> name.substring(0, name.length() - ".java".length()))
                .collect(Collectors.toSet());
    }

    /** Headings as GitHub makes anchors of them. */
    private static Set<String> anchors(Path page) throws IOException {
        return matches(HEADING, page).stream()
                .map(heading ->
                        heading.toLowerCase().replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static Set<String> matches(Pattern pattern, Path page) throws IOException {
        return pattern.matcher(Files.readString(page))
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<Path> below(Path start) {
        try (Stream<Path> files = Files.walk(start)) {
            return files
                    .filter(Files::isRegularFile)
                    .filter(file -> file.toString().matches(".*\\.(md|java)"))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
