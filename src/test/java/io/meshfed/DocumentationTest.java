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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages of the documentation link to files, headings and tests that exist, and list every Maven profile. */
class DocumentationTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern TEST = Pattern.compile("`([A-Z]+[a-z]\\w*(?:IT|Test))`");
    private static final Pattern PROFILE = Pattern.compile("(?s)<profile>(?:\\s|<!--.*?-->)*<id>([^<]+)</id>");
    private static final Pattern PROFILE_ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\|");

    static Stream<Path> pages() throws IOException {
        try (Stream<Path> files = Stream.of(
                        "docs", "src/dataplane/README.md", "src/testbed/README.md", "src/testbed/netbed/README.md")
                .map(Path::of)
                .flatMap(DocumentationTest::below)) {
            return Stream.concat(
                    files,
                    Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "CODE_OF_CONDUCT.md")
                            .map(Path::of))
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
        assertThat(matches(TEST, page)).isSubsetOf(tests());
    }

    @Test
    void everyMavenProfileIsListed() throws IOException {
        Path page = Path.of("docs/development.md");
        String section = Files.readString(page).split("(?m)^## Profiles$")[1].split("(?m)^## ")[0];

        Set<String> listed = matches(PROFILE_ROW, section);

        assertThat(listed)
                .as("profiles in the table of " + page + " and in pom.xml")
                .isNotEmpty()
                .isEqualTo(matches(PROFILE, Files.readString(Path.of("pom.xml"))));
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
        return matches(pattern, Files.readString(page));
    }

    private static Set<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text)
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
