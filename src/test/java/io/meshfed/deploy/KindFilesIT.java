package io.meshfed.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.condition.Condition;
import io.meshfed.plan.mesh.IstioConfig;
import io.meshfed.plan.mesh.MeshConfigCheck;
import io.meshfed.testbed.ChartTools;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.ClusterOptions;
import io.meshfed.testbed.IstioSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code deploy/kind/istio}: what Istio's own charts make of the values, and what the operator says to that. */
class KindFilesIT {
    private static final String NAMESPACE = "istio-system";

    /** Below these, a chart's values are Istio's API or the user's own names. */
    private static final List<String> OPEN = List.of("/meshConfig", "/env");

    private static IstioSources sources;
    private static Path helm;
    private static Path kubectl;
    private static Path kubeconfig;
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        sources = IstioSources.ensure();
        ChartTools tools = ChartTools.ensure();
        helm = tools.helm();
        kubectl = tools.kubectl();
        cluster = Cluster.start(ClusterOptions.named("kind"));
        cluster.createNamespace(NAMESPACE);
        kubeconfig = cluster.writeAdminKubeconfig(cluster.folder().resolve("admin.kubeconfig"));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** What a mesh is installed with. */
    record Variant(String name, boolean commonRoot) {
        String peer() {
            return name.equals("east") ? "west" : "east";
        }

        List<String> values() {
            return commonRoot ? List.of(name) : List.of(name, "different-roots");
        }
    }

    static Stream<Variant> variants() {
        return Stream.of("east", "west").flatMap(name -> Stream.of(new Variant(name, true), new Variant(name, false)));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void anApiServerTakesAllThatIstiosChartsMakeOfTheValues(Variant variant) {
        List<JsonNode> objects = new ArrayList<>(rendered("istio-base", sources.baseChart(), List.of()));
        objects.addAll(istiod(variant));

        Command applied = Command.run(
                List.of(
                        kubectl.toString(),
                        "--kubeconfig=" + kubeconfig,
                        "apply",
                        "--server-side",
                        "--force-conflicts",
                        "--dry-run=server",
                        "--validate=strict",
                        "--filename=-"),
                objects.stream().map(JsonNode::toString).collect(Collectors.joining("\n---\n")));

        assertThat(applied.errors()).isEmpty();
        assertThat(applied.output()).hasLineCount(objects.size());
        assertThat(objects).hasSizeGreaterThan(30);
    }

    @ParameterizedTest
    @MethodSource("variants")
    void theOperatorFindsIstiodConfiguredForTheFederationOfTheTutorial(Variant variant) {
        List<JsonNode> objects = istiod(variant);
        IstioConfig config = IstioConfig.parse(
                Optional.of(data(objects, "istio", IstioConfig.MESH_KEY)),
                Optional.of(data(objects, "istio-sidecar-injector", IstioConfig.VALUES_KEY)),
                NAMESPACE);
        MeshFederation mesh = ofTutorial(MeshFederation.class, variant.name());
        RemoteMesh peer = ofTutorial(RemoteMesh.class, variant.peer());

        Condition configured = MeshConfigCheck.check(
                mesh, config, Optional.of(mesh.getSpec().mesh().network()), List.of(peer), true);

        assertThat(configured.reason()).as(configured.message()).isEqualTo("Configured");
        assertThat(MeshConfigCheck.effectiveTrustDomain(mesh, config)).contains(variant.name() + ".local");
        assertThat(config.acceptsCallersOf(peer.getSpec().trustDomain())).isTrue();
    }

    @ParameterizedTest
    @MethodSource("variants")
    void rootsCanBeAddedToARunningMeshWhereTheyDiffer(Variant variant) {
        List<JsonNode> objects = istiod(variant);
        IstioConfig config = IstioConfig.parse(
                Optional.of(data(objects, "istio", IstioConfig.MESH_KEY)), Optional.empty(), NAMESPACE);

        assertThat(environment(objects).getOrDefault("ISTIO_MULTIROOT_MESH", "false"))
                .isEqualTo(Boolean.toString(!variant.commonRoot()));
        assertThat(config.xdsAgent()).isEqualTo(!variant.commonRoot());
        assertThat(config.dnsCapture()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("variants")
    void clusterAndMeshAreTellableApart(Variant variant) {
        List<JsonNode> objects = istiod(variant);
        JsonNode values = Chart.documents(data(objects, "istio-sidecar-injector", IstioConfig.VALUES_KEY))
                .get(0);

        assertThat(environment(objects)).containsEntry("CLUSTER_ID", variant.name());
        assertThat(values.at("/global/network").asText()).isEqualTo(variant.name() + "-network");
        assertThat(values.at("/global/meshID").asText()).isEqualTo(variant.name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"east", "west", "different-roots"})
    void everyValueIsOneOfTheChart(String file) throws IOException {
        JsonNode known = Chart.documents(Files.readString(sources.istiodChart().resolve("values.yaml")))
                .get(0)
                .path("_internal_defaults_do_not_set");

        assertThat(paths("", Chart.documents(Files.readString(values(file))).get(0)))
                .isNotEmpty()
                .allSatisfy(path -> assertThat(known.at(path).isMissingNode())
                        .as("%s of %s is not in the chart's values", path, file)
                        .isFalse());
    }

    private static Stream<String> paths(String path, JsonNode node) {
        return node.isObject() && !OPEN.contains(path)
                ? node.properties().stream().flatMap(field -> paths(path + "/" + field.getKey(), field.getValue()))
                : Stream.of(path);
    }

    private static List<JsonNode> istiod(Variant variant) {
        return rendered(
                "istiod",
                sources.istiodChart(),
                variant.values().stream().map(KindFilesIT::values).toList());
    }

    private static Path values(String name) {
        return Path.of("deploy/kind/istio", name + ".yaml");
    }

    private static List<JsonNode> rendered(String release, Path chart, List<Path> values) {
        List<String> command = new ArrayList<>(
                List.of(helm.toString(), "template", release, chart.toString(), "--namespace=" + NAMESPACE));
        values.forEach(file -> command.add("--values=" + file));
        Command rendered = Command.run(command, "");
        assertThat(rendered.exitCode()).as(rendered.errors()).isZero();
        return Chart.documents(rendered.output());
    }

    private static JsonNode named(List<JsonNode> objects, String kind, String name) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .filter(object -> object.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
    }

    private static String data(List<JsonNode> objects, String configMap, String key) {
        return named(objects, "ConfigMap", configMap).path("data").path(key).asText();
    }

    private static Map<String, String> environment(List<JsonNode> objects) {
        Map<String, String> environment = new TreeMap<>();
        named(objects, "Deployment", "istiod")
                .at("/spec/template/spec/containers/0/env")
                .forEach(variable -> environment.put(
                        variable.path("name").asText(), variable.path("value").asText()));
        return environment;
    }

    private static <T extends HasMetadata> T ofTutorial(Class<T> type, String name) {
        return Tutorial.read()
                .shell()
                .flatMap(block -> block.hereDocuments().stream())
                .map(yaml -> Chart.documents(yaml).get(0))
                .filter(object -> object.path("kind").asText().equals(type.getSimpleName()))
                .filter(object -> object.at("/metadata/name").asText().equals(name))
                .map(object -> Serialization.jsonMapper().convertValue(object, type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the tutorial has no " + type.getSimpleName() + " " + name));
    }
}
