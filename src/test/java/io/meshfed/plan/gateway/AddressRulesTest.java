package io.meshfed.plan.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.plan.gateway.AddressRules.Address;
import io.meshfed.plan.gateway.AddressRules.Judged;
import io.meshfed.plan.gateway.AddressRules.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressRulesTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1,                        192.0.2.1,              IPV4",
        "10.0.0.255,                       10.0.0.255,             IPV4",
        "::ffff:192.0.2.1,                 192.0.2.1,              IPV4",
        "2001:DB8:0:0:0:0:0:1,             2001:db8::1,            IPV6",
        "2001:db8::1,                      2001:db8::1,            IPV6",
        "2001:db8:0:1:1:1:1:1,             2001:db8:0:1:1:1:1:1,   IPV6",
        "2001:0:0:1:0:0:0:1,               2001:0:0:1::1,          IPV6",
        "2001:db8:0:0:1:0:0:1,             2001:db8::1:0:0:1,      IPV6",
        "2001:db8:0:0:0:0:0:0,             2001:db8::,             IPV6",
        "fd00::a,                          fd00::a,                IPV6",
        "Gw.West.Example.COM.,             gw.west.example.com,    HOSTNAME",
        "west,                             west,                   HOSTNAME",
        "a1b2.elb.us-west-2.amazonaws.com, a1b2.elb.us-west-2.amazonaws.com, HOSTNAME",
    })
    void acceptsInCanonicalForm(String raw, String value, Kind kind) {
        Judged judged = AddressRules.judge(List.of(raw));

        assertThat(judged.accepted()).containsExactly(new Address(value, kind));
        assertThat(judged.refused()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,         loopback",
        "127.8.8.8,         loopback",
        "::1,               loopback",
        "::ffff:127.0.0.1,  loopback",
        "localhost,         loopback",
        "gw.localhost,      loopback",
        "169.254.169.254,   link-local",
        "fe80::1,           link-local",
        "0.0.0.0,           unspecified",
        "0.1.2.3,           unspecified",
        "::,                unspecified",
        "224.0.0.1,         multicast",
        "ff02::1,           multicast",
        "255.255.255.255,   broadcast",
        "256.1.1.1,         neither",
        "192.0.2,           neither",
        "192.0.2.01,        neither",
        "fe80::1%eth0,      neither",
        "2001:db8::1::1,    neither",
        "'192.0.2.1:15443', neither",
        "*.example.com,     neither",
        "gw_west.example,   neither",
        "-gw.example,       neither",
        "gw..example,       neither",
        "'',                neither",
        "' 192.0.2.1',      neither",
        "https://gw.west,   neither",
    })
    void refusesWithTheReason(String raw, String reason) {
        Judged judged = AddressRules.judge(List.of(raw));

        assertThat(judged.accepted()).isEmpty();
        assertThat(judged.refused()).singleElement().asString().contains("'" + raw + "'", reason);
    }

    @Test
    void sortsAndNamesEachOnce() {
        Judged judged = AddressRules.judge(
                List.of("gw.example", "2001:db8::1", "192.0.2.9", "GW.example", "2001:DB8:0::1", "192.0.2.1", "lo!"));

        assertThat(judged.values()).containsExactly("192.0.2.1", "192.0.2.9", "2001:db8::1", "gw.example");
        assertThat(judged.refused()).hasSize(1);
    }

    @Test
    void aHostNameHasAtMost253Characters() {
        String label = "a".repeat(63) + ".";
        String longest = label.repeat(3) + "a".repeat(61);

        assertThat(AddressRules.judge(List.of(longest)).accepted()).hasSize(1);
        assertThat(AddressRules.judge(List.of(longest + "a")).accepted()).isEmpty();
        assertThat(AddressRules.judge(List.of("a".repeat(64) + ".example")).accepted())
                .isEmpty();
    }
}
