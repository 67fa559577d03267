package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.scenario.ChartPermissions.Grant;
import io.meshfed.testbed.AuditEvent;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.Mesh;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Least privilege, proved (design rule 12): a life with everything in it uses all rights of the chart's roles, and no other. */
class RolesIT {
    /** Rights that are kept although this life does not use them, each with its reason. */
    private static final Map<String, String> KEPT = Map.of(
            "update coordination.k8s.io/leases in meshfed-system",
            "JOSDK asks for it before it takes part in the election, and then patches",
            "get meshfed.io/meshfederations",
            "JOSDK reads the object again when the removal of its finalizer meets another write",
            "get meshfed.io/remotemeshes",
            "JOSDK reads the object again when the removal of its finalizer meets another write");

    private static final int CREATED = 201;
    private static final Set<Integer> REFUSALS = Set.of(400, 401, 403, 405, 422);

    private static TwoClusters clusters;
    private static List<AuditEvent> requests;

    @BeforeAll
    static void liveAWholeLife() {
        clusters = TwoClusters.installed();
        AuditLog.Mark start = east().cluster().auditLog().mark();
        east().run();
        westIsThere();
        federate();
        importBothWays();
        east().operator().restart();
        Mesh.until("the first looks", () -> east().operator().body("/q/metrics").contains("meshfed_condition"));
        giveUpEverything();
        requests = east().cluster().auditLog().since(start).stream()
                .filter(east()::byOperator)
                .toList();
    }

    @AfterAll
    static void close() {
        clusters.close();
    }

    private static Mesh east() {
        return clusters.east();
    }

    /** West's operator does not run here: its gateway's Service is as good as any. */
    private static void westIsThere() {
        clusters.west().applyExample("gateway-reader.yaml");
        clusters.west().cloudWakes();
        clusters.west()
                .cluster()
                .applyYaml(
                        """
                apiVersion: v1
                kind: Service
                metadata: {name: istio-eastwestgateway, namespace: meshfed-gateway}
                spec: {type: LoadBalancer, selector: {istio: eastwestgateway}, ports: [{name: tls, port: 15443}]}
                """);
        TwoClusters.connect(east(), clusters.west());
    }

    private static void federate() {
        mesh("Strict", "{managed: true, replicas: {min: 2, max: 5}}");
        east().applyExample("httpbin.yaml");
        east().cluster()
                .applyYaml(
                        """
                apiVersion: meshfed.io/v1alpha1
                kind: RemoteMesh
                metadata: {name: west}
                spec:
                  network: west-network
                  trustDomain: west.local
                  cluster: {kubeconfigSecretRef: {name: west-kubeconfig}}
                  gateway: {service: {namespace: meshfed-gateway, name: istio-eastwestgateway}}
                """);
        east().untilFederated();
        Mesh.until("the remote", () -> Mesh.holds(east().remote("west"), "Ready"));
        appears(ClusterObject.istioGateway(east(), "meshfed-gateway", "meshfed-exports"));
    }

    private static void mesh(String mtls, String gateway) {
        east().cluster()
                .applyYaml(
                        """
                apiVersion: meshfed.io/v1alpha1
                kind: MeshFederation
                metadata: {name: east}
                spec:
                  mesh: {network: east-network, trustDomain: east.local}
                  trust: {issuer: {secretName: mesh-root-ca, generate: true}}
                  gateway: %s
                  mtls: %s
                  exports:
                    serviceSelector: {matchLabels: {meshfed.io/export: "true"}}
                    namespaceSelector: {matchLabels: {meshfed.io/export: allowed}}
                """
                                .formatted(gateway, mtls));
    }

    /** Remote, local when the Service comes, remote again when it goes; with a rule and without. */
    private static void importBothWays() {
        east().cluster().createNamespace("shop");
        importWeb("loadBalancing: {maxRequestsPerConnection: 1}");
        appears(ClusterObject.serviceEntry(east(), "shop", "meshfed-web"));
        appears(ClusterObject.destinationRule(east(), "shop", "meshfed-web"));
        east().cluster()
                .applyYaml(
                        """
                apiVersion: v1
                kind: Service
                metadata: {name: web, namespace: shop}
                spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
                """);
        appears(ClusterObject.workloadEntry(east(), "shop", "meshfed-web.west"));
        goes(ClusterObject.serviceEntry(east(), "shop", "meshfed-web"));
        ClusterObject.service(east(), "shop", "web").delete();
        goes(ClusterObject.workloadEntry(east(), "shop", "meshfed-web.west"));
        appears(ClusterObject.serviceEntry(east(), "shop", "meshfed-web"));
        importWeb("");
        goes(ClusterObject.destinationRule(east(), "shop", "meshfed-web"));
    }

