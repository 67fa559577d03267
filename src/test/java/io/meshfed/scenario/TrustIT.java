package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.meshfed.api.Condition;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.Names;
import io.meshfed.api.RemoteMesh;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.Mesh;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CA material survives, and a change of trust breaks no live pair (design rules 3 and 4), as openssl sees it. */
class TrustIT {
    private static final String ISSUER = "mesh-root-ca";
    private static final String SYSTEM = "meshfed-system";
    private static final String CONTROL_PLANE = "istio-system";
    private static final Duration SECONDS = Duration.ofSeconds(10);

    @TempDir
    static Path folder;

    private static Openssl openssl;
    private static Mesh east;
    private static Mesh west;

    @BeforeAll
    static void install() {
        Openssl.assumePresent();
        openssl = new Openssl(folder);
        Clusters clusters = Clusters.fresh("east", "west");
        east = talkative(clusters.get("east"), "west", "172.18.64.").run();
        west = talkative(clusters.get("west"), "east", "172.18.128.").run();
    }

    /** With all that an operator can log. */
    private static Mesh talkative(Cluster cluster, String peer, String addressPrefix) {
        return Mesh.install(
                cluster,
                istio -> istio.trustDomain(cluster.name() + ".local")
                        .trustDomainAliases(peer + ".local")
                        .network(cluster.name() + "-network"),
                Map.of("logLevel", "TRACE"),
                addressPrefix);
    }

    @AfterAll
    static void close() {
        for (Mesh mesh : new Mesh[] {east, west}) {
            if (mesh != null) {
                mesh.close();
            }
        }
    }

    @AfterEach
    void clean() {
        for (Mesh mesh : List.of(east, west)) {
            var client = mesh.cluster().adminClient();
            client.resources(RemoteMesh.class).delete();
            client.resources(MeshFederation.class).delete();
            Mesh.until(
                    "the finalizers",
                    () -> client.resources(MeshFederation.class)
                                    .list()
                                    .getItems()
                                    .isEmpty()
                            && client.resources(RemoteMesh.class)
                                    .list()
                                    .getItems()
                                    .isEmpty());
            client.secrets().inNamespace(SYSTEM).delete();
            client.secrets().inNamespace(CONTROL_PLANE).delete();
            client.configMaps()
                    .inAnyNamespace()
                    .withField("metadata.name", "istio-ca-root-cert")
                    .list()
                    .getItems()
                    .forEach(map -> client.resource(map).delete());
        }
    }

    @Test
    void whatIsIssuedPassesOpenssl() {
        federate(east, true, "");
        issued(east);

        Openssl.Result verified = openssl.verify(cacerts(east).getData());

        assertThat(verified.code()).as(verified.output()).isZero();
        assertThat(openssl.describe(pem(east, "ca-cert.pem")))
                .contains("CA:TRUE, pathlen:0", "Certificate Sign", "Public-Key: (256 bit)");
        assertThat(openssl.describe(pem(east, "root-cert.pem"))).contains("CA:TRUE");
    }

    @Test
    void foreignCacertsStaysUntilItIsHandedOver() {
        Openssl.Certified root = openssl.root("company");
        cacerts(east, openssl.below(root, "signing").cacerts(root));
        Secret before = cacerts(east);
        east.secret(ISSUER, "kubernetes.io/tls", root.tls());

        federate(east, false, "");
        Mesh.until("the report", () -> trust(east).equals("ForeignCacerts"));
        east.settle();
        assertThat(cacerts(east)).isEqualTo(before);
        assertThat(message(east.federation("east"), "TrustReady")).contains("External", Names.ADOPT);

        placedCacerts().annotate(Names.ADOPT, "true");
        Mesh.until("trust", () -> Mesh.holds(east.federation("east"), "TrustReady"));
        assertThat(cacerts(east).getData()).isEqualTo(before.getData());
        federate(east, false, "intermediate: {keyAlgorithm: ECDSA_P384}");
        Mesh.until("the next intermediate", () -> !cacerts(east).getData().equals(before.getData()));

        assertThat(openssl.verify(cacerts(east).getData()).code()).isZero();
        assertThat(openssl.describe(pem(east, "ca-cert.pem"))).contains("Public-Key: (384 bit)");
        assertThat(cacerts(east).getData())
                .containsEntry("root-cert.pem", before.getData().get("root-cert.pem"));
    }

