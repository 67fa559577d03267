package io.meshfed.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshfed.plan.mesh.CertificatePlanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart renders, by the real helm. */
class ChartIT {
    private static Chart chart;

    @BeforeAll
    static void buildHelm() {
        chart = Chart.ensure();
    }

    static Stream<List<String>> variants() {
        return Stream.of(
                List.of(),
                List.of("replicas=2"),
                List.of("crds.enabled=false"),
                List.of("gateway.managed=false", "gateway.create=false"),
                List.of("trust.managed=false", "mtls.managed=true"),
                List.of("trust.certManager.enabled=true"),
                List.of("controlPlane.create=true", "controlPlane.revisions={,canary}"),
                List.of("networkPolicy.enabled=true", "networkPolicy.apiServerCIDRs={192.0.2.0/24}"),
                List.of("metrics.serviceMonitor.enabled=true", "metrics.serviceMonitor.labels.release=prometheus"),
                List.of("metrics.prometheusRule.enabled=true", "metrics.prometheusRule.labels.release=prometheus"),
                List.of(
                        "podLabels.a=b",
                        "podAnnotations.c=d",
                        "nodeSelector.e=f",
                        "image.tag=1.2.3",
                        "extraEnv[0].name=X"));
    }

    @Test
    void lintFindsNothing() {
        Command lint = chart.lint();

        assertThat(lint.exitCode()).as(lint.output() + lint.errors()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void everyObjectIsWholeAndInItsNamespace(List<String> settings) {
        List<JsonNode> objects = render(settings);

        assertThat(objects).isNotEmpty().allSatisfy(object -> {
            assertThat(object.at("/apiVersion").asText()).isNotEmpty();
            assertThat(object.at("/metadata/name").asText()).isNotEmpty();
            boolean clusterScoped = Set.of("Namespace", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition")
                    .contains(object.at("/kind").asText());
            assertThat(object.at("/metadata").has("namespace")).isEqualTo(!clusterScoped);
        });
        assertThat(objects).extracting(ChartIT::identity).doesNotHaveDuplicates();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void noRuleGrantsMoreThanItNames(List<String> settings) {
        assertThat(render(settings))
                .filteredOn(object -> object.at("/kind").asText().endsWith("Role"))
                .isNotEmpty()
                .flatExtracting(ChartIT::rules)
                .allSatisfy(rule -> {
                    assertThat(rule.toString()).doesNotContain("*");
                    assertThat(texts(rule, "verbs"))
                            .isNotEmpty()
                            .doesNotContain("deletecollection", "bind", "escalate", "impersonate");
                    assertThat(texts(rule, "resources")).doesNotContain("pods/exec", "serviceaccounts/token");
                });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void secretsAreNeverGrantedForTheWholeCluster(List<String> settings) {
        assertThat(render(settings))
                .filteredOn(object -> object.at("/kind").asText().equals("ClusterRole"))
                .flatExtracting(ChartIT::rules)
                .allSatisfy(rule -> assertThat(texts(rule, "resources"))
                        .doesNotContain("secrets", "configmaps", "pods", "deployments"));
    }

    @Test
    void controlPlaneRoleIsForOneSecretAndTheConfigMapsOfIstio() {
        JsonNode rules = role(
                        chart.render("mtls.managed=false", "controlPlane.revisions={,canary}"), "meshfed-control-plane")
                .get("rules");

        assertThat(rules).hasSize(2).allSatisfy(rule -> assertThat(rule.has("resourceNames"))
                .isTrue());
        assertThat(texts(rules.get(0), "resourceNames")).containsExactly("cacerts");
        assertThat(texts(rules.get(1), "resourceNames"))
                .containsExactlyInAnyOrder(
                        "istio-ca-root-cert",
                        "istio",
                        "istio-sidecar-injector",
                        "values",
                        "values-canary",
                        "istio-canary",
                        "istio-sidecar-injector-canary");
    }

    @Test
    void caOfIstiodsOwnMakingIsReadableOnlyForAMigration() {
        JsonNode rules = role(chart.render("trust.migrate=true"), "meshfed-control-plane")
                .get("rules");

        assertThat(texts(rules.get(1), "resourceNames")).containsExactly("istio-ca-secret");
        assertThat(texts(rules.get(1), "verbs")).containsExactly("list", "watch");
        assertThat(chart.render().toString()).doesNotContain("istio-ca-secret");
    }

    @Test
    void certManagerIsAskedByOneNameOnlyAndOnlyWhereEnabled() {
        JsonNode rules = role(chart.render("trust.certManager.enabled=true"), "meshfed-operator")
                .get("rules");

        assertThat(rules)
                .filteredOn(rule -> texts(rule, "apiGroups").contains("cert-manager.io"))
                .singleElement()
                .satisfies(rule -> {
                    assertThat(texts(rule, "resources")).containsExactly("certificates");
                    assertThat(texts(rule, "resourceNames")).containsExactly(CertificatePlanner.NAME);
                });
        assertThat(granted(chart.render())).noneMatch(grant -> grant.endsWith(" certificates"));
    }

    @Test
    void rightsDependOnWhatIsEnabled() {
        List<JsonNode> little = chart.render(
                "gateway.managed=false", "trust.managed=false", "trust.generateIssuer=false", "mtls.managed=false");
        List<JsonNode> much = chart.render();

        assertThat(granted(little)).noneMatch(grant -> grant.matches("(create|patch|delete) deployments"));
        assertThat(granted(little)).noneMatch(grant -> grant.startsWith("create secrets"));
        assertThat(granted(little)).noneMatch(grant -> grant.startsWith("patch secrets"));
        assertThat(granted(little)).noneMatch(grant -> grant.contains("peerauthentications"));
        assertThat(granted(much))
                .contains("create deployments", "create secrets", "patch secrets", "create peerauthentications");
    }

    @Test
    void crdsAreThoseOfTheRepository() throws IOException {
        List<JsonNode> rendered = chart.render().stream()
                .filter(object -> object.at("/kind").asText().equals("CustomResourceDefinition"))
                .toList();

        assertThat(rendered).allSatisfy(crd -> assertThat(
                        crd.at("/metadata/annotations/helm.sh~1resource-policy").asText())
                .isEqualTo("keep"));
        assertThat(rendered.stream().map(ChartIT::withoutMetadata))
                .containsExactlyInAnyOrderElementsOf(committedCrds());
    }

    @Test
    void crdsCanBeLeftOutOrLetGo() {
        assertThat(chart.template("crds.enabled=false")).doesNotContain("kind: CustomResourceDefinition");
        assertThat(chart.render("crds.keep=false"))
                .filteredOn(object -> object.at("/kind").asText().equals("CustomResourceDefinition"))
                .isNotEmpty()
                .allMatch(crd -> crd.at("/metadata/annotations").isMissingNode());
    }

    @Test
    void podIsHardened() {
        JsonNode pod = only(chart.render(), "Deployment").at("/spec/template/spec");
        JsonNode container = pod.at("/containers/0");

        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/securityContext/runAsUser").asInt()).isEqualTo(65532);
        assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                .isTrue();
        assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))
                .isFalse();
        assertThat(texts(container.at("/securityContext/capabilities"), "drop")).containsExactly("ALL");
        assertThat(pod.at("/terminationGracePeriodSeconds").asInt()).isGreaterThan(15);
    }

    @Test
    void disruptionBudgetIsRenderedFromTheSecondReplica() {
        assertThat(find(chart.render("replicas=1"), "PodDisruptionBudget")).isEmpty();
        assertThat(find(chart.render("replicas=2"), "PodDisruptionBudget")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "colour=red",
                "image.tagg=1",
                "replicas=two",
                "image.digest=sha256:1",
                "controlPlane.namespace=Istio",
                "terminationGracePeriodSeconds=15",
                "logLevel=LOUD",
                "metrics.serviceMonitor.interval=often"
            })
    void valuesThatMeanNothingAreRefused(String setting) {
        Command rendered = chart.tryTemplate(setting);

        assertThat(rendered.exitCode()).isNotZero();
        assertThat(rendered.errors()).contains("values don't meet the specifications of the schema");
    }

    @Test
    void namespacesThatWouldWidenTheRolesAreRefused() {
        assertThat(chart.tryTemplate("gateway.namespace=istio-system").errors())
                .contains("gateway.namespace: must not be controlPlane.namespace");
        assertThat(chart.tryTemplate("--namespace=istio-system").errors()).contains("a namespace of its own");
        assertThat(chart.tryTemplate("metrics.service.enabled=false", "metrics.serviceMonitor.enabled=true")
                        .errors())
                .contains("needs metrics.service.enabled");
    }

    @Test
    void alertsAreWhatPrometheusWasAskedAboutAndNameTheirRunbook() throws IOException {
        String tested = Files.readString(Path.of("helm/meshfed/alerts.yaml"));
        String url = "https://wiki.example.com/meshfed";

        JsonNode rule = chart
                .render(
                        "metrics.prometheusRule.enabled=true",
                        "metrics.prometheusRule.labels.release=prometheus",
                        "metrics.prometheusRule.runbookUrl=" + url)
                .stream()
                .filter(object -> object.at("/kind").asText().equals("PrometheusRule"))
                .findFirst()
                .orElseThrow();

        assertThat(rule.at("/metadata/labels/release").asText()).isEqualTo("prometheus");
        assertThat(rule.at("/spec"))
                .isEqualTo(Chart.documents(tested.replace("docs/operations.md#", url + "#"))
                        .get(0));
        assertThat(chart.render())
                .extracting(object -> object.at("/kind").asText())
                .doesNotContain("PrometheusRule");
    }

    @Test
    void everyValueIsInTheSchemaAndTheOtherWayRound() throws IOException {
        JsonNode values = Chart.documents(Files.readString(Path.of("helm/meshfed/values.yaml")))
                .get(0);
        JsonNode schema = Chart.documents(Files.readString(Path.of("helm/meshfed/values.schema.json")))
                .get(0);

        assertThat(names(values)).isEqualTo(names(((ObjectNode) schema.get("properties")).without("global")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"crds.yaml", "operator.yaml", "alerts/prometheusrule.yaml"})
    void kustomizeIsTheChartWithDefaultValues(String file) {
        assertThat(Path.of("deploy/kustomize", file))
                .exists()
                .content()
                .as("%s differs from the chart; rewrite it with: ./mvnw -Pkustomize process-test-classes", file)
                .isEqualTo(chart.kustomize().get(file));
    }

    private static List<JsonNode> render(List<String> settings) {
        return chart.render(settings.toArray(String[]::new));
    }

    private static List<JsonNode> committedCrds() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("crds"))) {
            List<JsonNode> crds = new ArrayList<>();
            for (Path file : files.toList()) {
                Chart.documents(Files.readString(file)).forEach(crd -> crds.add(withoutMetadata(crd)));
            }
            return crds;
        }
    }

    private static JsonNode withoutMetadata(JsonNode crd) {
        ObjectNode copy = crd.deepCopy();
        ((ObjectNode) copy.get("metadata")).remove(List.of("labels", "annotations"));
        return copy;
    }

    private static Set<String> granted(List<JsonNode> objects) {
        return objects.stream()
                .filter(object -> object.at("/kind").asText().endsWith("Role"))
                .flatMap(role -> StreamSupport.stream(role.get("rules").spliterator(), false))
                .flatMap(rule -> texts(rule, "verbs").stream()
                        .flatMap(verb -> texts(rule, "resources").stream().map(resource -> verb + " " + resource)))
                .collect(Collectors.toSet());
    }

    private static List<JsonNode> rules(JsonNode role) {
        return StreamSupport.stream(role.get("rules").spliterator(), false).toList();
    }

    private static JsonNode role(List<JsonNode> objects, String name) {
        return objects.stream()
                .filter(object -> object.at("/kind").asText().equals("Role"))
                .filter(object -> object.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode only(List<JsonNode> objects, String kind) {
        return find(objects, kind).orElseThrow();
    }

    private static Optional<JsonNode> find(List<JsonNode> objects, String kind) {
        return objects.stream()
                .filter(object -> object.at("/kind").asText().equals(kind))
                .findFirst();
    }

    private static String identity(JsonNode object) {
        return String.join(
                "/",
                object.at("/kind").asText(),
                object.at("/metadata/namespace").asText(),
                object.at("/metadata/name").asText());
    }

    private static List<String> texts(JsonNode node, String field) {
        return StreamSupport.stream(node.path(field).spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
