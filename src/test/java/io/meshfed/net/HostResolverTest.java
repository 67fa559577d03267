package io.meshfed.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostResolverTest {
    private final Map<String, List<String>> dns = new ConcurrentHashMap<>();
    private final List<String> changed = new CopyOnWriteArrayList<>();
    private final AtomicInteger lookups = new AtomicInteger();
    private final CountDownLatch hanging = new CountDownLatch(1);
    private final HostResolver resolver = new HostResolver(
            changed::add, new CheckedResolver(AddressPolicy.strict(), this::lookUp), Duration.ofMillis(50));

    @AfterEach
    void close() {
        hanging.countDown();
        resolver.close();
    }

    @Test
    void answersInTheBackgroundAndFollows() {
        dns.put("gw.example.com", List.of("192.0.2.9", "192.0.2.10"));
        // Whether the first call sees an answer already is a matter of luck; that none waits for one is told below.
        await().untilAsserted(() ->
                assertThat(resolver.resolve("gw.example.com")).contains(List.of("192.0.2.10", "192.0.2.9")));

        dns.put("gw.example.com", List.of("192.0.2.11"));

        await().untilAsserted(
                        () -> assertThat(resolver.resolve("gw.example.com")).contains(List.of("192.0.2.11")));
        await().untilAsserted(() -> assertThat(changed).containsExactly("gw.example.com", "gw.example.com"));
    }

    @Test
    void lastGoodAnswerStays() {
        dns.put("gw.example.com", List.of("192.0.2.9"));
        await().until(() -> resolver.resolve("gw.example.com").isPresent());
        dns.remove("gw.example.com");
        int before = lookups.get();

        await().until(() -> lookups.get() > before + 2);

        assertThat(resolver.resolve("gw.example.com")).contains(List.of("192.0.2.9"));
    }

    @Test
    void addressesThatAreRefusedAreLeftOut() {
        dns.put("gw.example.com", List.of("127.0.0.1", "192.0.2.9"));
        dns.put("evil.example.com", List.of("169.254.169.254"));
        resolver.resolve("evil.example.com");

        await().untilAsserted(
                        () -> assertThat(resolver.resolve("gw.example.com")).contains(List.of("192.0.2.9")));
        assertThat(resolver.resolve("evil.example.com")).isEmpty();
    }

    @Test
    void hangingLookupHoldsUpNoOther() {
        resolver.resolve("hang.example.com");
        dns.put("gw.example.com", List.of("192.0.2.9"));

        await().until(() -> resolver.resolve("gw.example.com").isPresent());
    }

    @Test
    void forgottenHostHasNoOldAnswer() {
        dns.put("gw.example.com", List.of("192.0.2.9"));
        await().until(() -> resolver.resolve("gw.example.com").isPresent());

        resolver.forget("gw.example.com");
        dns.put("gw.example.com", List.of("192.0.2.10"));

        // The answer to this first question may be here already; the forgotten one must not be.
        assertThat(resolver.resolve("gw.example.com")).isNotEqualTo(Optional.of(List.of("192.0.2.9")));
    }

    @Test
    void anAddressIsItsOwnAnswer() {
        assertThat(resolver.resolve("192.0.2.1")).contains(List.of("192.0.2.1"));
        assertThat(lookups).hasValue(0);
    }

    private InetAddress[] lookUp(String host) throws UnknownHostException {
        lookups.incrementAndGet();
        if (host.startsWith("hang")) {
            try {
                hanging.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        List<String> answer = dns.get(host);
        if (answer == null) {
            throw new UnknownHostException(host);
        }
        return answer.stream()
                .map(address -> IpLiteral.parse(address).orElseThrow())
                .toArray(InetAddress[]::new);
    }
}
