package io.meshfed.scenario;

import static io.meshfed.scenario.TrustFixture.CONTROL_PLANE;
import static io.meshfed.scenario.TrustFixture.ISSUER;
import static io.meshfed.scenario.TrustFixture.SYSTEM;
import static io.meshfed.scenario.TrustFixture.cacerts;
import static io.meshfed.scenario.TrustFixture.federate;
import static io.meshfed.scenario.TrustFixture.issued;
import static io.meshfed.scenario.TrustFixture.message;
import static io.meshfed.scenario.TrustFixture.pem;
import static io.meshfed.scenario.TrustFixture.remote;
import static io.meshfed.scenario.TrustFixture.talkative;
import static io.meshfed.scenario.TrustFixture.trust;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationStatus.CrlRecord;
import io.meshfed.api.Names;
import io.meshfed.api.RemoteMesh;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.LongRunning;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.OpensslProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CA material survives, and a change of trust breaks no live pair (design rules 3 and 4), as openssl sees it. */
@LongRunning
class TrustIT {
    private static final Duration SECONDS = Duration.ofSeconds(10);

    @TempDir
    static Path folder;

    private static Openssl openssl;
    private static Mesh east;

    @BeforeAll
    static void install() {
        OpensslProgram.assumePresent();
        openssl = new Openssl(folder);
        east = talkative(Clusters.fresh("east").get("east"), "west", "172.18.64.")
                .run();
    }

    @AfterAll
    static void close() {
        if (east != null) {
            east.close();
        }
    }

    @AfterEach
    void clean() {
        var client = east.cluster().adminClient();
        client.resources(MeshFederation.class).delete();
        Mesh.until(
                "the finalizers",
                () -> client.resources(MeshFederation.class).list().getItems().isEmpty());
        client.secrets().inNamespace(SYSTEM).delete();
        client.secrets().inNamespace(CONTROL_PLANE).delete();
        client.configMaps()
                .inAnyNamespace()
                .withField("metadata.name", "istio-ca-root-cert")
                .list()
                .getItems()
                .forEach(map -> client.resource(map).delete());
    }