    private static void importWeb(String more) {
        east().cluster()
                .applyYaml(
                        """
                apiVersion: meshfed.io/v1alpha1
                kind: ImportedService
                metadata: {name: web, namespace: shop}
                spec:
                  from: [{remote: west}]
                  ports: [{name: http, port: 80, appProtocol: http}]
                  serviceAccounts: [web]
                  %s
                """
                                .formatted(more));
    }

    private static void giveUpEverything() {
        mesh("Unmanaged", "{managed: true, replicas: {min: 1, max: 1}}");
        none(HorizontalPodAutoscaler.class);
        none(PodDisruptionBudget.class);
        goes(new ClusterObject(east(), "security.istio.io/v1", "PeerAuthentication", "istio-system", "default"));
        ClusterObject.service(east(), "httpbin", "httpbin").delete();
        goes(ClusterObject.istioGateway(east(), "meshfed-gateway", "meshfed-exports"));
        mesh("Unmanaged", "{managed: false}");
        none(Service.class);
        east().cluster()
                .adminClient()
                .resources(ImportedService.class)
                .inNamespace("shop")
                .delete();
        goes(ClusterObject.serviceEntry(east(), "shop", "meshfed-web"));
        east().cluster().adminClient().resources(RemoteMesh.class).delete();
        goes(ClusterObject.remoteGateway(east(), "meshfed-gateway", "meshfed-west"));
        east().cluster().adminClient().resources(MeshFederation.class).delete();
        Mesh.until("the end", () -> east().federation("east").isEmpty());
    }

    private static void appears(ClusterObject object) {
        Mesh.until(object.words(), () -> object.find().isPresent());
    }

    private static void goes(ClusterObject object) {
        Mesh.until("the end of " + object.words(), () -> object.find().isEmpty());
    }

    private static <T extends HasMetadata> void none(Class<T> kind) {
        Mesh.until("the end of every " + kind.getSimpleName(), () -> east().cluster()
                .adminClient()
                .resources(kind)
                .inNamespace("meshfed-gateway")
                .list()
                .getItems()
                .isEmpty());
    }

    @Test
    void nothingWasForbiddenOrInvalid() {
        assertThat(requests).isNotEmpty();
        assertThat(requests.stream()
                        .filter(request -> REFUSALS.contains(request.code()))
                        .map(RolesIT::words))
                .isEmpty();
    }

    @Test
    void flipsBecameEvents() {
        assertThat(requests.stream().filter(request -> request.resource().equals("events")))
                .isNotEmpty()
                .allMatch(event -> event.code() == CREATED);
    }

    @Test
    void everyRightWasUsed() {
        Set<String> unused = ChartPermissions.ofChart().stream()
                .filter(grant -> requests.stream().noneMatch(request -> ChartPermissions.verbs(request).stream()
                        .anyMatch(verb -> grant.covers(request, verb))))
                .map(Grant::toString)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(unused).isEqualTo(new TreeSet<>(KEPT.keySet()));
    }

    @Test
    void everyRequestWasCoveredByTheChart() {
        Set<Grant> grants = ChartPermissions.ofChart();

        // Paths without a resource are open to everybody who is known, and so is the question what one may do.
        assertThat(requests.stream()
                        .filter(request -> !request.resource().isEmpty())
                        .filter(request -> !request.group().equals("authorization.k8s.io"))
                        .filter(request -> !ChartPermissions.verbs(request).stream()
                                .allMatch(verb -> grants.stream().anyMatch(grant -> grant.covers(request, verb))))
                        .map(RolesIT::words))
                .isEmpty();
    }

    private static String words(AuditEvent request) {
        return "%d %s %s %s %s/%s"
                .formatted(
                        request.code(),
                        request.verb(),
                        request.group(),
                        request.resource(),
                        request.namespace(),
                        request.name());
    }

    @Test
    void rolesAreNarrow() {
        assertThat(ChartPermissions.ofChart())
                .noneMatch(grant -> grant.toString().contains("*"));
        assertThat(ChartPermissions.ofChart())
                .noneMatch(grant ->
                        grant.resource().equals("secrets") && grant.namespace().isEmpty());
        assertThat(ChartPermissions.ofChart())
                .noneMatch(grant -> grant.resource().equals("deployments")
                        && !grant.namespace().equals("meshfed-gateway"));
    }

    @Test
    void remoteWasAskedForOneServiceAndItsCatalogueOnly() {
        assertThat(clusters.west().cluster().auditLog().since(new AuditLog.Mark(0)))
                .filteredOn(event -> event.user().equals("system:serviceaccount:meshfed-gateway:meshfed-peer"))
                .isNotEmpty()
                .allSatisfy(event -> {
                    assertThat(event.resource() + " " + event.name())
                            .isIn("services istio-eastwestgateway", "exportedmeshes mesh");
                    assertThat(event.verb()).isIn("get", "list", "watch");
                });
    }
}
