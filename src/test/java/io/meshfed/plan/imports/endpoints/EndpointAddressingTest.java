package io.meshfed.plan.imports.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.plan.imports.world.EndpointAddressing;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointAddressingTest {

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "255.255.255.255", "2001:db8::1", "::1", "::ffff:10.0.0.1"})
    void literalsAreIps(String address) {
        assertThat(EndpointAddressing.isIp(address)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gw.example.com",
                "10.0.0",
                "10.0.0.256",
                "10.0.0.1.",
                "10.0.0.1:15443",
                "gw:15443",
                "1.2.3.4.5",
                "fe80::1%eth0"
            })
    void namesAndMistakesAreNot(String address) {
        assertThat(EndpointAddressing.isIp(address)).isFalse();
    }
}
