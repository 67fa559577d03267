package io.meshfed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each class below {@code src/test} has a name of its own: {@code -Dit.test=ScaleIT} runs one class, and a search finds one file. */
class TestNamesTest {
    private static final Path TESTS = Path.of("src/test/java");

    @Test
    void noTwoClassesHaveTheSameSimpleName() throws IOException {
        List<List<Path>> sameName = sources().collect(Collectors.groupingBy(TestNamesTest::name)).values().stream()
                .filter(files -> files.size() > 1)
                .toList();

        assertThat(sources()).isNotEmpty();
        assertThat(sameName).isEmpty();
    }

    /** An order hides that a method needs what an earlier one did: such methods are steps of one test ({@code TestSteps}). */
    @Test
    void noClassOrdersItsMethods() throws IOException {
        assertThat(sources().filter(source -> !name(source).equals("TestNamesTest.java")))
                .allSatisfy(source -> assertThat(Files.readString(source)).doesNotContain("@TestMethodOrder"));
    }

    private static String name(Path source) {
        return source.getFileName().toString();
    }

    private static Stream<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            return files
                    .filter(file -> name(file).endsWith(".java"))
                    .filter(file -> !name(file).equals("package-info.java"))
                    .toList()
                    .stream();
        }
    }
}
