package io.meshfed.plan.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.meshfed.plan.Yaml;
import io.meshfed.plan.hosts.DestinationRuleHosts.ServiceName;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DestinationRuleHostsTest {
    private static final ServiceHost CART = new ServiceHost("cart", "shop", "cluster.local");

    @Test
    void aHostIsWrittenInFull() {
        assertThat(CART).hasToString("cart.shop.svc.cluster.local");
    }

    @ParameterizedTest
    @CsvSource({
        // namespace, host,                       names, covers
        "shop,        cart.shop.svc.cluster.local, true,  false",
        "other,       cart.shop.svc.cluster.local, true,  false",
        "shop,        cart,                        true,  false",
        "other,       cart,                        false, false",
        "shop,        cart.shop,                   false, false",
        "shop,        cart.shop.svc.other.local,   false, false",
        "other,       *.shop.svc.cluster.local,    false, true",
        "other,       *.local,                     false, true",
        "other,       *,                           false, true",
        "shop,        *.other.svc.cluster.local,   false, false",
        "shop,        c*,                          false, false",
    })
    void aRuleIsForAHostByNameOrByWildcard(String namespace, String host, boolean names, boolean covers) {
        DestinationRule rule = rule(namespace, "spec: {host: '" + host + "'}");

        assertThat(DestinationRuleHosts.names(rule, CART)).isEqualTo(names);
        assertThat(DestinationRuleHosts.covers(rule, CART)).isEqualTo(covers);
        assertThat(DestinationRuleHosts.isFor(rule, CART)).isEqualTo(names || covers);
    }

    @ParameterizedTest
    @CsvSource({
        "shop,  cart.shop.svc.cluster.local",
        "other, cart.shop.svc.cluster.local",
        "shop,  cart",
        "other, *.local",
        "other, *"
    })
    void everyRuleForAHostHasOneOfItsKeys(String namespace, String host) {
        DestinationRule rule = rule(namespace, "spec: {host: '" + host + "'}");

        assertThat(Collections.disjoint(DestinationRuleHosts.keys(rule), DestinationRuleHosts.keys(CART)))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"shop, cart2.shop.svc.cluster.local", "other, cart", "shop, cart.shop"})
    void aRuleForAnotherHostHasNoneOfItsKeys(String namespace, String host) {
        DestinationRule rule = rule(namespace, "spec: {host: '" + host + "'}");

        assertThat(Collections.disjoint(DestinationRuleHosts.keys(rule), DestinationRuleHosts.keys(CART)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "cart.shop.svc.cluster.local, cart, shop",
        "cart.shop.svc.other.local,   cart, shop",
        "cart.shop,                   cart, shop",
        "cart,                        cart, other"
    })
    void theServiceIsNamedByTheFirstTwoParts(String host, String name, String namespace) {
        assertThat(DestinationRuleHosts.service(rule("other", "spec: {host: " + host + "}")))
                .contains(new ServiceName(name, namespace));
    }

    @Test
    void aWildcardNamesNoService() {
        assertThat(DestinationRuleHosts.service(rule("shop", "spec: {host: '*.local'}")))
                .isEmpty();
    }

    @Test
    void aRuleWithoutHostIsForNothing() {
        for (DestinationRule rule : new DestinationRule[] {rule("shop", ""), rule("shop", "spec: {exportTo: ['.']}")}) {
            assertThat(DestinationRuleHosts.hasHost(rule)).isFalse();
            assertThat(DestinationRuleHosts.keys(rule)).isEmpty();
            assertThat(DestinationRuleHosts.service(rule)).isEmpty();
        }
    }

    private static DestinationRule rule(String namespace, String spec) {
        return Yaml.of(
                """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: rule, namespace: %s}
                %s
                """
                        .formatted(namespace, spec),
                DestinationRule.class);
    }
}
