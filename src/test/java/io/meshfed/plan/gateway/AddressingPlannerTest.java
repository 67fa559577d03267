package io.meshfed.plan.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus.Addressing;
import io.meshfed.plan.Yaml;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressingPlannerTest {
    private static final GatewayClass ACCEPTED = gatewayClass("True");
    private static final GatewayClass WAITING = gatewayClass("Unknown");
    private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");

    @ParameterizedTest
    @CsvSource({
        // spec,        chosen before, class,    istiod has settled, in force
        "Auto,          ,              accepted, true,               RemoteGateway",
        "Auto,          ,              accepted, false,              RemoteGateway",
        "Auto,          ,              waiting,  true,               Inline",
        "Auto,          ,              none,     true,               Inline",
        "Auto,          ,              waiting,  false,              ",
        "Auto,          ,              none,     false,              ",
        "Auto,          Inline,        accepted, true,               Inline",
        "Auto,          Inline,        none,     false,              Inline",
        "Auto,          RemoteGateway, none,     true,               RemoteGateway",
        "RemoteGateway, Inline,        none,     false,              RemoteGateway",
        "Inline,        RemoteGateway, accepted, false,              Inline",
    })
    void addressingIsStickyUnlessTheSpecNamesOne(
            String spec, Addressing before, String gatewayClass, boolean settled, Addressing expected) {
        Optional<GatewayClass> istioRemote =
                switch (gatewayClass) {
                    case "accepted" -> Optional.of(ACCEPTED);
                    case "waiting" -> Optional.of(WAITING);
                    default -> Optional.empty();
                };

        assertThat(AddressingPlanner.choose(remote(spec).getSpec(), Optional.ofNullable(before), istioRemote, settled))
                .isEqualTo(Optional.ofNullable(expected));
    }

    @Test
    void beforeIstiodHasRunNothingIsSettled() {
        assertThat(AddressingPlanner.settled(Optional.empty(), false, NOW)).isFalse();
        assertThat(AddressingPlanner.settled(Optional.empty(), true, NOW)).isFalse();
    }

    @Test
    void istiodHasThirtySecondsToAcceptItsClasses() {
        assertThat(AddressingPlanner.settled(Optional.of(NOW.minusSeconds(29)), false, NOW))
                .isFalse();
        assertThat(AddressingPlanner.settled(Optional.of(NOW.minusSeconds(30)), false, NOW))
                .isTrue();
        assertThat(AddressingPlanner.untilSettled(NOW.minusSeconds(29), NOW)).isEqualTo(Duration.ofSeconds(1));
        assertThat(AddressingPlanner.untilSettled(NOW.minusSeconds(90), NOW)).isZero();
    }

    @Test
    void withoutTheGatewayApiThereIsNothingToWaitFor() {
        assertThat(AddressingPlanner.settled(Optional.of(NOW), true, NOW)).isTrue();
    }

    private static RemoteMesh remote(String addressing) {
        return Yaml.remote(
                "west",
                """
                network: west-network
                trustDomain: west.local
                gateway: {addressing: %s}
                """
                        .formatted(addressing));
    }

    private static GatewayClass gatewayClass(String accepted) {
        return Yaml.of(
                """
                apiVersion: gateway.networking.k8s.io/v1
                kind: GatewayClass
                metadata: {name: istio-remote}
                spec: {controllerName: istio.io/unmanaged-gateway}
                status: {conditions: [{type: Accepted, status: "%s"}]}
                """
                        .formatted(accepted),
                GatewayClass.class);
    }
}
