package io.meshfed.scenario;

import static io.meshfed.scenario.TrustSteps.CONTROL_PLANE;
import static io.meshfed.scenario.TrustSteps.ISSUER;
import static io.meshfed.scenario.TrustSteps.SYSTEM;
import static io.meshfed.scenario.TrustSteps.cacerts;
import static io.meshfed.scenario.TrustSteps.federate;
import static io.meshfed.scenario.TrustSteps.message;
import static io.meshfed.scenario.TrustSteps.pem;
import static io.meshfed.scenario.TrustSteps.remote;
import static io.meshfed.scenario.TrustSteps.remoteTrust;
import static io.meshfed.scenario.TrustSteps.talkative;
import static io.meshfed.scenario.TrustSteps.trust;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.meshfed.api.Names;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus.RemoteTrustStatus;
import io.meshfed.testbed.AuditEvent;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.Mesh;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** East makes west's cacerts, with a credential that is good for that one Secret; west's own operator verifies it. */
@TestMethodOrder(OrderAnnotation.class)
class IssuedCacertsIT {
    private static final String WRITER = "west-cacerts-writer";
    private static final String WRITING_ACCOUNT = "system:serviceaccount:" + SYSTEM + ":meshfed-cacerts-writer";

    @TempDir
    static Path folder;

    private static Openssl openssl;
    private static Mesh east;
    private static Mesh west;
    private static AuditLog.Mark begin;

    @BeforeAll
    static void install() {
        Openssl.assumePresent();
        openssl = new Openssl(folder);
        Clusters clusters = Clusters.fresh("east", "west");
        east = talkative(clusters.get("east"), "west", "172.18.64.").run();
        west = talkative(clusters.get("west"), "east", "172.18.128.").run();
        begin = west.cluster().auditLog().mark();
        east.secret(ISSUER, "kubernetes.io/tls", openssl.root("common").tls());
        federate(east, false, "");
        TrustSteps.issued(east);
        east.istio().publishRoot();
        west.cluster()
                .applyYaml(
                        """
                apiVersion: meshfed.io/v1alpha1
                kind: MeshFederation
                metadata: {name: west}
                spec:
                  mesh: {network: west-network}
                  trust: {type: External}
                """);
        for (Mesh mesh : new Mesh[] {east, west}) {
            mesh.applyExample("gateway-reader.yaml");
        }
        west.applyExample("cacerts-writer.yaml");
        Pair.connect(east, west);
        Pair.connect(west, east);
        remote(west, "east", "");
    }

    @AfterAll
    static void close() {
        for (Mesh mesh : new Mesh[] {east, west}) {
            if (mesh != null) {
                mesh.close();
            }
        }
    }

    private static void issueForWest() {
        remoteTrust(east, "west", "    issueCacerts: {kubeconfigSecretRef: {name: " + WRITER + "}}");
    }

    private static String writer() {
        return west.cluster().serviceAccountKubeconfig(SYSTEM, "meshfed-cacerts-writer");
    }

    private static String issued() {
        return Mesh.reason(east.remote("west"), "CacertsIssued");
    }

    private static RemoteTrustStatus status() {
        return east.remote("west").map(RemoteMesh::getStatus).orElseThrow().trust();
    }

    private static boolean bothAreReady() {
        return Mesh.holds(east.remote("west"), "CacertsIssued") && Mesh.holds(west.federation("west"), "TrustReady");
    }

    @Test
    @Order(1)
    void emptyRemoteGetsItsCacertsOnceTheCredentialIsThere() {
        issueForWest();
        Mesh.until("the wish", () -> issued().equals("SecretMissing"));
        assertThat(message(east.remote("west"), "CacertsIssued")).contains(SYSTEM + "/" + WRITER, "create it");
        assertThat(trust(west)).isEqualTo("CacertsMissing");

        east.kubeconfigSecret(WRITER, writer());
        Mesh.until("west's cacerts", () -> west.find(Secret.class, CONTROL_PLANE, "cacerts")
                .isPresent());
        Mesh.until("both", IssuedCacertsIT::bothAreReady);

        assertThat(openssl.verify(cacerts(west).getData()).code()).isZero();
        assertThat(pem(west, "root-cert.pem")).isEqualTo(pem(east, "root-cert.pem"));
        assertThat(pem(west, "ca-key.pem")).isNotEqualTo(pem(east, "ca-key.pem"));
        assertThat(openssl.describe(pem(west, "ca-cert.pem"))).contains("west intermediate", "pathlen:0");
        assertThat(cacerts(west).getMetadata().getLabels()).containsEntry(Names.MANAGED_BY, Names.MESHFED);
        assertThat(cacerts(west).getMetadata().getAnnotations())
                .containsEntry(Names.ISSUED_BY, "east-network")
                .containsEntry(
                        Names.OWNER_UID,
                        east.remote("west").orElseThrow().getMetadata().getUid());
        assertThat(Instant.parse(status().issued().notAfter())).isAfter(Instant.now());
        assertThat(Instant.parse(status().credential().notAfter())).isAfter(Instant.now());
        assertThat(Mesh.reason(east.remote("west"), "Trusted")).isEqualTo("CommonRoot");
        west.istio().publishRoot();
        Mesh.until("west's istiod", () -> trust(west).equals("Verified"));
        east.settle();
        assertThat(Mesh.holds(east.remote("west"), "CacertsIssued")).isTrue();
    }

    @Test
    @Order(9)
    void credentialWasUsedForThatOneSecretAndIsGoodForNothingElse() {
        Set<String> asked = west.cluster().auditLog().since(begin).stream()
                .filter(event -> event.user().equals(WRITING_ACCOUNT))
                .map(IssuedCacertsIT::what)
                .collect(Collectors.toSet());

        assertThat(asked)
                .containsExactlyInAnyOrder(
                        "get secrets/cacerts",
                        "list secrets/cacerts",
                        "watch secrets/cacerts",
                        "patch secrets/cacerts");
        Canaries.assertNothingPrivateIsTold(east, west);
    }

    private static String what(AuditEvent event) {
        String name = event.name().isEmpty()
                ? event.query().getOrDefault("fieldSelector", "").replace("metadata.name=", "")
                : event.name();
        assertThat(event.namespace()).as(event.path()).isEqualTo(CONTROL_PLANE);
        return event.verb() + " " + event.resource() + "/" + name;
    }
}
