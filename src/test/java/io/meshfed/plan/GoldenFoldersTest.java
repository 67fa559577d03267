package io.meshfed.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No golden folder is lost, and none is without a reader: {@code src/dataplane} has an expectation for each. */
class GoldenFoldersTest {
    /** Kinds of golden/mesh that istiod never sees. */
    private static final Set<String> NOT_FOR_ISTIOD = Set.of("catalogue");

    private static final Set<String> MESH_KINDS = Set.of("catalogue", "exports", "gateway", "mtls", "remote");

    @ParameterizedTest
    @CsvSource({"imports", "mesh"})
    void everyFolderHasItsExpectationAndEveryExpectationItsFolder(String kind) throws IOException {
        List<String> folders = names(Golden.cases(kind, ""))
                .filter(name -> !NOT_FOR_ISTIOD.contains(firstWord(name)))
                .toList();

        try (Stream<Path> files = Files.list(Path.of("src/dataplane/testdata", kind))) {
            List<String> expectations =
                    names(files).map(name -> name.replaceAll("\\.yaml$", "")).toList();
            assertThat(folders).containsExactlyInAnyOrderElementsOf(expectations);
        }
    }

    @Test
    void aPlannersTestReadsEveryFolderOfTheMesh() {
        assertThat(names(Golden.cases("mesh", "")))
                .allSatisfy(name -> assertThat(MESH_KINDS).contains(firstWord(name)));
    }

    @ParameterizedTest
    @CsvSource({"imports, in-import.yaml, out-status.yaml", "mesh, in-, "})
    void everyFolderHasItsInput(String kind, String input, String output) throws IOException {
        for (Path folder : Golden.cases(kind, "").toList()) {
            try (Stream<Path> files = Files.list(folder)) {
                List<String> names = names(files).toList();
                assertThat(names).as(folder.toString()).anyMatch(name -> name.startsWith(input));
                assertThat(output == null || names.contains(output))
                        .as(folder.toString())
                        .isTrue();
            }
        }
    }

    private static Stream<String> names(Stream<Path> paths) {
        return paths.map(path -> path.getFileName().toString());
    }

    private static String firstWord(String name) {
        return name.split("-")[0];
    }
}
