package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.LongRunning;
import io.meshfed.testbed.Mesh;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Imports and remotes pause, are drained, are forbidden and allowed again. */
@LongRunning
class LifecycleIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static OneClusterWithRemote clusters;
    private static OneCluster east;
    private static GatewayCluster west;

    @BeforeAll
    static void start() {
        clusters = OneClusterWithRemote.withTwoImports();
        east = clusters.east();
        west = clusters.west();
    }

    @AfterAll
    static void close() {
        clusters.close();
    }

    private static void vandalize(String namespace) {
        east.mesh()
                .cluster()
                .adminClient()
                .resources(ServiceEntry.class)
                .inNamespace(namespace)
                .withName("meshfed-shop")
                .edit(entry -> {
                    entry.getSpec().getEndpoints().get(0).setLocality("elsewhere");
                    return entry;
                });
    }

    private static Optional<String> locality(String namespace) {
        return east.entry(namespace).map(e -> e.getSpec().getEndpoints().get(0).getLocality());
    }

    @Test
    void suspendedImportIsNotChanged() {
        east.mergeImport("of-west", "{\"suspend\": true}");
        east.untilResolved("of-west", "Suspended");
        vandalize("of-west");
        AuditLog.Mark mark = east.mesh().cluster().auditLog().mark();
        east.mergeImport("of-west", "{\"ports\": [{\"name\": \"http\", \"port\": 8081, \"appProtocol\": \"http\"}]}");
        east.mesh().settle();
        assertThat(east.mesh().objectWrites(mark)).isEmpty();
        assertThat(locality("of-west")).contains("elsewhere");
        assertThat(OneCluster.message(east.imported("of-west"), "Ready")).contains("spec.suspend is true");

        east.mergeImport(
                "of-west",
                "{\"suspend\": false, \"ports\": [{\"name\": \"http\", \"port\": 8080, \"appProtocol\": \"http\"}]}");
        east.untilReady("of-west");
        assertThat(locality("of-west")).isEmpty();
    }

    @Test
    void suspendedRemoteIsNotChanged() {
        east.mesh().cluster().mergeSpec(RemoteMesh.class, "west", "suspend: true");
        Mesh.until("the condition of the RemoteMesh", () -> OneCluster.message(east.remote("west"), "Ready")
                .contains("suspended"));
        Mesh.until("the condition of the import", () -> OneCluster.message(east.imported("of-west"), "Resolved")
                .contains("west is suspended: its existing endpoints are kept"));
        east.mesh().settle();
        AuditLog.Mark mark = east.mesh().cluster().auditLog().mark();
        west.addresses("west", "172.18.1.2");
        vandalize("of-west");
        east.mesh().settle();
        assertThat(east.mesh().objectWrites(mark)).isEmpty();
        assertThat(east.registered("west")).containsExactly("172.18.1.1");

        east.mesh().cluster().mergeSpec(RemoteMesh.class, "west", "suspend: false");
        Mesh.until("what was missed", () -> east.registered("west").equals(List.of("172.18.1.2")));
        Mesh.until("the repair", () -> locality("of-west").isEmpty());
        east.untilReady("of-west");
    }

    @Test
    void drainedRemoteGetsNoRequests() {
        east.mesh().cluster().mergeSpec(RemoteMesh.class, "west", "drained: true");
        east.untilResolved("of-west", "AllDrained");
        assertThat(east.endpoints("of-west")).isEmpty();
        assertThat(east.entry("of-west")).as("the host stays").isPresent();
        assertThat(east.registered("west")).isNotEmpty();
        assertThat(OneCluster.message(east.remote("west"), "Ready")).contains("drained");
        assertThat(Mesh.holds(east.imported("of-other"), "Ready")).isTrue();

        east.mesh().cluster().mergeSpec(RemoteMesh.class, "west", "drained: false");
        east.untilReady("of-west");
        assertThat(east.endpoints("of-west")).containsExactly("");
    }

    @Test
    void networksBelongToOneMeshEach() {
        east.mesh()
                .cluster()
                .applyYaml(
                        """
                        apiVersion: meshfed.io/v1alpha1
                        kind: RemoteMesh
                        metadata: {name: ourselves}
                        spec: {network: east-network, trustDomain: west.local, gateway: {addresses: [172.18.4.1]}}
                        ---
                        apiVersion: meshfed.io/v1alpha1
                        kind: RemoteMesh
                        metadata: {name: twin}
                        spec: {network: west-network, trustDomain: west.local, gateway: {addresses: [172.18.4.2]}}
                        """);
        Mesh.until("our own network", () -> "OwnNetwork".equals(Mesh.reason(east.remote("ourselves"), "GatewayKnown")));
        Mesh.until("a taken one", () -> "NetworkTaken".equals(Mesh.reason(east.remote("twin"), "GatewayKnown")));
        assertThat(OneCluster.message(east.remote("ourselves"), "Ready")).contains("east-network", "own network");
        assertThat(OneCluster.message(east.remote("twin"), "Ready")).contains("west-network", "RemoteMesh west");
        assertThat(east.gateway("ourselves")).isEmpty();
        assertThat(east.gateway("twin")).isEmpty();
        east.imported("of-twin", "twin");
        east.untilResolved("of-twin", "RemoteRefused");
        assertThat(OneCluster.message(east.imported("of-twin"), "Resolved")).contains("RemoteMesh west");

        Duration gone = deleteRemote("twin");
        assertThat(gone).isLessThan(SOON);
        assertThat(deleteRemote("ourselves")).isLessThan(SOON);
        assertThat(Mesh.holds(east.imported("of-west"), "Ready")).isTrue();
        assertThat(east.registered("west")).isNotEmpty();
    }

    private static Duration deleteRemote(String name) {
        east.delete(RemoteMesh.class, name);
        return Mesh.until("the finalizer of " + name, () -> east.remote(name).isEmpty());
    }

    @Test
    void namespaceSelectorOfImportsCanBeNarrowed() {
        east.mesh()
                .cluster()
                .mergeSpec(
                        MeshFederation.class,
                        "east",
                        "imports: {namespaceSelector: {matchLabels: {meshfed.io/import: allowed}}}");
        east.untilResolved("of-west", "NamespaceNotAllowed");
        Mesh.until("nothing", () -> east.entry("of-west").isEmpty());
        assertThat(OneCluster.message(east.imported("of-west"), "Resolved"))
                .contains("MeshFederation east", "of-west", "spec.imports.namespaceSelector");

        label("of-west", "allowed");
        east.untilReady("of-west");
        assertThat(east.entry("of-west")).isPresent();
        label("of-west", "no-more");
        east.untilResolved("of-west", "NamespaceNotAllowed");
        Mesh.until("nothing", () -> east.entry("of-west").isEmpty());

        east.mesh().cluster().mergeSpec(MeshFederation.class, "east", "imports: null");
        east.untilReady("of-west");
        east.untilReady("of-other");
    }

    private static void label(String namespace, String value) {
        east.mesh()
                .cluster()
                .applyYaml(
                        """
                        apiVersion: v1
                        kind: Namespace
                        metadata: {name: %s, labels: {meshfed.io/import: %s}}
                        """
                                .formatted(namespace, value));
    }

    @Test
    void serviceKubernetesCannotBeImported() {
        east.mesh()
                .cluster()
                .applyYaml(
                        """
                        apiVersion: meshfed.io/v1alpha1
                        kind: ImportedService
                        metadata: {name: kubernetes, namespace: default}
                        spec: {from: [{remote: west}], ports: [{name: https, port: 443}], serviceAccounts: [default]}
                        """);
        Mesh.until("the refusal", () -> "ReservedName"
                .equals(Mesh.reason(east.mesh().imported("default", "kubernetes"), "Resolved")));
        assertThat(east.mesh().find(ServiceEntry.class, "default", "meshfed-kubernetes"))
                .isEmpty();
    }

    @Test
    void objectsOfAnImportAreDeletedWithIt() {
        east.imported("passing", "other");
        east.untilReady("passing");
        east.mesh()
                .cluster()
                .adminClient()
                .resources(ImportedService.class)
                .inNamespace("passing")
                .delete();
        Mesh.until("the garbage collector", () -> east.entry("passing").isEmpty());
        assertThat(east.entry("of-other")).isPresent();
    }
}
