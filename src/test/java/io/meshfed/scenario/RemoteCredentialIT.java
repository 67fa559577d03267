package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.RedirectingServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials that come late, change, lose their rights, or are an attack; and API servers that are no help. */
class RemoteCredentialIT {
    private static final String CANARY = "canary-d41f";
    private static final Duration AT_ONCE = Duration.ofSeconds(2);
    private static final Path REFUSED = Path.of("src/test/resources/kubeconfig/refused");
    private static final List<String> KINDS = List.of(
            "exec",
            "exec-with-substitution",
            "auth-provider",
            "authority-file",
            "client-certificate-file",
            "client-key-file",
            "token-file",
            "proxy",
            "insecure",
            "basic-auth",
            "impersonate-user",
            "http",
            "metadata",
            "billion-laughs",
            "duplicate-key");

    private static OneClusterWithRemote clusters;
    private static OneCluster east;
    private static GatewayCluster west;
    private static int moves = 1;

    @BeforeAll
    static void start() {
        clusters = OneClusterWithRemote.started();
        east = clusters.east();
        west = clusters.west();
        west.service("good", "172.18.1.1");
        east.secret("good", west.credential());
        east.remote("good", "addressing: Auto");
        Mesh.until("the good remote", () -> Mesh.holds(east.remote("good"), "Ready"));
    }

    @AfterAll
    static void close() {
        clusters.close();
    }

    private static void untilConnected(String remote, String reason) {
        Mesh.until(remote + " " + reason, () -> reason.equals(Mesh.reason(east.remote(remote), "Connected")));
    }

    /** A change of the good remote's address arrives as if nothing else happened. */
    private static void assertGoodRemoteIsFollowed() {
        String address = "172.18.1." + ++moves;
        Instant start = Instant.now();
        west.addresses("good", address);
        await().atMost(Mesh.PATIENCE).until(() -> east.registered("good").equals(List.of(address)));
        assertThat(Duration.between(start, Instant.now())).isLessThan(AT_ONCE);
        assertThat(Mesh.holds(east.remote("good"), "Ready")).isTrue();
        assertThat(east.mesh().operator().status("/q/health/ready")).isEqualTo(200);
    }

    @Test
    void secretMayBeCreatedLater() {
        west.service("late", "172.18.2.1");
        east.remote("late", "addressing: Auto");
        untilConnected("late", "SecretMissing");
        assertThat(OneCluster.message(east.remote("late"), "Connected"))
                .contains("spec.cluster.kubeconfigSecretRef", "meshfed-system/late-kubeconfig", "create it");

        east.secret("late", west.credential());
        Mesh.until("the address", () -> east.registered("late").equals(List.of("172.18.2.1")));
        untilConnected("late", "Connected");

        // And may go again: what is known stays.
        east.mesh()
                .cluster()
                .adminClient()
                .secrets()
                .inNamespace("meshfed-system")
                .withName("late-kubeconfig")
                .delete();
        untilConnected("late", "SecretMissing");
        assertThat(Mesh.reason(east.remote("late"), "GatewayKnown")).isEqualTo("LastKnown");
        assertThat(east.registered("late")).containsExactly("172.18.2.1");
    }

    @Test
    void refusedKubeconfigsChangeNothing(@TempDir Path folder) throws IOException {
        west.service("bad", "172.18.3.1");
        east.secret("bad", west.credential());
        east.remote("bad", "addressing: Auto");
        Mesh.until("the address", () -> east.registered("bad").equals(List.of("172.18.3.1")));
        Path canary = folder.resolve(CANARY);

        for (String kind : KINDS) {
            String fixture = Files.readString(REFUSED.resolve(kind + ".yaml"));
            east.secret("bad", filled(fixture, canary));
            String reason = header(fixture, "reason");
            Mesh.until(
                    kind,
                    () -> reason.equals(Mesh.reason(east.remote("bad"), "Connected"))
                            && OneCluster.message(east.remote("bad"), "Connected")
                                    .contains(header(fixture, "names")));
            assertThat(OneCluster.message(east.remote("bad"), "Connected"))
                    .as(kind)
                    .doesNotContain(CANARY)
                    .matches(".*\\b(remove|set|use|keep|write|correct|must|kubectl)\\b.*");
        }
        east.secret("bad", CANARY.repeat(1_000_000 / CANARY.length()));
        untilConnected("bad", "TooLarge");
        east.secret(
                "bad",
                west.credential()
                        .replace(west.cluster().caData(), east.mesh().cluster().caData()));
        untilConnected("bad", "TlsFailure");

        assertThat(canary).doesNotExist();
        assertGoodRemoteIsFollowed();
        assertThat(east.registered("bad")).containsExactly("172.18.3.1");
        assertThat(Mesh.reason(east.remote("bad"), "GatewayKnown")).isEqualTo("LastKnown");
        assertThat(east.mesh().operator().log()).doesNotContain(CANARY);
        assertThat(Serialization.asJson(east.remote("bad").orElseThrow().getStatus()))
                .doesNotContain(CANARY);
        assertThat(Serialization.asJson(east.mesh()
                        .cluster()
                        .adminClient()
                        .events()
                        .v1()
                        .events()
                        .inAnyNamespace()
                        .list()))
                // The flip to False; that the reason changed afterwards is no Event.
                .contains("ExecNotAllowed")
                .doesNotContain(CANARY);

        east.secret("bad", west.credential());
        untilConnected("bad", "Connected");
    }

