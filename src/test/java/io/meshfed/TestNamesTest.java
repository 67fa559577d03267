package io.meshfed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each class below {@code src/test} has a name of its own: {@code -Dit.test=ScaleIT} runs one class, and a search finds one file. */
class TestNamesTest {
    private static final Path TESTS = Path.of("src/test/java");

    @Test
    void noTwoClassesHaveTheSameSimpleName() throws IOException {
        Map<String, List<Path>> byName = sources().collect(Collectors.groupingBy(TestNamesTest::name));

        assertThat(byName)
                .isNotEmpty()
                .allSatisfy((name, files) -> assertThat(files).as(name).hasSize(1));
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
