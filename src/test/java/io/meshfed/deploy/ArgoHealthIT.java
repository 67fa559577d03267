package io.meshfed.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshfed.testbed.ChartTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The health script as Argo CD runs it, in the Lua that Argo CD uses. */
class ArgoHealthIT {
    private static final Path FOLDER = Path.of("deploy/argocd/health");
    private static final Path SCRIPT = FOLDER.resolve("health.lua");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Path health;

    @BeforeAll
    static void buildHealth() {
        health = ChartTools.ensure().health();
    }

    static Stream<JsonNode> cases() throws IOException {
        JsonNode tests = yaml(FOLDER.resolve("health_test.yaml")).get("tests");
        return StreamSupport.stream(tests.spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void healthIsWhatTheConditionsSay(JsonNode test) throws IOException {
        JsonNode object = yaml(FOLDER.resolve(test.get("inputPath").asText()));

        Command run = Command.run(List.of(health.toString(), SCRIPT.toString()), object.toString());

        assertThat(run.errors()).isEmpty();
        assertThat(JSON.readTree(run.output())).isEqualTo(test.get("healthStatus"));
    }

    @Test
    void everyExampleObjectIsTested() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER.resolve("testdata"))) {
            assertThat(files.map(file -> "testdata/" + file.getFileName()))
                    .containsExactlyInAnyOrderElementsOf(
                            cases().map(test -> test.get("inputPath").asText()).toList());
        }
    }

    @Test
    void snippetForArgoCdHoldsTheScriptForEveryKind() throws IOException {
        JsonNode data = yaml(Path.of("deploy/argocd/argocd-cm.yaml")).get("data");

        assertThat(data.fieldNames())
                .toIterable()
                .containsExactly(
                        "resource.customizations.health.meshfed.io_MeshFederation",
                        "resource.customizations.health.meshfed.io_RemoteMesh",
                        "resource.customizations.health.meshfed.io_ImportedService");
        assertThat(data).allSatisfy(script -> assertThat(script.asText()).isEqualTo(Files.readString(SCRIPT)));
    }

    private static JsonNode yaml(Path file) throws IOException {
        return Chart.documents(Files.readString(file)).get(0);
    }
}