    private static String filled(String fixture, Path canary) {
        return fixture.replace("${canary}", canary.toString())
                .replace("${ca}", west.cluster().caData())
                .replaceAll("\\$\\{[a-zA-Z0-9]+}", CANARY);
    }

    private static String header(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith("# " + name + ": "))
                .map(line -> line.substring(name.length() + 4))
                .findFirst()
                .orElse("");
    }

    @Test
    void redirectsAndTimeoutsOfOneRemoteAffectNoOther() throws IOException {
        try (RedirectingServer redirecting = RedirectingServer.to(west.cluster().url());
                ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            east.secret("redirecting", redirecting.kubeconfig(CANARY));
            east.remote("redirecting", "addressing: Auto");
            east.secret(
                    "silent",
                    west.credential().replace(west.cluster().url(), "https://127.0.0.1:" + silent.getLocalPort()));
            east.remote("silent", "addressing: Auto");
            AuditLog.Mark mark = west.cluster().auditLog().mark();

            untilConnected("redirecting", "Redirected");
            assertGoodRemoteIsFollowed();
            untilConnected("silent", "Unreachable");
            assertGoodRemoteIsFollowed();

            assertThat(redirecting.requests()).isPositive();
            assertThat(west.cluster().auditLog().since(mark))
                    .noneSatisfy(event -> assertThat(event.path()).contains("/services/redirecting"));
            assertThat(OneCluster.message(east.remote("silent"), "Connected")).contains("does not answer in time");
            assertThat(OneCluster.message(east.remote("redirecting"), "Connected"))
                    .contains("redirect");
        }
    }

    @Test
    void frozenApiServerAffectsNoOther() {
        east.remoteAt("unasked", "172.18.5.1");
        Mesh.until("the other remote", () -> Mesh.holds(east.remote("unasked"), "Ready"));
        west.cluster().pauseApiServer();
        try {
            Instant start = Instant.now();
            east.remoteAt("unasked", "172.18.5.2");
            Mesh.until("the change", () -> east.registered("unasked").equals(List.of("172.18.5.2")));
            assertThat(Duration.between(start, Instant.now())).isLessThan(AT_ONCE);
            assertThat(Mesh.holds(east.remote("good"), "GatewayKnown")).isTrue();
            assertThat(east.mesh().operator().status("/q/health/ready")).isEqualTo(200);
        } finally {
            west.cluster().resumeApiServer();
        }
        assertGoodRemoteIsFollowed();
    }

    @Test
    void renewedTokensAndRightsNeedNoRestart() {
        account("expiring");
        account("limited");
        for (String remote : List.of("expiring", "limited")) {
            west.service(remote, "172.18.4.1");
            east.secret(remote, west.cluster().serviceAccountKubeconfig(GatewayCluster.NAMESPACE, remote));
            east.remote(remote, "addressing: Auto");
            east.imported("of-" + remote, remote);
            Mesh.until("the import", () -> Mesh.holds(east.imported("of-" + remote), "Ready"));
            untilConnected(remote, "Connected");
        }
        east.mesh().settle();
        AuditLog.Mark mark = east.mesh().cluster().auditLog().mark();

        var admin = west.cluster().adminClient();
        admin.serviceAccounts()
                .inNamespace(GatewayCluster.NAMESPACE)
                .withName("expiring")
                .delete();
        admin.rbac()
                .roleBindings()
                .inNamespace(GatewayCluster.NAMESPACE)
                .withName("limited")
                .delete();
        // Kubernetes lets an open watch go on; with the API server's next start both are out.
        west.cluster().stopApiServer();
        west.cluster().startApiServer();
        untilConnected("expiring", "Unauthorized");
        untilConnected("limited", "Forbidden");
        assertThat(OneCluster.message(east.remote("expiring"), "Connected")).contains("401", "replace it");
        assertThat(OneCluster.message(east.remote("limited"), "Connected"))
                .contains("403", "grant it get, list and watch");
        for (String remote : List.of("expiring", "limited")) {
            assertThat(Mesh.reason(east.remote(remote), "GatewayKnown")).isEqualTo("LastKnown");
            assertThat(Mesh.holds(east.imported("of-" + remote), "Ready")).isTrue();
        }

        account("expiring");
        account("limited");
        east.secret("expiring", west.cluster().serviceAccountKubeconfig(GatewayCluster.NAMESPACE, "expiring"));
        untilConnected("expiring", "Connected");
        untilConnected("limited", "Connected");
        untilConnected("good", "Connected");
        east.mesh().settle();

        assertThat(east.mesh().objectWrites(mark)).isEmpty();
        west.addresses("expiring", "172.18.4.2");
        Mesh.until("the new address", () -> east.registered("expiring").equals(List.of("172.18.4.2")));
    }

    private static void account(String name) {
        west.cluster()
                .applyYaml(
                        """
                        apiVersion: v1
                        kind: ServiceAccount
                        metadata: {name: %1$s, namespace: gateways}
                        ---
                        apiVersion: rbac.authorization.k8s.io/v1
                        kind: RoleBinding
                        metadata: {name: %1$s, namespace: gateways}
                        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
                        subjects:
                        - {kind: ServiceAccount, name: %1$s, namespace: gateways}
                        """
                                .formatted(name));
    }
}
