package io.meshfed.scenario;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.meshfed.api.condition.Condition;
import io.meshfed.testbed.AwaitDefaults;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.IstioInstallation;
import io.meshfed.testbed.Mesh;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;

/** Meshes for tests of trust: the YAML of their resources, and what the tests read. */
final class TrustFixture {
    static final String ISSUER = "mesh-root-ca";
    static final String SYSTEM = "meshfed-system";
    static final String CONTROL_PLANE = "istio-system";

    /** The shortest delays that a rotation allows. */
    static final String FAST = "rotation: {workloadTTL: 1m, margin: 5s}";

    private static final Duration LONG = Duration.ofMinutes(4);

    private TrustFixture() {}

    /** How a mesh is installed: {@link #talkative} or {@link #rotating}. */
    interface Installation {
        Mesh install(Cluster cluster, String peer, String addressPrefix);
    }

    /** East and west, installed; no operator runs yet. */
    static TwoClusters two(Installation installation) {
        Clusters clusters = Clusters.fresh("east", "west");
        return TwoClusters.of(
                installation.install(clusters.get("east"), "west", "172.18.64."),
                installation.install(clusters.get("west"), "east", "172.18.128."));
    }

    /** A mesh whose operator logs at TRACE. */
    static Mesh talkative(Cluster cluster, String peer, String addressPrefix) {
        return install(cluster, istio -> istio.trustDomainAliases(peer + ".local"), Map.of(), addressPrefix);
    }

    /** The same; its proxies also receive new roots from istiod at once, which a rotation with short delays requires. */
    static Mesh rotating(Cluster cluster, String peer, String addressPrefix) {
        return install(cluster, istio -> learning(istio).trustDomainAliases(peer + ".local"), Map.of(), addressPrefix);
    }

    /**
     * The same for a mesh that has no peer.
     *
     * @param chart values of the chart that differ from the defaults
     */
    static Mesh rotatingAlone(Cluster cluster, Map<String, String> chart, String addressPrefix) {
        return install(cluster, TrustFixture::learning, chart, addressPrefix);
    }

    private static IstioInstallation learning(IstioInstallation istio) {
        return istio.proxyMetadata("PROXY_CONFIG_XDS_AGENT", "true");
    }

    private static Mesh install(
            Cluster cluster, UnaryOperator<IstioInstallation> more, Map<String, String> chart, String addressPrefix) {
        Map<String, String> values = new HashMap<>(chart);
        values.put("logLevel", "TRACE");
        return Mesh.install(
                cluster,
                istio -> more.apply(istio.trustDomain(cluster.name() + ".local").network(cluster.name() + "-network")),
                values,
                addressPrefix);
    }

    /** Waits for longer than a dwell of {@link #FAST}, on a machine that has other things to do. */
    static void within(String what, Callable<Boolean> condition) {
        await(what).atMost(LONG).pollInterval(AwaitDefaults.growing()).until(condition);
    }

    static void federate(Mesh mesh, boolean generate, String moreTrust) {
        mesh.cluster()
                .applyYaml(
                        """
                apiVersion: meshfed.io/v1alpha1
                kind: MeshFederation
                metadata: {name: %1$s}
                spec:
                  mesh: {network: %1$s-network}
                  trust:
                    issuer: {secretName: %2$s, generate: %3$s}
                    %4$s
                """
                                .formatted(mesh.cluster().name(), ISSUER, generate, moreTrust));
    }

    static void remote(Mesh mesh, String peer, String root) {
        remoteTrust(mesh, peer, root.isEmpty() ? "    roots: []" : "    roots:\n    - name: only\n      " + root);
    }

    /** @param trust what stands under {@code spec.trust} */
    static void remoteTrust(Mesh mesh, String peer, String trust) {
        mesh.cluster()
                .applyYaml(
                        """
                apiVersion: meshfed.io/v1alpha1
                kind: RemoteMesh
                metadata: {name: %1$s}
                spec:
                  network: %1$s-network
                  trustDomain: %1$s.local
                  cluster: {kubeconfigSecretRef: {name: %1$s-kubeconfig}}
                  gateway: {service: {namespace: meshfed-gateway, name: istio-eastwestgateway}}
                  trust:
                    """
                                        .formatted(peer)
                                + trust + "\n");
    }

    static Duration issued(Mesh mesh) {
        return Mesh.until("cacerts", () -> mesh.find(Secret.class, CONTROL_PLANE, "cacerts")
                .isPresent());
    }

    static Secret cacerts(Mesh mesh) {
        return mesh.get(Secret.class, CONTROL_PLANE, "cacerts");
    }

    static void cacerts(Mesh mesh, Map<String, String> data) {
        mesh.cluster()
                .adminClient()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(CONTROL_PLANE)
                        .withName("cacerts")
                        .endMetadata()
                        .withType("Opaque")
                        .withData(data)
                        .build())
                .createOr(r -> r.update());
    }

    static String pem(Mesh mesh, String key) {
        return Openssl.text(cacerts(mesh).getData().get(key));
    }

    static String trust(Mesh mesh) {
        return Mesh.reason(mesh.federation(mesh.cluster().name()), "TrustReady");
    }

    static String message(Optional<? extends HasMetadata> resource, String type) {
        return Mesh.condition(resource, type).map(Condition::message).orElse("");
    }
}
