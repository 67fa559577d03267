package io.meshfed.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshfed.deploy.Tutorial.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The form of the tutorial's blocks; {@code TutorialIT} runs them. */
class TutorialTest {
    private static final Pattern FILE =
            Pattern.compile("(?<![\\w/])(?:docs|deploy|helm)/[\\w./$-]+\\.(?:yaml|sh)|helm/\\w+(?= )");

    private final Tutorial tutorial = Tutorial.read();

    @Test
    void everyFileThatACommandNamesExists() {
        Set<Path> named = tutorial.shell()
                .flatMap(block -> FILE.matcher(block.text()).results())
                .map(match -> match.group())
                .flatMap(name -> Stream.of("east", "west").map(cluster -> name.replace("$cluster", cluster)))
                .map(Path::of)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(named)
                .contains(Path.of("deploy/kind/istio/west.yaml"), Path.of("deploy/kind/east.yaml"))
                .allSatisfy(file -> assertThat(file).exists());
    }

    @Test
    void everyHereDocumentIsOneObjectOfOurs() {
        List<String> documents = tutorial.shell()
                .flatMap(block -> block.hereDocuments().stream())
                .toList();

        assertThat(documents).isNotEmpty().allSatisfy(document -> {
            List<JsonNode> objects = Chart.documents(document);
            assertThat(objects).hasSize(1);
            assertThat(objects.get(0).path("apiVersion").asText()).isEqualTo("meshfed.io/v1alpha1");
        });
    }

    @Test
    void bothTrustModelsHaveSomethingOfTheirOwnAndMuchInCommon() {
        List<Block> common = tutorial.walk("Common root");
        List<Block> different = tutorial.walk("Different roots");

        assertThat(common).filteredOn(block -> !different.contains(block)).hasSizeGreaterThan(1);
        assertThat(different).filteredOn(block -> !common.contains(block)).hasSizeGreaterThan(1);
        assertThat(common).filteredOn(different::contains).hasSizeGreaterThan(10);
    }

    @Test
    void imageIsTheOneThatTheChartInstalls() throws IOException {
        String version = Chart.documents(Files.readString(Path.of("helm/meshfed/Chart.yaml")))
                .get(0)
                .path("appVersion")
                .asText();

        assertThat(tutorial.shell()
                        .flatMap(block -> Pattern.compile("meshfed/meshfed:[\\w.]+")
                                .matcher(block.text())
                                .results())
                        .map(match -> match.group()))
                .isNotEmpty()
                .containsOnly("meshfed/meshfed:" + version);
    }
}
