package io.meshfed.plan.imports.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.istio.api.api.networking.v1alpha3.ServicePort;
import io.meshfed.api.ImportedServiceSpec.Port;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServicePortsTest {

    @ParameterizedTest
    @CsvSource({
        "http, , HTTP",
        "http2-api, , HTTP2",
        "grpc-web-ui, , GRPC-WEB",
        "grpc, , GRPC",
        "web, , ",
        ", , ",
        "http, tcp, TCP",
        "http, GRPC, GRPC",
        "web, kubernetes.io/h2c, HTTP2",
        "web, kubernetes.io/wss, HTTPS",
        "http, example.com/own, ",
        "udp-dns, , UDP"
    })
    void protocolIsWhatIstioWouldSay(String name, String appProtocol, String expected) {
        assertThat(ServicePorts.protocol(new Port(name, 8000, appProtocol)).orElse(null))
                .isEqualTo(expected);
    }

    @Test
    void everyPortOfAServiceEntryHasANameOfItsOwn() {
        ServicePorts ports = ServicePorts.of(List.of(
                new Port(null, 9000, null),
                new Port("tcp-9000", 9001, null),
                new Port("http", 80, null),
                new Port("http", 81, null)));

        assertThat(ports.forServiceEntry())
                .extracting(ServicePort::getName)
                .containsExactly("http", "http-81", "tcp-9000-9000", "tcp-9000");
    }

    @Test
    void aPortThatDeclaresNoProtocolContradictsNone() {
        ServicePorts here = ServicePorts.of(List.of(new Port("http", 8000, null)));

        assertThat(here.disagreement(ServicePorts.of(List.of(new Port(null, 8000, null)))))
                .isEmpty();
        assertThat(here.disagreement(ServicePorts.of(List.of(new Port(null, 8000, "grpc")))))
                .hasValueSatisfying(d -> assertThat(d).contains("GRPC in spec.ports", "HTTP in the Service"));
    }
}