    @Test
    void meshOnItsOwnRootIsLeftOnIt() {
        east.istio().selfSigned();

        federate(east, true, "");
        Mesh.until("the refusal", () -> trust(east).equals("RunningOnOtherRoot"));
        east.settle();

        assertThat(east.find(Secret.class, CONTROL_PLANE, "cacerts")).isEmpty();
        assertThat(east.find(Secret.class, SYSTEM, ISSUER)).isEmpty();
        east.secret(ISSUER, "kubernetes.io/tls", openssl.root("another").tls());
        Mesh.until("the refusal of that root", () -> message(east.federation("east"), "TrustReady")
                .contains("so no cacerts is written"));
        assertThat(trust(east)).isEqualTo("RunningOnOtherRoot");
        assertThat(east.find(Secret.class, CONTROL_PLANE, "cacerts")).isEmpty();
    }

    @Test
    void externalCacertsIsVerifiedAndNeverWritten() {
        AuditLog.Mark mark = east.cluster().auditLog().mark();
        east.cluster()
                .applyYaml(
                        """
                apiVersion: meshfed.io/v1alpha1
                kind: MeshFederation
                metadata: {name: east}
                spec:
                  mesh: {network: east-network}
                  trust: {type: External}
                """);
        Mesh.until("the wish", () -> trust(east).equals("CacertsMissing"));
        Openssl.Certified root = openssl.root("company");
        Openssl.Certified stranger = openssl.root("stranger");

        cacerts(east, openssl.below(root, "signing").cacerts(stranger));
        Mesh.until("the fault", () -> trust(east).equals("ChainBroken"));
        cacerts(east, openssl.below(root, "signing").cacerts(root));
        Mesh.until("trust", () -> Mesh.holds(east.federation("east"), "TrustReady"));

        assertThat(east.operatorWrites(mark))
                .noneMatch(write -> write.resource().equals("secrets"));
    }

    @Test
    void issuerThatComesLateIsUsedAtOnce() {
        federate(east, false, "");
        Mesh.until("the wish", () -> trust(east).equals("IssuerMissing"));

        east.secret(ISSUER, "kubernetes.io/tls", openssl.root("late").tls());

        assertThat(issued(east)).isLessThan(SECONDS);
    }

    @ParameterizedTest
    @CsvSource({
        "NotCa, ec, ec_paramgen_curve:prime256v1, sha256, CA:FALSE, 'keyCertSign,cRLSign'",
        "NoKeyCertSign, ec, ec_paramgen_curve:prime256v1, sha256, CA:TRUE, digitalSignature",
        "WeakKey, rsa, rsa_keygen_bits:1024, sha256, CA:TRUE, 'keyCertSign,cRLSign'",
        "UnsupportedCurve, ec, ec_paramgen_curve:secp256k1, sha256, CA:TRUE, 'keyCertSign,cRLSign'",
        "WeakSignature, rsa, rsa_keygen_bits:2048, sha1, CA:TRUE, 'keyCertSign,cRLSign'"
    })
    void badIssuerIsNamedAndNothingIsWritten(
            String reason, String algorithm, String keyOption, String digest, String constraints, String usage) {
        refused(
                reason,
                openssl.selfSigned("bad", algorithm, keyOption, digest, constraints, usage)
                        .tls());
    }

    @Test
    void issuerWithTheKeyOfAnotherIsNamed() {
        refused(
                "KeyMismatch",
                Openssl.Certified.tls(
                        openssl.root("one").certificate(), openssl.root("two").key()));
    }

    private static void refused(String reason, Map<String, String> issuer) {
        AuditLog.Mark mark = east.cluster().auditLog().mark();
        east.secret(ISSUER, "kubernetes.io/tls", issuer);

        federate(east, true, "");
        Mesh.until(reason, () -> trust(east).equals(reason));

        assertThat(message(east.federation("east"), "TrustReady")).contains(ISSUER);
        assertThat(east.operatorWrites(mark))
                .noneMatch(write -> write.resource().equals("secrets"));
        east.secret(ISSUER, "kubernetes.io/tls", openssl.root("good").tls());
        assertThat(issued(east)).isLessThan(SECONDS);
    }

