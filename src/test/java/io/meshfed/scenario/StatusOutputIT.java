package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.meshfed.testbed.ClusterOptions;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.OpensslProgram;
import io.meshfed.testbed.TestSteps;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What users read when all is well, and when it is not; the screens are left in {@code target/output}. */
class StatusOutputIT {
    private static OneCluster east;
    private static GatewayCluster west;
    private static KubectlOutput screen;

    @BeforeAll
    static void start() {
        OpensslProgram.assumePresent();
        Clusters clusters = Clusters.fresh(
                ClusterOptions.named("east").withServiceCidr("10.255.10.0/24"),
                ClusterOptions.named("west").withServiceCidr("10.255.30.0/24").withoutIstioCrds());
        west = new GatewayCluster(clusters.get("west"));
        east = OneCluster.started(Mesh.example(clusters.get("east"), "west", "172.18.64."));
        screen = new KubectlOutput(east.mesh());
    }

    @AfterAll
    static void close() {
        if (east != null) {
            east.close();
            west.cluster().close();
        }
    }

    private static String screen(String file) {
        east.mesh().settle();
        return screen.show(file);
    }

    private static void untilMesh(String condition, String reason) {
        Mesh.until(reason, () -> reason.equals(Mesh.reason(east.mesh().federation("east"), condition)));
    }

    /** One installation as a user lives through it. */
    @TestFactory
    Stream<DynamicTest> whatKubectlShowsFromInstallationToAnOutage(@TempDir Path folder) {
        return TestSteps.first("foreignCacerts", () -> foreignCacerts(folder))
                .then("healthy", this::healthy)
                .then("wrongMeshConfig", this::wrongMeshConfig)
                .then("remoteDown", this::remoteDown)
                .inOrder();
    }

    private void foreignCacerts(@TempDir Path folder) {
        Openssl openssl = new Openssl(folder);
        Openssl.Certified root = openssl.root("someone-elses-root");
        Openssl.Certified ca = openssl.below(root, "someone-elses-ca");
        east.mesh()
                .cluster()
                .adminClient()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace("istio-system")
                        .withName("cacerts")
                        .endMetadata()
                        .withData(ca.cacerts(root))
                        .build())
                .create();
        east.federation("east");
        Mesh.until("the refusal", () -> !Mesh.reason(east.mesh().federation("east"), "TrustReady")
                .isEmpty());

        String text = screen("foreign-cacerts.txt");

        assertThat(text.lines().toList().get(1)).contains("NETWORK", "TRUST DOMAIN", "READY", "REASON", "ADDRESS");
        assertThat(text.lines().toList().get(2)).contains("east-network", "east.local", "False");
        assertThat(OneCluster.message(east.mesh().federation("east"), "TrustReady"))
                .contains("Secret cacerts", "trust.type: External");
        east.mesh()
                .cluster()
                .adminClient()
                .secrets()
                .inNamespace("istio-system")
                .withName("cacerts")
                .delete();
    }

    private void healthy() {
        east.federated();
        west.service("west", "172.18.128.10");
        east.secret("west", west.credential());
        east.remote("west", "addressing: Auto");
        east.remoteAt("north", "gw.north.example.com");
        east.imported("catalog", "west");
        east.imported("payment", "north");
        east.localService("payment");
        Mesh.until("an import", () -> Mesh.holds(east.imported("catalog"), "Ready"));
        Mesh.until("a join", () -> Mesh.holds(east.imported("payment"), "Ready"));
        Mesh.until("the remote", () -> Mesh.holds(east.remote("west"), "Ready"));
        Mesh.until("the mesh", () -> Mesh.holds(east.mesh().federation("east"), "Ready"));

        String text = screen("healthy.txt");

        assertThat(text).doesNotContain("Stalled", "Reconciling").contains("172.18.128.10");
        assertThat(row(text, "catalog")).containsSubsequence("Remote", "west", "8080", "True", "Ready");
        assertThat(row(text, "payment")).containsSubsequence("Local", "north", "8080", "True", "Ready");
        assertThat(row(text, "north")).containsSubsequence("north-network", "True", "Ready", "gw.north.example.com");
    }

    /** Without the line breaks of the screen. */
    private static String words(String text) {
        return text.replaceAll("\\s+", " ");
    }

    private static String row(String text, String start) {
        return text.lines().filter(l -> l.startsWith(start)).findFirst().orElse("no line starts with " + start);
    }

    private void wrongMeshConfig() {
        east.mesh().istio().trustDomainAliases("elsewhere.local").install();
        untilMesh("MeshConfigured", "TrustDomainNotAccepted");
        Mesh.until("the condition of the import", () -> "TrustDomainNotAccepted"
                .equals(Mesh.reason(east.imported("payment"), "IdentityAccepted")));
        assertThat(words(screen("missing-alias.txt")))
                .contains("add west.local to meshConfig.trustDomainAliases")
                .contains("ConfigMap istio-system/istio, key mesh");

        east.mesh()
                .istio()
                .trustDomainAliases("west.local")
                .trustDomain("cluster.local")
                .install();
        untilMesh("MeshConfigured", "TrustDomainMismatch");
        assertThat(words(screen("trust-domain-mismatch.txt")))
                .contains("spec.mesh.trustDomain is east.local, but istiod uses cluster.local");

        east.mesh().istio().trustDomain("east.local").network("network1").install();
        untilMesh("MeshConfigured", "NetworkMismatch");
        assertThat(words(screen("network-mismatch.txt")))
                .contains("istiod's global.network is network1, not east-network")
                .contains("Helm value global.network=east-network");

        east.mesh().istio().network("east-network").install();
        untilMesh("MeshConfigured", "Configured");
        Mesh.until("the import", () -> Mesh.holds(east.imported("payment"), "Ready"));
    }

    private void remoteDown() {
        west.cluster().stopApiServer();
        Mesh.until("the outage", () -> "Unreachable".equals(Mesh.reason(east.remote("west"), "Connected")));

        String text = screen("remote-down.txt");

        assertThat(row(text, "west")).containsSubsequence("west-network", "Unreachable", "False", "172.18.128.10");
        assertThat(row(text, "catalog")).containsSubsequence("Remote", "west", "8080", "True", "Ready");
        assertThat(words(text)).contains("the last known addresses are kept");
    }
}
