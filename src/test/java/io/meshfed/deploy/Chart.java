package io.meshfed.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.meshfed.testbed.ChartTools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The chart in {@code helm/meshfed}, through the helm command. */
public final class Chart {
    private static final String FOLDER = "helm/meshfed";
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private final Path helm;

    private Chart(Path helm) {
        this.helm = helm;
    }

    /** The chart, and the helm command to render it with. */
    public static Chart ensure() {
        return new Chart(ChartTools.ensure().helm());
    }

    /** Rewrites the files of {@link #kustomize()} under the directory that the first argument names. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]).resolve("deploy/kustomize");
        for (var file : ensure().kustomize().entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
    }

    /** What a namespace with the default values gets. */
    public List<JsonNode> render(String... settings) {
        return documents(template(settings));
    }

    /** The same as text; fails where helm does. */
    String template(String... settings) {
        Command rendered = tryTemplate(settings);
        if (rendered.exitCode() != 0) {
            throw new IllegalStateException("helm template failed: " + rendered.errors());
        }
        return rendered.output();
    }

    /** {@code helm template}, with one {@code --set} or another flag for each setting. */
    Command tryTemplate(String... settings) {
        return run("template", settings);
    }

    /** {@code helm lint --strict}. */
    Command lint() {
        return Command.run(List.of(helm.toString(), "lint", "--strict", FOLDER, "-n", "meshfed-system"), "");
    }

    /** The generated files of {@code deploy/kustomize}: the chart with default values, without Helm's own labels. */
    SortedMap<String, String> kustomize() {
        String head = "# Generated from helm/meshfed by ./mvnw -Pkustomize process-test-classes\n";
        List<String> parts = parts(template());
        SortedMap<String, String> files = new TreeMap<>();
        files.put("crds.yaml", head + join(parts.stream().filter(Chart::isCrd)));
        files.put("operator.yaml", head + join(parts.stream().filter(part -> !isCrd(part))));
        files.put(
                "alerts/prometheusrule.yaml",
                head
                        + join(parts(template("metrics.prometheusRule.enabled=true")).stream()
                                .filter(part -> part.contains("kind: PrometheusRule\n"))));
        return files;
    }

    private static List<String> parts(String all) {
        return Stream.of(all.split("(?m)^---\n"))
                .map(part -> part.replaceAll("(?m)^# Source: .*\n", "")
                        .replaceAll("(?m)^ *helm\\.sh/(chart|resource-policy): .*\n", "")
                        .replaceAll(
                                "(?m)^( *)app\\.kubernetes\\.io/managed-by: Helm\n",
                                "$1app.kubernetes.io/managed-by: kustomize\n")
                        .replaceAll("(?m)^ *annotations:\n( *#.*\n)*(?=[^ ]|\\z)", "")
                        .replaceAll("(?m)^  annotations:\n(?=spec:)", ""))
                .filter(part -> !part.isBlank())
                .toList();
    }

    private static boolean isCrd(String part) {
        return part.contains("kind: CustomResourceDefinition\n");
    }

    private static String join(Stream<String> parts) {
        return parts.map(part -> "---\n" + part).reduce("", String::concat);
    }

    private Command run(String verb, String... settings) {
        List<String> command = new ArrayList<>(List.of(helm.toString(), verb, "meshfed", FOLDER));
        boolean namespace = Stream.of(settings).anyMatch(setting -> setting.startsWith("--namespace"));
        if (!namespace) {
            command.add("--namespace=meshfed-system");
        }
        for (String setting : settings) {
            command.add(setting.startsWith("--") ? setting : "--set=" + setting);
        }
        return Command.run(command, "");
    }

    static List<JsonNode> documents(String yaml) {
        try (var values = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            return values.readAll().stream().filter(JsonNode::isObject).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
