package io.meshfed.plan.imports.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.plan.Yaml;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a rule stands in the gateway's namespace that keeps the policy of an import out of the gateway. */
class GatewayRulePlannerTest {
    private static final MeshFederation MESH = Yaml.mesh(
            """
            mesh: {network: east-network}
            trust: {type: External}
            """);

    private static final String ASKS = "spec: {loadBalancing: {maxConnectionDuration: 5m}}";
    private static final String ASKS_NOTHING = "spec: {}";

    private static final String OURS =
            """
            metadata: {name: meshfed-cart, namespace: shop, labels: {app.kubernetes.io/managed-by: meshfed}}
            spec: {host: cart.shop.svc.cluster.local}
            """;

    private static final String THEIRS =
            """
            metadata: {name: theirs, namespace: shop}
            spec: {host: cart.shop.svc.cluster.local}
            """;

    @Test
    void aPolicyThatIsAskedForNeedsIt() {
        DestinationRule rule = plan(ASKS).orElseThrow();

        assertThat(rule.getMetadata().getNamespace()).isEqualTo("meshfed-gateway");
        assertThat(rule.getMetadata().getName()).isEqualTo("meshfed-cart.shop");
        assertThat(rule.getSpec().getHost()).isEqualTo("cart.shop.svc.cluster.local");
        assertThat(rule.getSpec().getExportTo()).containsExactly(".");
        assertThat(rule.getSpec().getTrafficPolicy()).isNull();
    }

    @Test
    void withoutAnImportOrAPolicyThereIsNothingToKeepOut() {
        assertThat(plan("")).isEmpty();
        assertThat(plan(ASKS_NOTHING)).isEmpty();
        assertThat(plan(ASKS.replace("spec: {", "spec: {suspend: true, "))).isEmpty();
    }

    @Test
    void aRuleOfOursThatStillStandsNeedsItToo() {
        assertThat(plan("", OURS)).isPresent();
        assertThat(plan(ASKS_NOTHING, OURS)).isPresent();
        assertThat(plan(ASKS.replace("spec: {", "spec: {suspend: true, "), OURS))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[.]", "[shop]", "[sleep, '.']", "['~']"})
    void aPolicyThatTheGatewayDoesNotSeeNeedsNone(String exportTo) {
        assertThat(plan(ASKS.replace("spec: {", "spec: {exportTo: " + exportTo + ", ")))
                .isEmpty();
        assertThat(plan("", OURS.replace("{host", "{exportTo: " + exportTo + ", host")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[meshfed-gateway]", "[sleep, meshfed-gateway]", "['*']"})
    void aPolicyThatTheGatewaySeesNeedsIt(String exportTo) {
        assertThat(plan(ASKS.replace("spec: {", "spec: {exportTo: " + exportTo + ", ")))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop", "istio-root"})
    void whereOthersSetThePolicyOursIsNotComing(String namespace) {
        assertThat(plan(ASKS, THEIRS.replace("namespace: shop", "namespace: " + namespace)))
                .isEmpty();
    }

    @Test
    void aWildcardOfOthersDoesNotKeepOursFromComing() {
        assertThat(plan(
                        ASKS,
                        THEIRS.replace("namespace: shop", "namespace: istio-root")
                                .replace("cart.shop.svc.cluster.local", "'*.local'")))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cart.shop.svc.cluster.local", "'*.shop.svc.cluster.local'", "'*'"})
    void aRuleOfOthersInTheGatewaysNamespaceIsNotOverruled(String host) {
        String there = THEIRS.replace("namespace: shop", "namespace: meshfed-gateway")
                .replace("cart.shop.svc.cluster.local", host);

        assertThat(plan(ASKS, OURS, there)).isEmpty();
        assertThat(plan(ASKS, OURS, there.replace("{host", "{exportTo: [shop], host")))
                .as("which the gateway does not see")
                .isPresent();
    }

    @Test
    void itsOwnPresenceChangesNothing() {
        String itself = OURS.replace("meshfed-cart, namespace: shop", "meshfed-cart.shop, namespace: meshfed-gateway");

        assertThat(plan(ASKS, OURS, itself)).isEqualTo(plan(ASKS));
        assertThat(plan(ASKS_NOTHING, itself)).isEmpty();
    }

    @Test
    void inTheGatewaysOwnNamespaceItCouldDoNothing() {
        MeshFederation inShop = Yaml.mesh(
                """
                mesh: {network: east-network}
                trust: {type: External}
                gateway: {namespace: shop}
                """);

        assertThat(GatewayRulePlanner.plan(inShop, "istio-root", exported(ASKS)))
                .isEmpty();
    }

    private static Optional<DestinationRule> plan(String imported, String... rules) {
        return GatewayRulePlanner.plan(MESH, "istio-root", exported(imported, rules));
    }

    private static GatewayRulePlanner.Exported exported(String imported, String... rules) {
        Optional<ImportedService> service = imported.isEmpty()
                ? Optional.empty()
                : Optional.of(Yaml.of(
                        """
                        apiVersion: meshfed.io/v1alpha1
                        kind: ImportedService
                        metadata: {name: cart, namespace: shop}
                        """
                                + imported,
                        ImportedService.class));
        return new GatewayRulePlanner.Exported(
                "cart",
                "shop",
                service,
                List.of(rules).stream()
                        .map(rule -> Yaml.of(
                                "apiVersion: networking.istio.io/v1\nkind: DestinationRule\n" + rule,
                                DestinationRule.class))
                        .toList());
    }
}
