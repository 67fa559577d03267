package io.meshfed.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshfed.api.RemoteMeshSpec.ServiceRef;
import io.meshfed.net.AddressPolicy;
import io.meshfed.net.Cidr;
import io.meshfed.testbed.AuditEvent;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.ClusterOptions;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.LongRunning;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections to a real API server, with a credential that may read one Service and nothing else. */
@LongRunning
class RemoteClustersIT {
    private static Clusters clusters;
    private static Cluster west;

    private final List<String> changed = new CopyOnWriteArrayList<>();
    private RemoteClusters remotes;
    private String namespace;
    private ServiceRef gateway;

    @BeforeAll
    static void startCluster() {
        clusters = Clusters.fresh(
                ClusterOptions.named("remote-west").withoutIstioCrds().withoutGatewayApiCrds());
        west = clusters.get("remote-west");
    }

    @AfterAll
    static void stopCluster() {
        clusters.close();
    }

    @BeforeEach
    void makeGateway() {
        remotes = new RemoteClusters(
                AddressPolicy.allowing(Set.of(Cidr.parse("127.0.0.0/8"))), changed::add, Clock.systemUTC());
        namespace = west.newNamespace("gateway");
        gateway = new ServiceRef(namespace, "gw");
        createService();
        west.cloud().assign(namespace, "gw", "192.0.2.7");
        grant("reader");
    }

    @AfterEach
    void close() {
        remotes.close();
        west.adminClient().namespaces().withName(namespace).delete();
    }

    /** The credential may get, list and watch one Service by name; the catalogue is asked for, and can be done without. */
    @Test
    void rightToOneServiceByNameIsEnough() {
        grantServiceOnly("narrow");
        AuditLog.Mark mark = west.auditLog().mark();
        connect("narrow");

        assertThat(gateway()).contains(addresses("192.0.2.7"));
        Set<String> used = requests(mark).stream()
                .map(event -> event.verb() + " " + event.resource() + " "
                        + event.query().get("fieldSelector") + " " + event.code())
                .collect(Collectors.toSet());
        assertThat(used)
                .contains("list services metadata.name=gw 200")
                .isSubsetOf(
                        "list services metadata.name=gw 200",
                        "watch services metadata.name=gw 101",
                        "list exportedmeshes metadata.name=mesh 403");
    }

    @Test
    void addressesAreFollowed() {
        connect("reader");

        west.cloud().assign(namespace, "gw", "192.0.2.8", "gw.west.example.com");
        awaitGateway(addresses("192.0.2.8", "gw.west.example.com"));
        west.cloud().remove(namespace, "gw");
        awaitGateway(new GatewayObservation.NoAddress());
        west.cloud().assign(namespace, "gw", "192.0.2.9");
        awaitGateway(addresses("192.0.2.9"));
        deleteService();
        awaitGateway(new GatewayObservation.ServiceAbsent());
        createService();
        west.cloud().assign(namespace, "gw", "192.0.2.10");
        awaitGateway(addresses("192.0.2.10"));
    }

    @Test
    void nothingIsListedWhileAllIsWell() {
        AuditLog.Mark start = west.auditLog().mark();
        connect("reader");
        await().until(() -> requests(start).stream()
                .anyMatch(event ->
                        event.verb().equals("watch") && event.resource().equals("exportedmeshes")));
        AuditLog.Mark mark = west.auditLog().mark();

        west.cloud().assign(namespace, "gw", "192.0.2.11");
        awaitGateway(addresses("192.0.2.11"));

        await().during(Duration.ofSeconds(60))
                .atMost(Duration.ofSeconds(80))
                .pollInterval(Duration.ofSeconds(10))
                .until(() -> requests(mark).isEmpty());
    }

    @Test
    void outageKeepsWhatWasSeenAndEndsByItself() {
        connect("reader");
        west.stopApiServer();
        await().until(() -> failed().equals("Unreachable"));
        assertThat(gateway()).contains(addresses("192.0.2.7"));

        west.startApiServer();
        west.cloud().assign(namespace, "gw", "192.0.2.8");

        awaitGateway(addresses("192.0.2.8"));
        await().untilAsserted(this::assertConnected);
    }

    @Test
    void remoteThatIsDownAtTheStartIsFoundLater() {
        byte[] kubeconfig = kubeconfig("reader");
        west.stopApiServer();
        remotes.ensure("west", kubeconfig, gateway);
        await().until(() -> failed().equals("Unreachable"));
        assertThat(gateway()).isEmpty();

        west.startApiServer();

        awaitGateway(addresses("192.0.2.7"));
    }