    @Test
    void whatIsIssuedPassesOpenssl() {
        federate(east, true, "");
        issued(east);

        OpensslProgram.Result verified = openssl.verify(cacerts(east).getData());

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
    void meshOnItsOwnRootKeepsIt() {
        east.istio().selfSigned();

        federate(east, true, "");
        Mesh.until("the refusal", () -> trust(east).equals("RunningOnOtherRoot"));
        east.settle();

        assertThat(east.find(Secret.class, CONTROL_PLANE, "cacerts")).isEmpty();
        assertThat(east.find(Secret.class, SYSTEM, ISSUER)).isEmpty();
        east.secret(ISSUER, "kubernetes.io/tls", openssl.root("another").tls());
        Mesh.until("the refusal of that root", () -> message(east.federation("east"), "TrustReady")
                .contains("so the operator writes no cacerts"));
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
        Mesh.until("the reason in status", () -> trust(east).equals("CacertsMissing"));
        Openssl.Certified root = openssl.root("company");
        Openssl.Certified stranger = openssl.root("stranger");

        cacerts(east, openssl.below(root, "signing").cacerts(stranger));
        Mesh.until("the fault", () -> trust(east).equals("ChainBroken"));
        cacerts(east, openssl.below(root, "signing").cacerts(root));
        Mesh.until("trust", () -> Mesh.holds(east.federation("east"), "TrustReady"));

        assertThat(east.operatorWrites(mark))
                .noneMatch(write -> write.resource().equals("secrets"));
    }

    /** Status and metrics report an external cacerts like a managed one; the operator cannot add a remote's root to it. */
    @Test
    void externalCacertsWithoutARemotesRootIsReportedAndNeverWritten() {
        Openssl.Certified root = openssl.root("company");
        Openssl.Certified other = openssl.root("western");
        Openssl.Certified signing = openssl.below(root, "signing");
        cacerts(east, signing.cacerts(root));
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
        remote(east, "west", "pem: |\n" + other.certificate().indent(8));
        Mesh.until("the fault", () -> trust(east).equals("MissingInBundle"));
        assertThat(message(east.federation("east"), "TrustReady"))
                .contains("RemoteMesh west", openssl.fingerprint(other.certificate()));
        Mesh.until("the fault at the remote", () -> Mesh.reason(east.remote("west"), "Trusted")
                .equals("MissingInBundle"));

        Map<String, String> both = new HashMap<>(signing.cacerts(root));
        both.put("root-cert.pem", Openssl.base64(root.certificate() + other.certificate()));
        cacerts(east, both);
        Mesh.until("trust", () -> Mesh.holds(east.federation("east"), "TrustReady"));

        String ends = "meshfed_certificate_expiry_timestamp_seconds{certificate=\"%s\",kind=\"MeshFederation\","
                + "name=\"east\",sha256=\"%.16s\"} %s";
        assertThat(figures())
                .contains(
                        ends.formatted("intermediate", "", seconds(signing)),
                        ends.formatted("root", openssl.fingerprint(root.certificate()), seconds(root)),
                        ends.formatted("trusted-root", openssl.fingerprint(other.certificate()), seconds(other)));
        assertThat(figures()).noneMatch(line -> line.startsWith("meshfed_certificate_renewal"));
        assertThat(east.operatorWrites(mark))
                .noneMatch(write -> write.resource().equals("secrets"));

        east.cluster().adminClient().resources(RemoteMesh.class).delete();
        clean();
        Mesh.until("no figure of what is gone", () -> figures().stream()
                .noneMatch(line -> line.contains("kind=\"MeshFederation\",name=") || line.contains("\"west\"")));
    }

    private static List<String> figures() {
        return east.operator()
                .body("/q/metrics")
                .lines()
                .filter(line -> line.startsWith("meshfed_") && !line.startsWith("meshfed_writes"))
                .toList();
    }

    private static double seconds(Openssl.Certified certified) {
        return openssl.end(certified.certificate()).getEpochSecond();
    }

    @Test
    void certManagerIsUsedOnlyWithTheChartsPermission() {
        east.cluster()
                .applyYaml(
                        """
                apiVersion: meshfed.io/v1alpha1
                kind: MeshFederation
                metadata: {name: east}
                spec:
                  mesh: {network: east-network}
                  trust: {type: CertManager, certManager: {issuerRef: {name: mesh-ca}}}
                """);

        Mesh.until("the reason in status", () -> trust(east).equals("CertManagerNotPermitted"));

        assertThat(message(east.federation("east"), "TrustReady")).contains("trust.certManager.enabled=true");
        assertThat(east.find(Secret.class, CONTROL_PLANE, "cacerts")).isEmpty();
    }

    @Test
    void issuerCreatedLaterIsUsedAtOnce() {
        federate(east, false, "");
        Mesh.until("the reason in status", () -> trust(east).equals("IssuerMissing"));

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
                        && ClusterObject.deployment(east, "meshfed-gateway", "istio-eastwestgateway")
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
    void listsComeFromTheConfigMapAndFollowIt() {
        Openssl.Certified root = openssl.root("west-root");
        Openssl.Certified signing = openssl.below(root, "west-signing");
        try {
            east.cluster().applyYaml(remoteWithRoot("west", root.certificate()));
            Mesh.until("a report on west", () -> Mesh.condition(east.remote("west"), "Ready")
                    .isPresent());
            federate(east, true, "crl: {configMapName: mesh-crls}");
            issued(east);
            Mesh.until("the reason in status", () -> trust(east).equals("CrlIncomplete"));
            assertThat(cacerts(east).getData()).doesNotContainKey("ca-crl.pem");
            assertThat(message(east.federation("east"), "TrustReady")).contains("west-root", "mesh-crls", "west.pem");

            lists(signing.certificate() + openssl.revocationList(signing, 1) + openssl.revocationList(root, 1));
            Mesh.until("the lists", () -> cacerts(east).getData().containsKey("ca-crl.pem"));
            Mesh.until("trust", () -> Mesh.holds(east.federation("east"), "TrustReady"));
            assertThat(openssl.verifyWithLists(cacerts(east).getData()).code()).isZero();
            assertThat(east.federation("east").orElseThrow().getStatus().trust().crl())
                    .extracting(CrlRecord::issuer)
                    .contains("CN=west-root", "CN=west-signing");

            String newer = openssl.revocationList(root, 2, signing);
            lists(signing.certificate() + openssl.revocationList(signing, 1) + newer);
            assertThat(Mesh.until(
                            "the newer list", () -> pem(east, "ca-crl.pem").contains(newer)))
                    .isLessThan(SECONDS);
        } finally {
            east.cluster().adminClient().resources(RemoteMesh.class).delete();
            east.cluster()
                    .adminClient()
                    .configMaps()
                    .inNamespace(SYSTEM)
                    .withName("mesh-crls")
                    .delete();
        }
    }

    private static void lists(String pem) {
        east.cluster()
                .adminClient()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(SYSTEM)
                        .withName("mesh-crls")
                        .endMetadata()
                        .addToData("west.pem", pem)
                        .build())
                .createOr(r -> r.update());
    }

    private static String remoteWithRoot(String name, String root) {
        return """
                apiVersion: meshfed.io/v1alpha1
                kind: RemoteMesh
                metadata: {name: %1$s}
                spec:
                  network: %1$s-network
                  trustDomain: %1$s.local
                  gateway: {addresses: [192.0.2.30]}
                  trust:
                    roots:
                    - name: only
                      pem: |
                %2$s
                """
                .formatted(name, root.indent(8));
    }

    private static ClusterObject placedCacerts() {
        return new ClusterObject(east, "v1", "Secret", CONTROL_PLANE, "cacerts");
    }
}
