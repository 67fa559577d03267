package io.meshfed.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The committed CRDs, their copies in the chart and the API reference equal what {@link CrdYaml} generates. */
class CrdDriftTest {
    private static final Map<String, String> GENERATED = CrdYaml.files();

    static Stream<String> generatedFiles() {
        return GENERATED.keySet().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("generatedFiles")
    void committedFileIsWhatTheApiTypesSay(String path) throws IOException {
        String generated = GENERATED.get(path);

        assertThat(Path.of(path))
                .as("generated from the API types; write it with: " + CrdYaml.COMMAND)
                .exists()
                .content()
                .as("%s differs from the API types; rewrite it with: %s", path, CrdYaml.COMMAND)
                .isEqualTo(generated);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("folders")
    void noFileIsLeftOverFromAKindThatIsGone(String folder) throws IOException {
        try (Stream<Path> present = Files.list(Path.of(folder))) {
            assertThat(present.map(file -> folder + "/" + file.getFileName()))
                    .as("remove what no kind of the API generates")
                    .isSubsetOf(GENERATED.keySet());
        }
    }

    static List<String> folders() {
        return List.of("crds", "helm/meshfed/templates/crds");
    }

    @Test
    void generationIsStable() {
        assertThat(CrdYaml.files()).isEqualTo(GENERATED);
    }
}
