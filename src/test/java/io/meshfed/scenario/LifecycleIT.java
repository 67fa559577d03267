package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.testbed.AuditEvent;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.ClusterOptions;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.Mesh;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Resources come, pause and go, in every order that users find. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LifecycleIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String GATEWAY_API = "gateway.networking.k8s.io";

    private static Looker east;
    private static GatewayCluster west;

    @BeforeAll
    static void start() {
        Clusters clusters = Clusters.fresh(
                ClusterOptions.named("east").withServiceCidr("10.255.10.0/24"),
                ClusterOptions.named("west").withServiceCidr("10.255.30.0/24").withoutIstioCrds());
        west = new GatewayCluster(clusters.get("west"));
        east = Looker.started(Mesh.example(clusters.get("east"), "west", "172.18.64."))
                .federated();
        west.service("west", "172.18.1.1");
        east.secret("west", west.credential());
        east.remote("west", "addressing: Auto");
        east.remoteAt("other", "172.18.2.1");
        east.imported("of-west", "west");
        east.imported("of-other", "other");
        untilReady("of-west");
        untilReady("of-other");
    }

    @AfterAll
    static void close() {
        east.close();
        west.cluster().close();
    }

    private static void untilReady(String namespace) {
        Mesh.until("the import in " + namespace, () -> Mesh.holds(east.imported(namespace), "Ready"));
    }

    private static void untilReason(String namespace, String reason) {
        Mesh.until(namespace + " " + reason, () -> reason.equals(Mesh.reason(east.imported(namespace), "Resolved")));
    }

    private static void delete(Class<? extends HasMetadata> type, String name) {
        east.mesh().cluster().adminClient().resources(type).withName(name).delete();
    }

    /** Merges fields of a spec, as {@code kubectl patch --type merge} would. */
    private static void merge(Class<? extends HasMetadata> type, String name, String spec) {
        east.mesh()
                .cluster()
                .adminClient()
                .resources(type)
                .withName(name)
                .patch(
                        io.fabric8.kubernetes.client.dsl.base.PatchContext.of(
                                io.fabric8.kubernetes.client.dsl.base.PatchType.JSON_MERGE),
                        "{\"spec\": " + spec + "}");
    }

    private static void mergeImport(String namespace, String spec) {
        east.mesh()
                .cluster()
                .adminClient()
                .resources(ImportedService.class)
                .inNamespace(namespace)
                .withName("shop")
                .patch(
                        io.fabric8.kubernetes.client.dsl.base.PatchContext.of(
                                io.fabric8.kubernetes.client.dsl.base.PatchType.JSON_MERGE),
                        "{\"spec\": " + spec + "}");
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

    private static List<String> words(AuditLog.Mark mark) {
        return east.mesh().objectWrites(mark).stream()
                .map((AuditEvent e) ->
                        e.verb() + " " + e.resource() + (e.group().equals(GATEWAY_API) ? ".remote" : ""))
                .toList();
    }

    private static int last(List<String> words, String word) {
        return IntStream.range(0, words.size())
                .filter(i -> words.get(i).equals(word))
                .max()
                .orElseThrow(() -> new AssertionError(word + " is not among " + words));
    }

    @Test
    @Order(1)
    void suspendedImportIsNotTouched() {
        mergeImport("of-west", "{\"suspend\": true}");
        untilReason("of-west", "Suspended");
        vandalize("of-west");
        AuditLog.Mark mark = east.mesh().cluster().auditLog().mark();
        mergeImport("of-west", "{\"ports\": [{\"name\": \"http\", \"port\": 8081, \"appProtocol\": \"http\"}]}");
        east.mesh().settle();
        assertThat(east.mesh().objectWrites(mark)).isEmpty();
        assertThat(locality("of-west")).contains("elsewhere");
        assertThat(Looker.message(east.imported("of-west"), "Ready")).contains("spec.suspend is true");

        mergeImport(
                "of-west",
                "{\"suspend\": false, \"ports\": [{\"name\": \"http\", \"port\": 8080, \"appProtocol\": \"http\"}]}");
        untilReady("of-west");
        assertThat(locality("of-west")).isEmpty();
    }

    @Test
    @Order(2)
    void suspendedRemoteIsNotTouched() {
        merge(RemoteMesh.class, "west", "{\"suspend\": true}");
        Mesh.until("the remote's word", () -> Looker.message(east.remote("west"), "Ready")
                .contains("suspended"));
        Mesh.until("the import's word", () -> Looker.message(east.imported("of-west"), "Resolved")
                .contains("west is suspended and stays as it stands"));
        east.mesh().settle();
        AuditLog.Mark mark = east.mesh().cluster().auditLog().mark();
        west.addresses("west", "172.18.1.2");
        vandalize("of-west");
        east.mesh().settle();
        assertThat(east.mesh().objectWrites(mark)).isEmpty();
        assertThat(east.registered("west")).containsExactly("172.18.1.1");

        merge(RemoteMesh.class, "west", "{\"suspend\": false}");
        Mesh.until("what was missed", () -> east.registered("west").equals(List.of("172.18.1.2")));
        Mesh.until("the repair", () -> locality("of-west").isEmpty());
        untilReady("of-west");
    }

    @Test
    @Order(3)
    void drainedRemoteIsOutOfBalancing() {
        merge(RemoteMesh.class, "west", "{\"drained\": true}");
        untilReason("of-west", "AllDrained");
        assertThat(east.endpoints("of-west")).isEmpty();
        assertThat(east.entry("of-west")).as("the host stays").isPresent();
        assertThat(east.registered("west")).isNotEmpty();
        assertThat(Looker.message(east.remote("west"), "Ready")).contains("drained");
        assertThat(Mesh.holds(east.imported("of-other"), "Ready")).isTrue();

        merge(RemoteMesh.class, "west", "{\"drained\": false}");
        untilReady("of-west");
        assertThat(east.endpoints("of-west")).containsExactly("");
    }

    @Test
    @Order(4)
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
        assertThat(Looker.message(east.remote("ourselves"), "Ready")).contains("east-network", "own network");
        assertThat(Looker.message(east.remote("twin"), "Ready")).contains("west-network", "RemoteMesh west");
        assertThat(east.gateway("ourselves")).isEmpty();
        assertThat(east.gateway("twin")).isEmpty();
        east.imported("of-twin", "twin");
        untilReason("of-twin", "RemoteRefused");
        assertThat(Looker.message(east.imported("of-twin"), "Resolved")).contains("RemoteMesh west");

        Duration gone = deleteRemote("twin");
        assertThat(gone).isLessThan(SOON);
        assertThat(deleteRemote("ourselves")).isLessThan(SOON);
        assertThat(Mesh.holds(east.imported("of-west"), "Ready")).isTrue();
        assertThat(east.registered("west")).isNotEmpty();
    }

    private static Duration deleteRemote(String name) {
        delete(RemoteMesh.class, name);
        return Mesh.until("the finalizer of " + name, () -> east.remote(name).isEmpty());
    }

    @Test
    @Order(5)
    void grantOfANamespaceCanBeRevoked() {
        merge(
                MeshFederation.class,
                "east",
                "{\"imports\": {\"namespaceSelector\": {\"matchLabels\": {\"meshfed.io/import\": \"allowed\"}}}}");
        untilReason("of-west", "NamespaceNotAllowed");
        Mesh.until("nothing", () -> east.entry("of-west").isEmpty());
        assertThat(Looker.message(east.imported("of-west"), "Resolved"))
                .contains("MeshFederation east", "of-west", "spec.imports.namespaceSelector");

        label("of-west", "allowed");
        untilReady("of-west");
        assertThat(east.entry("of-west")).isPresent();
        label("of-west", "no-more");
        untilReason("of-west", "NamespaceNotAllowed");
        Mesh.until("nothing", () -> east.entry("of-west").isEmpty());

        merge(MeshFederation.class, "east", "{\"imports\": null}");
        untilReady("of-west");
        untilReady("of-other");
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
    @Order(6)
    void theApiServerCannotBeImported() {
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
    @Order(7)
    void outputsGoWithTheirImport() {
        east.imported("passing", "other");
        untilReady("passing");
        east.mesh()
                .cluster()
                .adminClient()
                .resources(ImportedService.class)
                .inNamespace("passing")
                .delete();
        Mesh.until("the garbage collector", () -> east.entry("passing").isEmpty());
        assertThat(east.entry("of-other")).isPresent();
    }

    @Test
    @Order(8)
    void secondMeshFederationWaitsAndTakesOver() {
        east.federation("heir");
        Mesh.until("the heir's word", () -> "AnotherMeshFederation"
                .equals(Mesh.reason(east.mesh().federation("heir"), "Conflict")));
        assertThat(Looker.message(east.mesh().federation("heir"), "Ready")).contains("MeshFederation east");
        assertThat(Mesh.holds(east.mesh().federation("east"), "Ready")).isTrue();
        String cacerts = Looker.version(east.mesh().find(Secret.class, "istio-system", "cacerts"));

        delete(MeshFederation.class, "east");
        Mesh.until("the finalizer", () -> east.mesh().federation("east").isEmpty());
        Mesh.until("the heir", () -> Mesh.holds(east.mesh().federation("heir"), "Ready"));
        untilReady("of-west");
        untilReady("of-other");
        assertThat(Looker.version(east.mesh().find(Secret.class, "istio-system", "cacerts")))
                .isEqualTo(cacerts);
    }

    @Test
    @Order(9)
    void deletionOfTheMeshTakesEntriesFirstAndGatewaysAfter() {
        east.mesh().settle();
        AuditLog.Mark deletion = east.mesh().cluster().auditLog().mark();
        delete(MeshFederation.class, "heir");
        Mesh.until("the finalizer", () -> east.mesh().federation("heir").isEmpty());
        untilReason("of-west", "NoMeshFederation");
        Mesh.until(
                "the remote's word", () -> "NoMeshFederation".equals(Mesh.reason(east.remote("west"), "GatewayKnown")));
        east.mesh().settle();

        List<String> words = words(deletion);
        assertThat(words).doesNotContain("patch serviceentries", "patch gateways.remote", "patch deployments");
        assertThat(last(words, "delete serviceentries")).isLessThan(words.indexOf("delete gateways.remote"));
        assertThat(last(words, "delete gateways.remote")).isLessThan(words.indexOf("delete deployments"));
        assertThat(east.entry("of-west")).isEmpty();
        assertThat(east.registered("west")).isEmpty();
        assertThat(east.mesh().find(Deployment.class, "meshfed-gateway", "istio-eastwestgateway"))
                .isEmpty();
        assertThat(Looker.message(east.imported("of-west"), "Ready"))
                .contains("there is no MeshFederation", "nothing is imported");
        assertThat(east.imported("of-west").orElseThrow().getStatus().remotes()).isEmpty();

        AuditLog.Mark comeback = east.mesh().cluster().auditLog().mark();
        east.federation("east");
        untilReady("of-west");
        untilReady("of-other");
        Mesh.until("this mesh", () -> Mesh.holds(east.mesh().federation("east"), "Ready"));
        east.mesh().settle();
        List<String> again = words(comeback);
        assertThat(last(again, "patch gateways.remote")).isLessThan(again.indexOf("patch serviceentries"));
        assertThat(again).noneMatch(word -> word.startsWith("delete"));
    }

    @Test
    @Order(10)
    void remoteCanBeDeletedWhileItsClusterIsDown() {
        west.cluster().stopApiServer();
        Mesh.until("the outage", () -> "Unreachable".equals(Mesh.reason(east.remote("west"), "Connected")));
        List<String> others = List.of(Looker.version(east.gateway("other")), Looker.version(east.entry("of-other")));
        AuditLog.Mark mark = east.mesh().cluster().auditLog().mark();

        assertThat(deleteRemote("west")).isLessThan(SOON);
        untilReason("of-west", "RemoteUnknown");
        east.mesh().settle();

        assertThat(words(mark)).startsWith("delete serviceentries", "delete gateways.remote");
        assertThat(east.entry("of-west")).isEmpty();
        assertThat(east.gateway("west")).isEmpty();
        assertThat(List.of(Looker.version(east.gateway("other")), Looker.version(east.entry("of-other"))))
                .isEqualTo(others);
        assertThat(Mesh.holds(east.remote("other"), "Ready")).isTrue();
    }
}
