package io.meshfed.plan.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.Condition.State;
import io.meshfed.plan.Golden;
import io.meshfed.plan.Yaml;
import io.meshfed.plan.mesh.IstioConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EastWestGatewayPlannerTest {
    private static final MeshFederation UNMANAGED = Yaml.mesh(
            """
            mesh: {network: east-network}
            trust: {type: External}
            gateway: {managed: false, namespace: istio-ingress, selector: {istio: eastwest}}
            """);

    private static final String SERVICE =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: eastwest, namespace: istio-ingress, labels: {istio: eastwest, app: gateway}}
            spec: {ports: [{name: tls, port: 15443}]}
            """;

    private static final String DEPLOYMENT =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: eastwest, namespace: istio-ingress}
            spec:
              template:
                metadata: {labels: {istio: eastwest}}
                spec:
                  containers:
                  - name: istio-proxy
                    env: [{name: ISTIO_META_REQUESTED_NETWORK_VIEW, value: east-network}]
            """;

    static Stream<Path> cases() {
        return Golden.cases("mesh", "gateway-");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void installsWhatTheSpecAsksFor(Path folder) {
        MeshFederation mesh = Golden.read(folder, "in-mesh.yaml", MeshFederation.class);
        IstioConfig istio =
                IstioConfig.parse(Optional.empty(), Golden.text(folder, "in-istio-values.json"), "istio-system");
        boolean networkMatches =
                istio.network().equals(Optional.of(mesh.getSpec().mesh().network()));

        List<HasMetadata> objects = EastWestGatewayPlanner.plan(mesh, networkMatches);

        Map<String, HasMetadata> byFile = new TreeMap<>();
        objects.forEach(object -> byFile.put("out-" + object.getKind().toLowerCase() + ".yaml", object));
        assertThat(byFile).hasSameSizeAs(objects);
        Golden.verify(folder, byFile);
    }

    @Test
    void acceptsAForeignGatewayThatSeesItsOwnNetworkOnly() {
        assertThat(judge(SERVICE, DEPLOYMENT)).isEmpty();
    }

    @Test
    void noServiceWithTheLabelsIsNoGateway() {
        Condition verdict = judge(SERVICE.replace("{istio: eastwest, app: gateway}", "{istio: ingress}"), DEPLOYMENT)
                .orElseThrow();

        assertThat(verdict.status()).isEqualTo(State.False);
        assertThat(verdict.reason()).isEqualTo("GatewayNotFound");
        assertThat(verdict.message()).contains("istio-ingress", "istio=eastwest", "spec.gateway.managed: true");
    }

    @Test
    void aServiceOfAnotherNamespaceIsNoGateway() {
        assertThat(judge(SERVICE.replace("namespace: istio-ingress", "namespace: other"), DEPLOYMENT)
                        .orElseThrow()
                        .reason())
                .isEqualTo("GatewayNotFound");
    }

    @Test
    void aGatewayWithoutThePortIsReported() {
        Condition verdict =
                judge(SERVICE.replace("port: 15443", "port: 443"), DEPLOYMENT).orElseThrow();

        assertThat(verdict.reason()).isEqualTo("PortMissing");
        assertThat(verdict.message()).contains("15443", "spec.gateway.port", "eastwest");
    }

    @Test
    void aUdpPortOfThatNumberDoesNotCount() {
        assertThat(judge(SERVICE.replace("port: 15443", "port: 15443, protocol: UDP"), DEPLOYMENT)
                        .orElseThrow()
                        .reason())
                .isEqualTo("PortMissing");
    }

    @Test
    void twoGatewaysAreNotGuessedBetween() {
        String second = "---\n" + SERVICE.replace("name: eastwest,", "name: eastwest-internal,");

        Condition verdict = judge(SERVICE + second, DEPLOYMENT).orElseThrow();

        assertThat(verdict.reason()).isEqualTo("GatewayAmbiguous");
        assertThat(verdict.message()).contains("eastwest, eastwest-internal");
    }

    @Test
    void aGatewayThatSeesAllNetworksIsRefused() {
        Condition verdict = judge(SERVICE, DEPLOYMENT.replace("ISTIO_META_REQUESTED_NETWORK_VIEW", "OTHER"))
                .orElseThrow();

        assertThat(verdict.status()).isEqualTo(State.False);
        assertThat(verdict.reason()).isEqualTo("NetworkViewMissing");
        assertThat(verdict.message())
                .contains("istio-ingress/eastwest", "ISTIO_META_REQUESTED_NETWORK_VIEW=east-network", "loop");
    }

    @Test
    void aGatewayThatSeesAnotherNetworkTooIsRefused() {
        assertThat(judge(SERVICE, DEPLOYMENT.replace("value: east-network", "value: 'east-network,west-network'"))
                        .orElseThrow()
                        .reason())
                .isEqualTo("NetworkViewWrong");
    }

    @Test
    void aNetworkViewThatCannotBeReadIsUnknown() {
        Condition verdict = judge(
                        SERVICE,
                        DEPLOYMENT.replace(
                                "value: east-network", "valueFrom: {configMapKeyRef: {name: n, key: network}}"))
                .orElseThrow();

        assertThat(verdict.status()).isEqualTo(State.Unknown);
        assertThat(verdict.reason()).isEqualTo("NetworkViewNotReadable");
    }

    @Test
    void aGatewayWithoutDeploymentIsUnknown() {
        Condition verdict = judge(SERVICE, "").orElseThrow();

        assertThat(verdict.status()).isEqualTo(State.Unknown);
        assertThat(verdict.reason()).isEqualTo("GatewayWorkloadNotFound");
    }

    private static Optional<Condition> judge(String services, String deployments) {
        return EastWestGatewayPlanner.judge(
                UNMANAGED,
                Golden.parseAll(services, "Service", Service.class),
                Golden.parseAll(deployments, "Deployment", Deployment.class));
    }
}
