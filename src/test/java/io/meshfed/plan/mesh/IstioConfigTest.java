package io.meshfed.plan.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IstioConfigTest {
    @Test
    void readsBothConfigMaps() {
        IstioConfig config = IstioConfig.parse(
                Optional.of(
                        """
                        rootNamespace: istio-root
                        trustDomain: east.local
                        trustDomainAliases: [west.local, south.local]
                        caCertificates:
                        - trustDomains: [north.local]
                        - pem: text
                        defaultConfig:
                          proxyMetadata:
                            ISTIO_META_DNS_CAPTURE: "true"
                            PROXY_CONFIG_XDS_AGENT: "true"
                        """),
                Optional.of("{\"global\": {\"network\": \"east-network\"}}"),
                "istio-system");

        assertThat(config.trustDomain()).contains("east.local");
        assertThat(config.trustDomainAliases()).containsExactlyInAnyOrder("west.local", "south.local");
        assertThat(config.caCertificateTrustDomains()).containsExactly("north.local");
        assertThat(config.network()).contains("east-network");
        assertThat(config.rootNamespace()).isEqualTo("istio-root");
        assertThat(config.dnsCapture()).isTrue();
        assertThat(config.xdsAgent()).isTrue();
        assertThat(config.meshConfigSeen()).isTrue();
        assertThat(config.valuesSeen()).isTrue();
    }

    @Test
    void whatIsNotSaidIsEmpty() {
        IstioConfig config =
                IstioConfig.parse(Optional.of(""), Optional.of("{\"global\": {\"network\": \"\"}}"), "control");

        assertThat(config.trustDomain()).isEmpty();
        assertThat(config.trustDomainAliases()).isEmpty();
        assertThat(config.caCertificateTrustDomains()).isEmpty();
        assertThat(config.network()).isEmpty();
        assertThat(config.rootNamespace()).isEqualTo("control");
        assertThat(config.dnsCapture()).isFalse();
        assertThat(config.xdsAgent()).isFalse();
        assertThat(config.meshConfigSeen()).isTrue();
    }

    @Test
    void whatIsNotThereIsNotSeen() {
        IstioConfig config = IstioConfig.parse(Optional.empty(), Optional.empty(), "istio-system");

        assertThat(config.meshConfigSeen()).isFalse();
        assertThat(config.valuesSeen()).isFalse();
    }

    @Test
    void aNullIsNotAValue() {
        IstioConfig config = IstioConfig.parse(
                Optional.of("trustDomain: null\ntrustDomainAliases: null\ndefaultConfig: null\n"),
                Optional.of("{\"global\": null}"),
                "istio-system");

        assertThat(config.trustDomain()).isEmpty();
        assertThat(config.network()).isEmpty();
    }

    @Test
    void malformedMeshConfigIsNamedAndNotQuoted() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IstioConfig.parse(
                        Optional.of("trustDomain: [\nsomebodys-text: }"), Optional.empty(), "istio-system"))
                .withMessageContaining("ConfigMap istio, key mesh")
                .withMessageContaining("line 2")
                .withMessageNotContaining("somebodys-text")
                .withNoCause();
    }

    @Test
    void malformedValuesAreNamedAndNotQuoted() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> IstioConfig.parse(Optional.empty(), Optional.of("{\"global\": somebody"), "istio-system"))
                .withMessageContaining("ConfigMap istio-sidecar-injector, key values")
                .withMessageNotContaining("somebody");
    }

    @Test
    void aListIsNoMeshConfig() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IstioConfig.parse(Optional.of("- a\n"), Optional.empty(), "istio-system"))
                .withMessageContaining("is not a mapping");
    }

    @Test
    void meshNetworksNameTheGatewaysThatIstiodKnows() {
        assertThat(
                        networks(
                                """
                                networks:
                                  by-address: {gateways: [{address: 192.0.2.1, port: 15443}]}
                                  by-service: {endpoints: [{fromRegistry: west}], gateways: [{registryServiceName: gw, port: 15443}]}
                                  without: {endpoints: [{fromRegistry: west}]}
                                  empty: {gateways: []}
                                  nothing:
                                """))
                .containsExactlyInAnyOrder("by-address", "by-service");
        assertThat(networks("networks: {}")).isEmpty();
        assertThat(networks("")).isEmpty();
        assertThat(IstioConfig.gatewayNetworks(Optional.empty())).isEmpty();
    }

    @Test
    void malformedMeshNetworksAreNamedAndNotQuoted() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> networks("networks: [\n  text-of-somebody: }"))
                .withMessageContaining("ConfigMap istio, key meshNetworks")
                .withMessageNotContaining("text-of-somebody");
    }

    private static Set<String> networks(String meshNetworks) {
        return IstioConfig.gatewayNetworks(Optional.of(meshNetworks));
    }

    @Test
    void revisionsHaveConfigMapsOfTheirOwn() {
        assertThat(IstioConfig.meshConfigMapName(Optional.of("1-30-3"))).isEqualTo("istio-1-30-3");
        assertThat(IstioConfig.valuesConfigMapName(Optional.of("1-30-3"))).isEqualTo("istio-sidecar-injector-1-30-3");
    }

    @Test
    void theDefaultRevisionHasNoSuffix() {
        assertThat(IstioConfig.meshConfigMapName(Optional.empty())).isEqualTo("istio");
        assertThat(IstioConfig.meshConfigMapName(Optional.of("default"))).isEqualTo("istio");
        assertThat(IstioConfig.valuesConfigMapName(Optional.of(""))).isEqualTo("istio-sidecar-injector");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"env\": {\"ISTIO_MULTIROOT_MESH\": \"true\"}} | true",
                "{\"env\": {\"ISTIO_MULTIROOT_MESH\": true}} | true",
                "{\"pilot\": {\"env\": {\"ISTIO_MULTIROOT_MESH\": \"true\"}}} | true",
                "{\"env\": {\"ISTIO_MULTIROOT_MESH\": \"false\"}} | false",
                "{\"env\": {}} | false",
                "{} | false",
                "{\"envVarFrom\": [{\"name\": \"X\"}]} |",
                "{\"envVarFrom\": [{\"name\": \"X\"}], \"env\": {\"ISTIO_MULTIROOT_MESH\": \"true\"}} | true"
            })
    void multirootIsReadFromTheValuesOfTheChart(String values, @Nullable Boolean multiroot) {
        assertThat(IstioConfig.multiroot(values)).isEqualTo(Optional.ofNullable(multiroot));
    }

    @ParameterizedTest
    @CsvSource({"24h, PT24H", "1h30m, PT1H30M", "1.5h, PT1H30M", "90s, PT1M30S", "tomorrow,", "5,", "h5,"})
    void lifeOfWorkloadCertificatesIsAGoDuration(String text, @Nullable Duration life) {
        IstioConfig config = IstioConfig.parse(
                Optional.of("defaultConfig: {proxyMetadata: {SECRET_TTL: \"" + text + "\"}}"),
                Optional.empty(),
                "istio-system");

        assertThat(config.workloadTTL()).isEqualTo(Optional.ofNullable(life));
    }
}
