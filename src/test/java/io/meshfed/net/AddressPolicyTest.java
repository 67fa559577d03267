package io.meshfed.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "::1",
                "0.0.0.0",
                "0.1.2.3",
                "::",
                "169.254.0.1",
                "169.254.169.254",
                "fe80::1",
                "febf::1",
                "fd00:ec2::254",
                "224.0.0.1",
                "239.1.1.1",
                "ff02::1",
                "255.255.255.255",
                "240.0.0.1",
                "100.100.100.200",
                "::127.0.0.1",
                "::ffff:127.0.0.1",
                "64:ff9b::7f00:1"
            })
    void refusedByDefault(String address) {
        assertThat(AddressPolicy.strict().refusal(IpLiteral.parse(address).orElseThrow()))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1",
                "192.168.1.1",
                "172.16.0.1",
                "203.0.113.7",
                "126.255.255.255",
                "128.0.0.1",
                "169.253.0.1",
                "169.255.0.1",
                "223.255.255.255",
                "2001:db8::1",
                "fd00::1",
                "fec0::1",
                "64:ff9b::a00:1"
            })
    void permittedByDefault(String address) {
        assertThat(AddressPolicy.strict().refusal(IpLiteral.parse(address).orElseThrow()))
                .isEmpty();
    }

    @Test
    void configurationAllowsABlockAndNoMore() {
        AddressPolicy policy = AddressPolicy.allowing(Set.of(Cidr.parse("127.0.0.0/8")));

        assertThat(policy.refusalOfLiteral("127.0.0.1")).isEmpty();
        assertThat(policy.refusalOfLiteral("localhost")).isEmpty();
        assertThat(policy.refusalOfLiteral("169.254.1.1")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "example.com", "::/129", "10.0.0.0/8/8"})
    void badBlocksAreRefused(String text) {
        assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
