package io.meshfed.remote.kubeconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.meshfed.net.AddressPolicy;
import io.meshfed.net.Cidr;
import io.meshfed.remote.TestPki;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fixtures: {@code kubeconfig/accepted} and {@code kubeconfig/refused}; the latter say the reason in their first line. */
@Isolated("counts the processes of this JVM")
class KubeconfigReaderTest {
    private static final String TOKEN = "canary-token-5e1f";
    private static final Map<String, String> VALUES = new LinkedHashMap<>();

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeCredentials() {
        TestPki pki = new TestPki("CN=west");
        TestPki.Identity ec = pki.client("EC");
        TestPki.Identity rsa = pki.client("RSA");
        VALUES.put("ca", pki.authorityBase64());
        VALUES.put("token", TOKEN);
        VALUES.put("ecCertificate", TestPki.base64(ec.certificatePem()));
        VALUES.put("ecPkcs8", TestPki.base64(ec.pkcs8Pem()));
        VALUES.put("ecTraditional", TestPki.base64(ec.traditionalPem()));
        VALUES.put("otherEcPkcs8", TestPki.base64(pki.client("EC").pkcs8Pem()));
        VALUES.put("rsaCertificate", TestPki.base64(rsa.certificatePem()));
        VALUES.put("rsaTraditional", TestPki.base64(rsa.traditionalPem()));
    }

    static Stream<Path> accepted() throws Exception {
        return fixtures("accepted");
    }

    static Stream<Path> refused() throws Exception {
        return fixtures("refused");
    }

    @ParameterizedTest
    @MethodSource
    void accepted(Path file) throws IOException {
        RemoteCredential credential = KubeconfigReader.read(filled(Files.readString(file)), AddressPolicy.strict());

        assertThat(credential.server()).hasScheme("https");
        assertThat(credential.caPem()).asString(StandardCharsets.US_ASCII).startsWith("-----BEGIN CERTIFICATE-----");
        assertThat(credential.token().isPresent())
                .isNotEqualTo(credential.clientCertificate().isPresent());
        assertThat(credential.tlsServerName().isPresent()).isEqualTo(file.endsWith("tls-server-name.yaml"));
    }

    /** Cases 36, 37 and 39 of the fault list, and more: refused with reason and field, nothing of the content told, nothing run. */
    @ParameterizedTest
    @MethodSource
    void refused(Path file) throws IOException {
        String text = Files.readString(file);
        long children = ProcessHandle.current().descendants().count();

        RefusedKubeconfigException refusal = catchThrowableOfType(
                RefusedKubeconfigException.class, () -> KubeconfigReader.read(filled(text), AddressPolicy.strict()));

        assertThat(refusal).isNotNull();
        assertThat(refusal.reason().name()).isEqualTo(header(text, "reason"));
        assertThat(refusal).hasMessageContaining(header(text, "names")).hasNoCause();
        assertThat(refusal.getMessage()).doesNotContain(TOKEN, "hunter2", "secret@", "touch", "system:masters");
        assertThat(ProcessHandle.current().descendants().count()).isEqualTo(children);
        assertThat(folder.resolve("canary")).doesNotExist();
    }

    /** Case 40: whatever comes is refused quickly and without filling the heap. */
    @Test
    void garbageIsRefusedQuickly() {
        byte[] random = new byte[1024 * 1024];
        new Random(7).nextBytes(random);
        byte[][] bombs = {
            random,
            "x".repeat(1024 * 1024).getBytes(StandardCharsets.US_ASCII),
            "[".repeat(60_000).getBytes(StandardCharsets.US_ASCII),
            "{a: ".repeat(15_000).getBytes(StandardCharsets.US_ASCII),
            ("a: " + "\"\\x41".repeat(12_000)).getBytes(StandardCharsets.US_ASCII),
            "? ".repeat(30_000).getBytes(StandardCharsets.US_ASCII),
            "- ".repeat(30_000).getBytes(StandardCharsets.US_ASCII),
            ("a: &a [x]\n" + "b: *a\n".repeat(9_000)).getBytes(StandardCharsets.US_ASCII),
            "a: 1\n".repeat(12_000).getBytes(StandardCharsets.US_ASCII)
        };
        for (byte[] bomb : bombs) {
            assertRefused(bomb); // once before the clock runs, for the class loader
            assertThat(Duration.ofNanos(leastWork(() -> assertRefused(bomb)))).isLessThan(Duration.ofMillis(100));
        }
    }

    /** Processor time of the quickest of three runs, in nanoseconds: what the work costs, however busy the machine is. */
    private static long leastWork(Runnable work) {
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        return LongStream.range(0, 3)
                .map(run -> {
                    long start = clock.getCurrentThreadCpuTime();
                    work.run();
                    return clock.getCurrentThreadCpuTime() - start;
                })
                .min()
                .orElseThrow();
    }

    @Test
    void loopbackCanBeAllowed() {
        AddressPolicy policy = AddressPolicy.allowing(Set.of(Cidr.parse("127.0.0.0/8")));
        byte[] yaml = kubeconfig("https://127.0.0.1:6443");

        assertThat(KubeconfigReader.read(yaml, policy).server()).hasHost("127.0.0.1");
    }

    @Test
    void nothingSecretIsPrinted() {
        RemoteCredential credential =
                KubeconfigReader.read(kubeconfig("https://w.example.com"), AddressPolicy.strict());

        assertThat(credential.toString()).contains("https://w.example.com").doesNotContain(TOKEN);
    }

    private static void assertRefused(byte[] yaml) {
        assertThatThrownBy(() -> KubeconfigReader.read(yaml, AddressPolicy.strict()))
                .isInstanceOf(RefusedKubeconfigException.class);
    }

    private byte[] kubeconfig(String server) {
        return filled(
                """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "%s", certificate-authority-data: "${ca}"}}]
                users: [{name: u, user: {token: "${token}"}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """
                        .formatted(server));
    }

    private byte[] filled(String text) {
        String result = text.replace("${canary}", folder.resolve("canary").toString());
        for (Map.Entry<String, String> value : VALUES.entrySet()) {
            result = result.replace("${" + value.getKey() + "}", value.getValue());
        }
        return result.getBytes(StandardCharsets.UTF_8);
    }

    private static String header(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith("# " + name + ": "))
                .map(line -> line.substring(name.length() + 4))
                .findFirst()
                .orElse("");
    }

    private static Stream<Path> fixtures(String kind) throws IOException, URISyntaxException {
        Path home = Path.of(
                KubeconfigReaderTest.class.getResource("/kubeconfig/" + kind).toURI());
        return Files.list(home).sorted();
    }
}
