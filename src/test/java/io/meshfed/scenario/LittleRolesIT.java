package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.Condition;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.Mesh;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A chart that lets the operator manage as little as possible: the operator then does not even ask for the rest. */
class LittleRolesIT {
    private static final int FORBIDDEN = 403;

    @Test
    void whatTheChartDoesNotGrantIsNotAskedFor() {
        Map<String, String> little = Map.of(
                "gateway.managed", "false",
                "mtls.managed", "false",
                "trust.managed", "false",
                "trust.generateIssuer", "false");
        try (Mesh east = Mesh.install(
                        Clusters.fresh("east").get("east"),
                        istio -> istio.trustDomain("east.local").network("east-network"),
                        little,
                        "172.18.64.")
                .run()) {
            AuditLog.Mark start = new AuditLog.Mark(0);
            mesh(east, true, "Strict");
            Mesh.until("the verdict on the gateway", () -> Mesh.reason(east.federation("east"), "GatewayReady")
                    .equals("GatewayNotPermitted"));
            assertThat(Mesh.condition(east.federation("east"), "GatewayReady").map(Condition::message))
                    .hasValueSatisfying(message -> assertThat(message).contains("gateway.managed=true"));
            assertThat(Mesh.reason(east.federation("east"), "Conflict")).isEqualTo("MtlsNotPermitted");

            mesh(east, false, "Unmanaged");
            Mesh.until(
                    "a verdict on the gateway that is not there",
                    () -> !Mesh.reason(east.federation("east"), "GatewayReady").equals("GatewayNotPermitted"));
            east.cluster()
                    .adminClient()
                    .resources(io.meshfed.api.MeshFederation.class)
                    .withName("east")
                    .delete();
            Mesh.until("the end", () -> east.federation("east").isEmpty());

            assertThat(east.cluster().auditLog().since(start).stream()
                            .filter(east::byOperator)
                            .filter(request -> request.code() == FORBIDDEN)
                            .map(request -> request.verb() + " " + request.resource() + " " + request.namespace()))
                    .isEmpty();
        }
    }

    private static void mesh(Mesh east, boolean managed, String mtls) {
        east.cluster()
                .applyYaml(
                        """
                apiVersion: meshfed.io/v1alpha1
                kind: MeshFederation
                metadata: {name: east}
                spec:
                  mesh: {network: east-network}
                  trust: {type: External}
                  gateway: {managed: %s}
                  mtls: %s
                """
                                .formatted(managed, mtls));
    }
}
