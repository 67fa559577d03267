package io.meshfed.plan.imports.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.meshfed.plan.Yaml;
import java.util.List;
import org.junit.jupiter.api.Test;

class IpFamilyTest {
    @Test
    void aServicesFirstFamilyIsTheClusters() {
        assertThat(IpFamily.of(service("ipFamilies: [IPv6, IPv4]"))).contains(IpFamily.IPv6);
        assertThat(IpFamily.of(service("ipFamilies: [IPv4]"))).contains(IpFamily.IPv4);
        assertThat(IpFamily.of(service("clusterIP: 10.0.0.1"))).isEmpty();
    }

    @Test
    void oneFamilyIsUsedWhereThereAreBoth() {
        List<String> both = List.of("192.0.2.1", "2001:db8::1");

        assertThat(IpFamily.IPv4.usable(both)).containsExactly("192.0.2.1");
        assertThat(IpFamily.IPv6.usable(both)).containsExactly("2001:db8::1");
    }

    @Test
    void theOtherFamilyIsBetterThanNothing() {
        assertThat(IpFamily.IPv4.usable(List.of("2001:db8::1"))).containsExactly("2001:db8::1");
    }

    @Test
    void aHostNameMayBeOfEitherFamily() {
        assertThat(IpFamily.IPv4.usable(List.of("gw.example", "2001:db8::1"))).containsExactly("gw.example");
        assertThat(IpFamily.IPv6.usable(List.of("gw.example", "192.0.2.1"))).containsExactly("gw.example");
    }

    private static Service service(String spec) {
        return Yaml.of(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: kubernetes, namespace: default}
                spec: {%s}
                """
                        .formatted(spec),
                Service.class);
    }
}
