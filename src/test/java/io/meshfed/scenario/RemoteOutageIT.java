package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.meshfed.testbed.AuditEvent;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.LongRunning;
import io.meshfed.testbed.Mesh;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The other cluster cannot be asked: nothing is lost, and status says so. */
@LongRunning
class RemoteOutageIT {
    private static final Duration NORMAL_START = Duration.ofSeconds(30);

    private TwoClusters clusters;

    @BeforeEach
    void install() {
        clusters = TwoClusters.installed();
        clusters.east().run();
        clusters.west().run();
    }

    @AfterEach
    void close() {
        Optional.ofNullable(clusters).ifPresent(TwoClusters::close);
    }

    @Test
    void remoteOutageAndRestartKeepEverything() {
        Mesh east = clusters.east();
        clusters.federate();
        east.cluster().createNamespace("httpbin");
        east.applyExample("httpbin-import.yaml");
        Mesh.until("the import", () -> Mesh.holds(east.imported("httpbin", "httpbin"), "Ready"));
        east.settle();
        List<String> versions = versions();
        AuditLog.Mark mark = east.cluster().auditLog().mark();

        clusters.west().cluster().stopApiServer();
        Mesh.until("the condition", () -> "Unreachable".equals(Mesh.reason(east.remote("west"), "Connected")));
        Duration ready = east.crashAndRestart();
        Mesh.until("the first look", () -> "LastKnown".equals(Mesh.reason(east.remote("west"), "GatewayKnown")));
        east.settle();

        assertThat(ready).isLessThan(NORMAL_START);
        assertThat(versions()).isEqualTo(versions);
        assertThat(east.objectWrites(mark)).isEmpty();
        assertThat(Mesh.reason(east.remote("west"), "Connected")).isEqualTo("Unreachable");
        assertThat(Mesh.holds(east.imported("httpbin", "httpbin"), "Ready")).isTrue();

        clusters.west().cluster().startApiServer();
        Mesh.until("the connection", () -> Mesh.holds(east.remote("west"), "Connected"));
        assertThat(Mesh.holds(east.remote("west"), "Ready")).isTrue();
    }

    @Test
    void remoteDownFromTheStartAffectsNothingElse() {
        Mesh east = clusters.east();
        clusters.west().applyExample("gateway-reader.yaml");
        east.kubeconfigSecret("west-kubeconfig", TwoClusters.credential(clusters.west()));
        clusters.west().cluster().stopApiServer();
        AuditLog.Mark mark = east.cluster().auditLog().mark();

        east.applyExample("east.yaml");
        east.cluster().createNamespace("httpbin");
        east.applyExample("httpbin-import.yaml");
        Mesh.until("the condition", () -> "Unreachable".equals(Mesh.reason(east.remote("west"), "Connected")));
        east.untilFederated();

        assertThat(Mesh.reason(east.remote("west"), "GatewayKnown")).isEqualTo("GatewayUnknown");
        assertThat(Mesh.reason(east.imported("httpbin", "httpbin"), "Resolved")).isEqualTo("GatewayUnknown");
        assertThat(east.find(ServiceEntry.class, "httpbin", "meshfed-httpbin")).isEmpty();
        assertThat(east.operatorWrites(mark)).extracting(AuditEvent::verb).doesNotContain("delete");
        assertThat(east.operator().status("/q/health/ready")).isEqualTo(200);
    }

    private List<String> versions() {
        Mesh east = clusters.east();
        return List.of(
                version(east.get(ServiceEntry.class, "httpbin", "meshfed-httpbin")),
                version(east.get(Gateway.class, "meshfed-gateway", "meshfed-west")));
    }

    private static String version(HasMetadata object) {
        return object.getMetadata().getResourceVersion();
    }
}
