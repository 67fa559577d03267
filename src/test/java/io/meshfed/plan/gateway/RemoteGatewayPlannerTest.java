package io.meshfed.plan.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayAddress;
import io.meshfed.api.RemoteMesh;
import io.meshfed.plan.Golden;
import io.meshfed.plan.Yaml;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RemoteGatewayPlannerTest {
    private static final String LABELLED_SERVICE =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: west, namespace: infra, labels: {topology.istio.io/network: west-network}}
            spec: {type: LoadBalancer}
            """;

    private static final String LABELLED_GATEWAY =
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: west, namespace: infra, labels: {topology.istio.io/network: west-network}}
            spec: {gatewayClassName: istio-remote, addresses: [{type: IPAddress, value: 192.0.2.1}]}
            """;

    private static final String OWN_GATEWAY = LABELLED_GATEWAY
            .replace("name: west,", "name: meshfed-west,")
            .replace("labels: {", "uid: own, labels: {app.kubernetes.io/managed-by: meshfed, ");

    static Stream<Path> cases() {
        return Golden.cases("mesh", "remote-");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void registersTheRemoteGatewayOnce(Path folder) {
        RemoteMesh remote = Golden.read(folder, "in-remote.yaml", RemoteMesh.class);

        Gateway gateway = RemoteGatewayPlanner.plan(
                remote, "meshfed-gateway", remote.getSpec().gateway().addresses());

        Golden.verify(folder, Map.of("out-gateway.yaml", gateway));
    }

    @Test
    void theOrderOfAddressesDoesNotMatter() {
        RemoteMesh remote = remote("Auto");

        assertThat(RemoteGatewayPlanner.plan(remote, "gw", List.of("192.0.2.2", "a.example", "192.0.2.1")))
                .isEqualTo(RemoteGatewayPlanner.plan(remote, "gw", List.of("a.example", "192.0.2.1", "192.0.2.2")));
    }

    @Test
    void noMoreAddressesThanTheGatewayApiTakes() {
        List<String> twenty =
                IntStream.range(10, 30).mapToObj(i -> "192.0.2." + i).toList();

        assertThat(RemoteGatewayPlanner.plan(remote("Auto"), "gw", twenty)
                        .getSpec()
                        .getAddresses())
                .extracting(GatewayAddress::getValue)
                .hasSize(16)
                .endsWith("192.0.2.25");
    }

    @Test
    void neverAGatewayWithoutAddress() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RemoteGatewayPlanner.plan(remote("Auto"), "gw", List.of("127.0.0.1")))
                .withMessageContaining("RemoteMesh west")
                .withMessageContaining("spec.gateway.addresses");
    }

    @Test
    void aLabelledServiceWithAnOutsideAddressIsAGatewayToIstiod() {
        assertThat(known(LABELLED_SERVICE, "", "").orElseThrow())
                .contains("west-network", "Service infra/west", "delete the RemoteMesh");
    }

    @Test
    void aLabelledServiceInsideTheClusterIsNone() {
        assertThat(known(LABELLED_SERVICE.replace("LoadBalancer", "ClusterIP"), "", ""))
                .isEmpty();
        assertThat(known(LABELLED_SERVICE.replace("LoadBalancer", "NodePort"), "", ""))
                .isEmpty();
    }

    @Test
    void externalIpsAndChosenNodesAreOutsideAddresses() {
        assertThat(known(LABELLED_SERVICE.replace("LoadBalancer", "ClusterIP, externalIPs: [192.0.2.1]"), "", ""))
                .isPresent();
        assertThat(known(
                        LABELLED_SERVICE
                                .replace("LoadBalancer", "NodePort")
                                .replace("infra,", "infra, annotations: {traffic.istio.io/nodeSelector: '{}'},"),
                        "",
                        ""))
                .isPresent();
    }

    @Test
    void anotherNetworksGatewayDoesNotMatter() {
        assertThat(known(LABELLED_SERVICE.replace("west-network", "south-network"), "", ""))
                .isEmpty();
    }

    @Test
    void aForeignGatewayResourceIsKnown() {
        assertThat(known("", LABELLED_GATEWAY, "").orElseThrow()).contains("Gateway infra/west");
    }

    @Test
    void theRemotesOwnGatewayDoesNotCount() {
        assertThat(known("", OWN_GATEWAY, "")).isEmpty();
    }

    @Test
    void aForeignGatewayOfTheSameNameCounts() {
        assertThat(known("", OWN_GATEWAY.replace("uid: own", "uid: foreign"), ""))
                .isPresent();
    }

    @Test
    void theGatewayOfASecondRemoteMeshCounts() {
        assertThat(known(
                                "",
                                OWN_GATEWAY
                                        .replace("meshfed-west", "meshfed-west2")
                                        .replace("uid: own", "uid: second"),
                                "")
                        .orElseThrow())
                .contains("Gateway infra/meshfed-west2");
    }

    @Test
    void meshNetworksCount() {
        assertThat(known("", "", "west-network").orElseThrow()).contains("key meshNetworks");
        assertThat(known("", "", "south-network")).isEmpty();
    }

    private static Optional<String> known(String services, String gateways, String meshNetwork) {
        return RemoteGatewayPlanner.knownElsewhere(
                "west-network",
                Golden.parseAll(services, "Service", Service.class),
                Golden.parseAll(gateways, "Gateway", Gateway.class),
                Golden.parseAll(OWN_GATEWAY, "Gateway", Gateway.class).stream().findFirst(),
                Set.of(meshNetwork));
    }

    private static RemoteMesh remote(String addressing) {
        return Yaml.remote(
                "west",
                """
                network: west-network
                trustDomain: west.local
                gateway: {addressing: %s, addresses: [192.0.2.1]}
                """
                        .formatted(addressing));
    }
}
