package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.meshfed.api.MeshFederation;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.ClusterOptions;
import io.meshfed.testbed.Mesh;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A chart installed with few permissions: the gateway and cacerts are managed elsewhere. */
class RestrictedInstallationIT {
    private static final int FORBIDDEN = 403;

    private static Mesh mesh;

    @BeforeAll
    static void install() {
        mesh = Mesh.install(
                        Cluster.start(ClusterOptions.named("north")),
                        istio -> istio.trustDomain("north.local").network("north-net"),
                        Map.of("gateway.managed", "false", "trust.managed", "false", "mtls.managed", "false"),
                        "172.20.1.")
                .run();
    }

    @AfterAll
    static void close() {
        mesh.close();
    }

    @Test
    void forbiddenReadsAreReportedAndTheRestIsChecked() {
        // Given a spec that asks for everything that the chart's values switched off
        mesh.cluster()
                .applyYaml(
                        """
                apiVersion: meshfed.io/v1alpha1
                kind: MeshFederation
                metadata: {name: north}
                spec:
                  mesh: {network: north-net}
                  trust: {issuer: {secretName: some-ca}}
                  mtls: Strict
                """);

        // Then each says which value forbids it
        Mesh.until("the gateway", () -> "GatewayNotPermitted"
                .equals(Mesh.reason(mesh.federation("north"), "GatewayReady")));
        Mesh.until("the mode", () -> "MtlsNotPermitted".equals(Mesh.reason(mesh.federation("north"), "Conflict")));
        assertThat(Mesh.reason(mesh.federation("north"), "TrustReady")).isEqualTo("IssuerMissing");
        assertThat(mesh.find(Secret.class, "istio-system", "cacerts")).isEmpty();

        // When the spec matches what exists: a foreign gateway
        mesh.cluster()
                .applyYaml(
                        """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: my-gateway, namespace: meshfed-gateway}
                spec:
                  selector: {matchLabels: {istio: my-eastwest}}
                  template:
                    metadata: {labels: {istio: my-eastwest}}
                    spec:
                      containers:
                        - name: istio-proxy
                          image: auto
                          env: [{name: ISTIO_META_REQUESTED_NETWORK_VIEW, value: north-net}]
                ---
                apiVersion: v1
                kind: Service
                metadata:
                  name: my-gateway
                  namespace: meshfed-gateway
                  labels: {istio: my-eastwest}
                spec:
                  type: LoadBalancer
                  selector: {istio: my-eastwest}
                  ports: [{name: tls, port: 15443}]
                ---
                apiVersion: meshfed.io/v1alpha1
                kind: MeshFederation
                metadata: {name: north}
                spec:
                  mesh: {network: north-net}
                  trust: {type: External}
                  gateway: {managed: false, selector: {istio: my-eastwest}}
                """);
        mesh.cloudWakes();

        // Then it is found, judged and used, and cacerts is looked for
        Mesh.until("the gateway", () -> Mesh.holds(mesh.federation("north"), "GatewayReady"));
        assertThat(mesh.federation("north").orElseThrow().getStatus().gateway().addresses())
                .containsExactly("172.20.1.10");
        assertThat(Mesh.reason(mesh.federation("north"), "TrustReady")).isEqualTo("CacertsMissing");

        // When it is deleted
        mesh.cluster()
                .adminClient()
                .resources(MeshFederation.class)
                .withName("north")
                .delete();
        Mesh.until("the end", () -> mesh.federation("north").isEmpty());

        // Then nothing was ever asked for that the role does not grant
        assertThat(mesh.cluster().auditLog().since(new AuditLog.Mark(0)).stream()
                        .filter(mesh::byOperator)
                        .filter(request -> request.code() == FORBIDDEN)
                        .map(request -> request.verb() + " " + request.resource() + " " + request.namespace()))
                .isEmpty();
    }
}
