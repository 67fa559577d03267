package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.api.ExportedMesh;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.Mesh;
import java.util.List;
import org.junit.jupiter.api.Test;

/** istiod's mesh config goes away: its trust-domain aliases are unknown then, and not absent. */
class UnreadableIstiodConfigIT {
    @Test
    void objectsStayUnchangedAndStatusReportsItWithoutIstiodsConfig() {
        try (TwoClusters clusters = TwoClusters.federated()) {
            Mesh east = clusters.east();
            east.cluster().createNamespace("httpbin");
            east.applyExample("httpbin.yaml");
            east.applyExample("httpbin-import.yaml");
            Mesh.until("the import", () -> Mesh.holds(east.imported("httpbin", "httpbin"), "Ready"));
            east.settle();
            List<String> before = versions(east);
            AuditLog.Mark mark = east.cluster().auditLog().mark();
            ConfigMap config = east.get(ConfigMap.class, "istio-system", "istio");

            east.cluster().adminClient().resource(config).delete();
            Mesh.until("the condition of the import", () -> "MeshUnknown"
                    .equals(Mesh.reason(east.imported("httpbin", "httpbin"), "Resolved")));
            Mesh.until("the condition of the MeshFederation", () -> "IstiodNotFound"
                    .equals(Mesh.reason(east.federation("east"), "MeshConfigured")));
            east.operator().restart();
            east.settle();

            assertThat(versions(east)).isEqualTo(before);
            assertThat(east.objectWrites(mark)).isEmpty();
            assertThat(Mesh.reason(east.imported("httpbin", "httpbin"), "Ready"))
                    .isEqualTo("MeshUnknown");
            assertThat(Mesh.reason(east.federation("east"), "MeshConfigured")).isEqualTo("IstiodNotFound");

            config.getMetadata().setResourceVersion(null);
            config.getMetadata().setUid(null);
            east.cluster().adminClient().resource(config).create();
            Mesh.until("the import", () -> Mesh.holds(east.imported("httpbin", "httpbin"), "Ready"));
            assertThat(versions(east)).isEqualTo(before);
        }
    }

    private static List<String> versions(Mesh east) {
        return List.of(
                version(east.get(WorkloadEntry.class, "httpbin", "meshfed-httpbin.west")),
                version(east.cluster()
                        .adminClient()
                        .resources(ExportedMesh.class)
                        .list()
                        .getItems()
                        .get(0)));
    }

    private static String version(HasMetadata object) {
        return object.getMetadata().getResourceVersion();
    }
}
