package io.meshfed.scenario;

import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayAddress;
import io.meshfed.api.ImportedService;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.condition.Condition;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.Mesh;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One cluster with the shipped operator: the YAML of a MeshFederation, a RemoteMesh and an ImportedService, and the reads and
 * waits that tests need. A remote cluster, where a test needs one, is a {@link GatewayCluster}.
 */
final class OneCluster implements AutoCloseable {
    static final String NETWORK_OF_WEST = "west-network";
    private static final String GATEWAYS = "meshfed-gateway";

    private final Mesh mesh;

    private OneCluster(Mesh mesh) {
        this.mesh = mesh;
    }

    /** A fresh cluster with Istio and the chart; no operator runs yet. */
    static Mesh installed() {
        return Mesh.example(Clusters.fresh("east").get("east"), "west", "172.18.64.");
    }

    /** A fresh cluster with Istio and a running operator; there is no MeshFederation. */
    static OneCluster started() {
        return started(installed());
    }

    /** Starts the operator on a cluster where Istio is installed; creates no MeshFederation. */
    static OneCluster started(Mesh mesh) {
        return new OneCluster(mesh.run());
    }

    Mesh mesh() {
        return mesh;
    }

    /** Creates the MeshFederation and waits until it is Ready. */
    OneCluster federated() {
        federation("east");
        mesh.untilFederated();
        return this;
    }

    void federation(String name) {
        mesh.cluster()
                .applyYaml(
                        """
                        apiVersion: meshfed.io/v1alpha1
                        kind: MeshFederation
                        metadata: {name: %s}
                        spec:
                          mesh: {network: east-network, trustDomain: east.local}
                          trust: {issuer: {secretName: mesh-root-ca, generate: true}}
                        """
                                .formatted(name));
    }

    /** A RemoteMesh whose network, kubeconfig Secret and gateway Service are named after it. */
    void remote(String name, String gateway) {
        mesh.cluster()
                .applyYaml(
                        """
                        apiVersion: meshfed.io/v1alpha1
                        kind: RemoteMesh
                        metadata: {name: %1$s}
                        spec:
                          network: %1$s-network
                          trustDomain: west.local
                          cluster: {kubeconfigSecretRef: {name: %1$s-kubeconfig}}
                          gateway: {service: {namespace: gateways, name: %1$s}, %2$s}
                        """
                                .formatted(name, gateway));
    }

    /** A RemoteMesh with gateway addresses in its spec, and without a kubeconfig. */
    void remoteAt(String name, String... addresses) {
        mesh.cluster()
                .applyYaml(
                        """
                        apiVersion: meshfed.io/v1alpha1
                        kind: RemoteMesh
                        metadata: {name: %1$s}
                        spec:
                          network: %1$s-network
                          trustDomain: west.local
                          gateway: {addresses: [%2$s]}
                        """
                                .formatted(name, String.join(", ", addresses)));
    }

    /** An ImportedService {@code shop} in a namespace. */
    void imported(String namespace, String remote) {
        imported(namespace, remote, "shop");
    }

    void imported(String namespace, String remote, String name) {
        mesh.cluster()
                .applyYaml(
                        """
                        apiVersion: v1
                        kind: Namespace
                        metadata: {name: %1$s}
                        ---
                        apiVersion: meshfed.io/v1alpha1
                        kind: ImportedService
                        metadata: {name: %3$s, namespace: %1$s}
                        spec:
                          from: [{remote: %2$s}]
                          ports: [{name: http, port: 8080, appProtocol: http}]
                          serviceAccounts: [shop]
                        """
                                .formatted(namespace, remote, name));
    }

    /** A local Service {@code shop} whose target port is a named port of the pod. */
    void localService(String namespace) {
        mesh.cluster()
                .applyYaml(
                        """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: shop, namespace: %s}
                        spec:
                          selector: {app: shop}
                          ports: [{name: http, port: 8080, targetPort: web, appProtocol: http}]
                        """
                                .formatted(namespace));
    }

    void secret(String remote, String kubeconfig) {
        mesh.kubeconfigSecret(remote + "-kubeconfig", kubeconfig);
    }

    void untilReady(String namespace) {
        Mesh.until("the import in " + namespace, () -> Mesh.holds(imported(namespace), "Ready"));
    }

    void untilResolved(String namespace, String reason) {
        Mesh.until(namespace + " " + reason, () -> reason.equals(Mesh.reason(imported(namespace), "Resolved")));
    }

    /** Waits until the remote's Gateway of class istio-remote has these addresses. */
    void untilRegistered(String remote, String... addresses) {
        Mesh.until(remote + " at " + Arrays.toString(addresses), () -> registered(remote)
                .equals(List.of(addresses)));
    }

    void untilKnown(String remote, String reason) {
        Mesh.until(remote + " " + reason, () -> reason.equals(Mesh.reason(remote(remote), "GatewayKnown")));
    }

    /** Merges fields, as JSON, into the spec of the ImportedService {@code shop} of a namespace. */
    void mergeImport(String namespace, String spec) {
        new ClusterObject(mesh, "meshfed.io/v1alpha1", "ImportedService", namespace, "shop")
                .patch("{\"spec\": " + spec + "}");
    }

    void delete(Class<? extends HasMetadata> type, String name) {
        mesh.cluster().adminClient().resources(type).withName(name).delete();
    }

    Optional<RemoteMesh> remote(String name) {
        return mesh.remote(name);
    }

    Optional<ImportedService> imported(String namespace) {
        return mesh.imported(namespace, "shop");
    }

    Optional<ServiceEntry> entry(String namespace) {
        return mesh.find(ServiceEntry.class, namespace, "meshfed-shop");
    }

    Optional<Gateway> gateway(String remote) {
        return mesh.find(Gateway.class, GATEWAYS, "meshfed-" + remote);
    }

    /** The addresses of the remote's Gateway of class istio-remote; empty without a Gateway. */
    List<String> registered(String remote) {
        return gateway(remote)
                .map(g -> g.getSpec().getAddresses().stream()
                        .map(GatewayAddress::getValue)
                        .toList())
                .orElse(List.of());
    }

    /** The addresses of the ServiceEntry's endpoints; empty without a ServiceEntry. */
    List<String> endpoints(String namespace) {
        return entry(namespace).map(OneCluster::addresses).orElse(List.of());
    }

    /** The addresses of a ServiceEntry's endpoints, sorted; an empty string for an endpoint without an address. */
    static List<String> addresses(ServiceEntry entry) {
        return entry.getSpec().getEndpoints().stream()
                .map(w -> w.getAddress() == null ? "" : w.getAddress())
                .sorted()
                .toList();
    }

    static String message(Optional<? extends HasMetadata> resource, String condition) {
        return Mesh.condition(resource, condition).map(Condition::message).orElse("");
    }

    static String version(Optional<? extends HasMetadata> object) {
        return object.map(o -> o.getMetadata().getResourceVersion()).orElse("absent");
    }

    @Override
    public void close() {
        mesh.close();
    }
}