    @Test
    void cacertsAndIssuerOutliveTheMeshFederationAndTheOperator() {
        federate(east, true, "");
        issued(east);
        east.istio().publishRoot();
        Mesh.until("trust", () -> Mesh.holds(east.federation("east"), "TrustReady"));
        Secret cacerts = cacerts(east);
        Secret issuer = east.get(Secret.class, SYSTEM, ISSUER);

        east.cluster().adminClient().resources(MeshFederation.class).delete();
        Mesh.until(
                "the end",
                () -> east.federation("east").isEmpty()
                        && Placed.deployment(east, "meshfed-gateway", "istio-eastwestgateway")
                                .find()
                                .isEmpty());
        assertThat(cacerts(east)).isEqualTo(cacerts);
        federate(east, true, "");
        Mesh.until("trust again", () -> Mesh.holds(east.federation("east"), "TrustReady"));
        east.operator().restart();
        east.settle();

        assertThat(cacerts(east)).isEqualTo(cacerts);
        assertThat(east.get(Secret.class, SYSTEM, ISSUER)).isEqualTo(issuer);
        assertThat(Mesh.holds(east.federation("east"), "TrustReady")).isTrue();
    }

    @Test
    void meshesWithDifferentRootsTrustEachOther() {
        for (Mesh mesh : List.of(east, west)) {
            federate(mesh, true, "");
            issued(mesh);
            mesh.istio().publishRoot();
        }
        String eastRoot = pem(east, "root-cert.pem");
        String westRoot = pem(west, "root-cert.pem");
        for (Mesh mesh : List.of(east, west)) {
            mesh.applyExample("gateway-reader.yaml");
        }
        Pair.connect(east, west);
        Pair.connect(west, east);

        remote(east, "west", "pem: |\n" + westRoot.indent(8));
        west.cluster()
                .adminClient()
                .resource(configMap("roots", "east.pem", eastRoot))
                .create();
        remote(west, "east", "configMapKeyRef: {name: roots, key: east.pem}");
        Mesh.until("east's bundle", () -> pem(east, "root-cert.pem").equals(eastRoot + westRoot));
        Mesh.until("west's bundle", () -> pem(west, "root-cert.pem").equals(westRoot + eastRoot));
        for (Mesh mesh : List.of(east, west)) {
            String peer = mesh == east ? "west" : "east";
            assertThat(openssl.verify(cacerts(mesh).getData()).code()).isZero();
            Mesh.until("the wait for istiod", () -> Mesh.reason(mesh.remote(peer), "Trusted")
                    .equals("WaitingForIstiod"));
            mesh.istio().publishRoot();
            Mesh.until("trust in " + peer, () -> Mesh.holds(mesh.remote(peer), "Trusted"));
            Mesh.until("trust", () -> Mesh.holds(mesh.federation(mesh.cluster().name()), "TrustReady"));
        }
        assertNothingPrivateIsTold();

        remote(
                east,
                "west",
                "sha256: %s\n      pem: |\n%s".formatted(openssl.fingerprint(eastRoot), westRoot.indent(8)));
        Mesh.until("the mismatch", () -> Mesh.reason(east.remote("west"), "Trusted")
                .equals("RootMismatch"));
        assertThat(pem(east, "root-cert.pem")).isEqualTo(eastRoot + westRoot);

        remote(east, "west", "");
        Mesh.until("the smaller bundle", () -> pem(east, "root-cert.pem").equals(eastRoot));
        assertThat(openssl.verify(cacerts(east).getData()).code()).isZero();
    }

    /** Logs, Events, status, annotations and metrics, against every secret line of both clusters. */
    private static void assertNothingPrivateIsTold() {
        for (Mesh mesh : List.of(east, west)) {
            List<String> canaries = mesh.cluster().adminClient().secrets().inAnyNamespace().list().getItems().stream()
                    .flatMap(secret -> secret.getData().entrySet().stream())
                    .filter(entry -> entry.getKey().matches("ca-key.pem|tls.key|kubeconfig"))
                    .flatMap(entry -> canaries(entry.getKey(), entry.getValue()).stream())
                    .toList();
            assertThat(canaries).hasSizeGreaterThan(9);
            Map<String, Supplier<String>> told = Map.of(
                    "log", () -> mesh.operator().log(),
                    "metrics", () -> mesh.operator().body("/q/metrics"),
                    "health", () -> mesh.operator().body("/q/health"),
                    "API", () -> everythingButSecretValues(mesh));
            told.forEach((where, text) -> {
                String said = text.get();
                assertThat(said).as(where).isNotEmpty();
                assertThat(canaries.stream().filter(said::contains).count())
                        .as(
                                "lines of private keys and tokens in the %s of %s",
                                where, mesh.cluster().name())
                        .isZero();
            });
        }
    }