    @Test
    void newCredentialTakesOverWithoutAGap() {
        connect("reader");
        grant("successor");
        byte[] successor = kubeconfig("successor");
        changed.clear();

        west.adminClient()
                .serviceAccounts()
                .inNamespace(namespace)
                .withName("reader")
                .delete();
        AuditLog.Mark mark = west.auditLog().mark();
        remotes.ensure("west", successor, gateway);

        await().until(() -> requests(mark).stream()
                .anyMatch(event ->
                        event.user().endsWith(":successor") && event.verb().equals("watch")));
        west.cloud().assign(namespace, "gw", "192.0.2.8");
        awaitGateway(addresses("192.0.2.8"));
        assertConnected();
        assertThat(changed)
                .as("one change of address, and no flap of the connection")
                .hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void revokedCredentialKeepsWhatWasSeen() {
        connect("reader");
        west.adminClient()
                .serviceAccounts()
                .inNamespace(namespace)
                .withName("reader")
                .delete();
        restartApiServer();

        await().atMost(Duration.ofSeconds(40)).until(() -> failed().equals("Unauthorized"));
        assertThat(gateway()).contains(addresses("192.0.2.7"));
    }

    @Test
    void takenRightKeepsWhatWasSeenAndComesBack() {
        connect("reader");
        west.adminClient()
                .rbac()
                .roleBindings()
                .inNamespace(namespace)
                .withName("reader")
                .delete();
        restartApiServer();
        await().atMost(Duration.ofSeconds(40)).until(() -> failed().equals("Forbidden"));
        assertThat(gateway()).contains(addresses("192.0.2.7"));

        grant("reader");

        await().atMost(Duration.ofSeconds(60)).untilAsserted(this::assertConnected);
    }

    @Test
    void clientCertificateIsACredential() {
        byte[] kubeconfig = west.clientCertificateKubeconfig("peer").getBytes(StandardCharsets.UTF_8);
        remotes.ensure("west", kubeconfig, gateway);
        await().until(() -> failed().equals("Forbidden"));

        bind("peer", "User");

        await().atMost(Duration.ofSeconds(40)).untilAsserted(this::assertConnected);
        assertThat(remotes.snapshot("west").credential()).isPresent();
    }

    /** Case 11: connections stay open and nobody answers. */
    @Test
    void blackHoleHoldsUpNobody() {
        connect("reader");
        west.pauseApiServer();
        try {
            byte[] other = "{}".getBytes(StandardCharsets.US_ASCII);
            long start = System.nanoTime();
            remotes.ensure("other", other, gateway);
            remotes.snapshot("west");
            remotes.forget("other");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
        } finally {
            west.resumeApiServer();
        }
        west.cloud().assign(namespace, "gw", "192.0.2.12");
        awaitGateway(addresses("192.0.2.12"));
    }

    private void connect(String account) {
        byte[] kubeconfig = kubeconfig(account);
        remotes.ensure("west", kubeconfig, gateway);
        // A role takes effect a moment after it was written.
        await().atMost(Duration.ofSeconds(20)).untilAsserted(this::assertConnected);
        await().atMost(Duration.ofSeconds(20)).until(() -> gateway().isPresent());
    }

    private byte[] kubeconfig(String account) {
        return west.serviceAccountKubeconfig(namespace, account).getBytes(StandardCharsets.UTF_8);
    }

    /** What {@code docs/examples/gateway-reader.yaml} gives a peer. */
    private void grant(String account) {
        grantServiceOnly(account);
        west.applyYaml(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: catalogue}
                rules:
                - {apiGroups: [meshfed.io], resources: [exportedmeshes], resourceNames: [mesh], verbs: [get, list, watch]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: "%1$s-%2$s"}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: catalogue}
                subjects: [{kind: ServiceAccount, name: %1$s, namespace: %2$s}]
                """
                        .formatted(account, namespace));
    }

    private void grantServiceOnly(String account) {
        west.applyYaml(
                """
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: %1$s, namespace: %2$s}
                """
                        .formatted(account, namespace));
        bind(account, "ServiceAccount");
    }

    private void bind(String subject, String kind) {
        west.applyYaml(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: %1$s, namespace: %2$s}
                rules:
                - {apiGroups: [""], resources: [services], resourceNames: [gw], verbs: [get, list, watch]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: %1$s, namespace: %2$s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: %1$s}
                subjects: [{kind: %3$s, name: %1$s%4$s}]
                """
                        .formatted(
                                subject,
                                namespace,
                                kind,
                                kind.equals("User")
                                        ? ", apiGroup: rbac.authorization.k8s.io"
                                        : ", namespace: " + namespace));
    }

    private void createService() {
        west.applyYaml(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: gw, namespace: %s}
                spec: {type: LoadBalancer, ports: [{name: tls, port: 15443}]}
                """
                        .formatted(namespace));
    }

    private void deleteService() {
        west.adminClient().services().inNamespace(namespace).withName("gw").delete();
    }

    /** Ends all open watches, so that rights are asked for anew. */
    private static void restartApiServer() {
        west.stopApiServer();
        west.startApiServer();
    }

    /** What our own accounts asked for. */
    private List<AuditEvent> requests(AuditLog.Mark mark) {
        return west.auditLog().since(mark).stream()
                .filter(event -> event.user().startsWith("system:serviceaccount:" + namespace + ":"))
                .toList();
    }

    private Optional<GatewayObservation> gateway() {
        return remotes.snapshot("west").gateway();
    }

    private void awaitGateway(GatewayObservation expected) {
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(gateway()).contains(expected));
    }

    private void assertConnected() {
        assertThat(remotes.snapshot("west").connection()).isEqualTo(new Connection.Connected());
    }

    private String failed() {
        return remotes.snapshot("west").connection() instanceof Connection.Failed failed
                ? failed.reason().name()
                : "";
    }

    private static GatewayObservation addresses(String... addresses) {
        return new GatewayObservation.Addresses(List.of(addresses));
    }
}
