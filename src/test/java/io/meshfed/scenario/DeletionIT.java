package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleList;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.testbed.AuditEvent;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.LongRunning;
import io.meshfed.testbed.Mesh;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes, in which order, and what comes instead. */
@LongRunning
class DeletionIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String GATEWAY_API = "gateway.networking.k8s.io";

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

    private static Duration deleteRemote(String name) {
        east.delete(RemoteMesh.class, name);
        return Mesh.until("the finalizer of " + name, () -> east.remote(name).isEmpty());
    }

    @BeforeEach
    void givenWest() {
        if (east.remote("west").isEmpty()) {
            west.cluster().startApiServer();
            east.remote("west", "addressing: Auto");
        }
        east.untilReady("of-west");
        east.untilReady("of-other");
    }

    /** The name of the one MeshFederation. */
    private static String federation() {
        return east.mesh().cluster().adminClient().resources(MeshFederation.class).list().getItems().stream()
                .map(federation -> federation.getMetadata().getName())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void secondMeshFederationWaitsAndTakesOver() {
        String first = federation();
        String second = first + "-2";
        east.federation(second);
        Mesh.until("the second one's conflict", () -> "AnotherMeshFederation"
                .equals(Mesh.reason(east.mesh().federation(second), "Conflict")));
        assertThat(OneCluster.message(east.mesh().federation(second), "Ready")).contains("MeshFederation " + first);
        assertThat(Mesh.holds(east.mesh().federation(first), "Ready")).isTrue();
        String cacerts = OneCluster.version(east.mesh().find(Secret.class, "istio-system", "cacerts"));

        east.delete(MeshFederation.class, first);
        Mesh.until("the finalizer", () -> east.mesh().federation(first).isEmpty());
        Mesh.until("the second one", () -> Mesh.holds(east.mesh().federation(second), "Ready"));
        east.untilReady("of-west");
        east.untilReady("of-other");
        assertThat(OneCluster.version(east.mesh().find(Secret.class, "istio-system", "cacerts")))
                .isEqualTo(cacerts);
    }

    @Test
    void deletionOfTheMeshDeletesEntriesBeforeGateways() {
        east.mesh().settle();
        AuditLog.Mark deletion = east.mesh().cluster().auditLog().mark();
        String name = federation();
        east.delete(MeshFederation.class, name);
        Mesh.until("the finalizer", () -> east.mesh().federation(name).isEmpty());
        east.untilResolved("of-west", "NoMeshFederation");
        Mesh.until("the condition of the RemoteMesh", () -> "NoMeshFederation"
                .equals(Mesh.reason(east.remote("west"), "GatewayKnown")));
        east.mesh().settle();

        List<String> words = words(deletion);
        assertThat(words).doesNotContain("patch serviceentries", "patch gateways.remote", "patch deployments");
        assertThat(last(words, "delete serviceentries")).isLessThan(words.indexOf("delete gateways.remote"));
        assertThat(last(words, "delete gateways.remote")).isLessThan(words.indexOf("delete deployments"));
        assertThat(east.entry("of-west")).isEmpty();
        assertThat(east.registered("west")).isEmpty();
        assertThat(east.mesh().find(Deployment.class, "meshfed-gateway", "istio-eastwestgateway"))
                .isEmpty();
        assertThat(OneCluster.message(east.imported("of-west"), "Ready"))
                .contains("there is no MeshFederation", "nothing is imported");
        assertThat(east.imported("of-west").orElseThrow().getStatus().remotes()).isEmpty();

        AuditLog.Mark comeback = east.mesh().cluster().auditLog().mark();
        east.federation("east");
        east.untilReady("of-west");
        east.untilReady("of-other");
        Mesh.until("this mesh", () -> Mesh.holds(east.mesh().federation("east"), "Ready"));
        east.mesh().settle();
        List<String> again = words(comeback);
        assertThat(last(again, "patch gateways.remote")).isLessThan(again.indexOf("patch serviceentries"));
        assertThat(again).noneMatch(word -> word.startsWith("delete"));
    }

    /** Its finalizer is taken away before its imports let go, and another one takes its name. */
    @Test
    void recreatedRemoteTakesNothingFromTheFirst() {
        east.remoteAt("renewed", "172.18.5.1");
        east.imported("of-renewed", "renewed");
        east.untilReady("of-renewed");
        ClusterObject imported =
                new ClusterObject(east.mesh(), "meshfed.io/v1alpha1", "ImportedService", "of-renewed", "shop");
        imported.patch("{\"spec\":{\"suspend\":true}}");
        east.untilResolved("of-renewed", "Suspended");
        ClusterObject remote = new ClusterObject(east.mesh(), "meshfed.io/v1alpha1", "RemoteMesh", "", "renewed");

        remote.delete();
        remote.patch("{\"metadata\":{\"finalizers\":null}}");
        Mesh.until("the end of the first", () -> remote.find().isEmpty());
        east.mesh()
                .cluster()
                .applyYaml(
                        """
                        apiVersion: meshfed.io/v1alpha1
                        kind: RemoteMesh
                        metadata: {name: renewed}
                        spec:
                          network: another-network
                          trustDomain: west.local
                          cluster: {kubeconfigSecretRef: {name: none}}
                          gateway: {service: {namespace: gateways, name: none}}
                        """);
        Mesh.until("the condition of the second RemoteMesh", () -> "SecretMissing"
                .equals(Mesh.reason(east.remote("renewed"), "Connected")));
        east.mesh().settle();

        assertThat(Mesh.reason(east.remote("renewed"), "GatewayKnown")).isEqualTo("GatewayUnknown");
        assertThat(east.gateway("renewed")).isEmpty();
        imported.delete();
        Mesh.until("the import's end", () -> east.entry("of-renewed").isEmpty());
        deleteRemote("renewed");
    }

    @Test
    void gatewaysStayWhileEntriesCannotBeRead() {
        east.mesh().settle();
        ClusterRole role = role();
        clusterRoles().resource(without(role, "serviceentries")).update();
        east.mesh().crashAndRestart();

        String name = federation();
        east.delete(MeshFederation.class, name);
        await().during(Duration.ofSeconds(6))
                .atMost(Duration.ofSeconds(20))
                .until(() -> east.gateway("west").isPresent()
                        && east.mesh().federation(name).isPresent());
        role.getMetadata().setResourceVersion(null);
        clusterRoles().resource(role).update();
        Mesh.until("the end", () -> east.mesh().federation(name).isEmpty());

        assertThat(east.entry("of-west")).isEmpty();
        assertThat(east.gateway("west")).isEmpty();
        east.federation("east");
        east.untilReady("of-west");
        Mesh.until("this mesh", () -> Mesh.holds(east.mesh().federation("east"), "Ready"));
    }

    private static NonNamespaceOperation<ClusterRole, ClusterRoleList, Resource<ClusterRole>> clusterRoles() {
        return east.mesh().cluster().adminClient().rbac().clusterRoles();
    }

    private static ClusterRole role() {
        return clusterRoles().withName("meshfed").get();
    }

    private static ClusterRole without(ClusterRole role, String resource) {
        ClusterRole smaller = Serialization.clone(role);
        smaller.getRules()
                .forEach(rule -> rule.setResources(rule.getResources().stream()
                        .filter(r -> !r.equals(resource))
                        .toList()));
        return smaller;
    }

    @Test
    void remoteCanBeDeletedWhileItsClusterIsDown() {
        west.cluster().stopApiServer();
        Mesh.until("the outage", () -> "Unreachable".equals(Mesh.reason(east.remote("west"), "Connected")));
        List<String> others =
                List.of(OneCluster.version(east.gateway("other")), OneCluster.version(east.entry("of-other")));
        AuditLog.Mark mark = east.mesh().cluster().auditLog().mark();

        assertThat(deleteRemote("west")).isLessThan(SOON);
        east.untilResolved("of-west", "RemoteUnknown");
        east.mesh().settle();

        assertThat(words(mark)).startsWith("delete serviceentries", "delete gateways.remote");
        assertThat(east.entry("of-west")).isEmpty();
        assertThat(east.gateway("west")).isEmpty();
        assertThat(List.of(OneCluster.version(east.gateway("other")), OneCluster.version(east.entry("of-other"))))
                .isEqualTo(others);
        assertThat(Mesh.holds(east.remote("other"), "Ready")).isTrue();
    }
}