    private static List<String> canaries(String key, String value) {
        String text = Openssl.text(value);
        if (key.equals("kubeconfig")) {
            String token = text.replaceAll("(?s).*token: \"?([^\"\\s]+).*", "$1");
            return List.of(value.substring(0, 60), token, token.substring(token.lastIndexOf('.') + 1));
        }
        List<String> body = Arrays.stream(text.split("\n"))
                .filter(line -> !line.contains("-----") && line.length() > 30)
                .toList();
        return java.util.stream.Stream.concat(body.stream(), java.util.stream.Stream.of(value.substring(60, 120)))
                .toList();
    }

    private static String everythingButSecretValues(Mesh mesh) {
        var client = mesh.cluster().adminClient();
        StringBuilder told = new StringBuilder();
        for (String path : List.of(
                "/apis/meshfed.io/v1alpha1/meshfederations",
                "/apis/meshfed.io/v1alpha1/remotemeshes",
                "/apis/meshfed.io/v1alpha1/exportedmeshes",
                "/apis/events.k8s.io/v1/events",
                "/apis/apps/v1/deployments",
                "/apis/gateway.networking.k8s.io/v1/gateways",
                "/apis/coordination.k8s.io/v1/namespaces/" + SYSTEM + "/leases",
                "/api/v1/configmaps")) {
            told.append(client.raw(path));
        }
        client.secrets().inAnyNamespace().list().getItems().forEach(secret -> told.append(secret.getMetadata()));
        return told.toString();
    }

    private static void federate(Mesh mesh, boolean generate, String moreTrust) {
        mesh.cluster()
                .applyYaml(
                        """
                apiVersion: meshfed.io/v1alpha1
                kind: MeshFederation
                metadata: {name: %1$s}
                spec:
                  mesh: {network: %1$s-network}
                  trust:
                    issuer: {secretName: %2$s, generate: %3$s}
                    %4$s
                """
                                .formatted(mesh.cluster().name(), ISSUER, generate, moreTrust));
    }

    private static void remote(Mesh mesh, String peer, String root) {
        String roots = root.isEmpty() ? "    roots: []" : "    roots:\n    - name: only\n      " + root;
        mesh.cluster()
                .applyYaml(
                        """
                apiVersion: meshfed.io/v1alpha1
                kind: RemoteMesh
                metadata: {name: %1$s}
                spec:
                  network: %1$s-network
                  trustDomain: %1$s.local
                  cluster: {kubeconfigSecretRef: {name: %1$s-kubeconfig}}
                  gateway: {service: {namespace: meshfed-gateway, name: istio-eastwestgateway}}
                  trust:
                    """
                                        .formatted(peer)
                                + roots + "\n");
    }

    private static Duration issued(Mesh mesh) {
        return Mesh.until("cacerts", () -> mesh.find(Secret.class, CONTROL_PLANE, "cacerts")
                .isPresent());
    }

    private static Secret cacerts(Mesh mesh) {
        return mesh.get(Secret.class, CONTROL_PLANE, "cacerts");
    }

    private static void cacerts(Mesh mesh, Map<String, String> data) {
        mesh.cluster()
                .adminClient()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(CONTROL_PLANE)
                        .withName("cacerts")
                        .endMetadata()
                        .withType("Opaque")
                        .withData(data)
                        .build())
                .createOr(r -> r.update());
    }

    private static Placed placedCacerts() {
        return new Placed(east, "v1", "Secret", CONTROL_PLANE, "cacerts");
    }

    private static String pem(Mesh mesh, String key) {
        return Openssl.text(cacerts(mesh).getData().get(key));
    }

    private static ConfigMap configMap(String name, String key, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(SYSTEM)
                .withName(name)
                .endMetadata()
                .addToData(key, value)
                .build();
    }

    private static String trust(Mesh mesh) {
        return Mesh.reason(mesh.federation(mesh.cluster().name()), "TrustReady");
    }

    private static String message(Optional<? extends HasMetadata> resource, String type) {
        return Mesh.condition(resource, type).map(Condition::message).orElse("");
    }
}
