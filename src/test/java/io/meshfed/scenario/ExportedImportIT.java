package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.condition.Condition;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.LongRunning;
import io.meshfed.testbed.Mesh;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A host that is exported and imported at once: the policy of the import stays out of the east-west gateway (adr 0006). */
@LongRunning
class ExportedImportIT {
    private static final String GATEWAYS = "meshfed-gateway";
    private static final String APART = "destinationrules meshfed-gateway/meshfed-httpbin.httpbin";
    private static final String POLICY = "destinationrules httpbin/meshfed-httpbin";
    private static final String EXPORTS = "gateways meshfed-gateway/meshfed-exports";

    private static Mesh east;
    private static ClusterObject apart;
    private static ClusterObject policy;
    private static ClusterObject exports;

    @BeforeAll
    static void federate() {
        east = OneCluster.installed();
        apart = ClusterObject.destinationRule(east, GATEWAYS, "meshfed-httpbin.httpbin");
        policy = ClusterObject.destinationRule(east, "httpbin", "meshfed-httpbin");
        exports = ClusterObject.istioGateway(east, GATEWAYS, "meshfed-exports");
        east.applyExample("httpbin.yaml");
        east.run();
        ExportingCluster.federate(east);
    }

    @AfterAll
    static void close() {
        east.close();
    }

    @BeforeEach
    void givenTheMesh() {
        if (east.federation("east").isEmpty()) {
            ExportingCluster.federate(east);
        }
    }

    private static void givenBothRules() {
        imported("loadBalancing: {maxConnectionDuration: 5m}");
        Mesh.until("both rules", () -> policy.isOurs() && apart.isOurs());
        east.settle();
    }

    private static void givenNoRule() {
        imported("");
        Mesh.until("no rule", () -> policy.find().isEmpty() && apart.find().isEmpty());
        east.settle();
    }

    @Test
    void theGatewaysRuleIsWrittenBeforeThePolicy() {
        givenNoRule();
        AuditLog.Mark mark = east.cluster().auditLog().mark();

        imported("loadBalancing: {maxConnectionDuration: 5m}");
        Mesh.until("the policy", policy::isOurs);
        east.settle();

        assertThat(apart.isOurs()).isTrue();
        assertThat(writes(mark)).containsSubsequence("patch " + APART, "patch " + POLICY);
        assertThat(Mesh.holds(east.imported("httpbin", "httpbin"), "Ready")).isTrue();
        assertThat(message("Conflict")).contains(apart.words(), "neither to the east-west gateway");
        assertThat(message("Resolved")).doesNotContain("waits");
    }

    @Test
    void theGatewaysRuleIsRepaired() {
        givenBothRules();

        apart.delete();
        Mesh.until("the rule of the gateway", apart::isOurs);

        apart.patch("{\"spec\":{\"host\":\"elsewhere.example.test\"}}");
        Mesh.until("the repair", () -> "httpbin.httpbin.svc.cluster.local"
                .equals(apart.get().get("spec", "host")));
        assertThat(policy.isOurs()).isTrue();
    }

    @Test
    void aForeignRuleThereDecidesWhatTheGatewayFollows() {
        givenBothRules();
        ClusterObject foreign = ClusterObject.destinationRule(east, GATEWAYS, "edge");
        String version = policy.version();

        foreignRule("edge", "*.svc.cluster.local");
        Mesh.until("the deletion of our rule", () -> apart.find().isEmpty());
        east.settle();
        assertThat(policy.version()).isEqualTo(version);

        foreign.delete();
        Mesh.until("ours", apart::isOurs);
    }

    private static void foreignRule(String name, String host) {
        east.cluster()
                .applyYaml(
                        """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: %s, namespace: meshfed-gateway}
                spec: {host: "%s", exportTo: ["."]}
                """
                                .formatted(name, host));
    }

    @Test
    void theHostIsExportedOnlyWhileTheRuleExists() {
        givenBothRules();
        ClusterObject service = ClusterObject.service(east, "httpbin", "httpbin");
        AuditLog.Mark mark = east.cluster().auditLog().mark();

        service.patch("{\"metadata\":{\"labels\":{\"meshfed.io/export\":null}}}");
        Mesh.until("the end of the export", () -> exports.find().isEmpty());
        Mesh.until("the end of its rule", () -> apart.find().isEmpty());
        service.patch("{\"metadata\":{\"labels\":{\"meshfed.io/export\":\"true\"}}}");
        Mesh.until("the export", exports::isOurs);
        east.settle();

        assertThat(writes(mark))
                .containsExactly("delete " + EXPORTS, "delete " + APART, "patch " + APART, "patch " + EXPORTS);
    }

    @Test
    void thePolicyIsDeletedBeforeTheGatewaysRule() {
        givenBothRules();
        AuditLog.Mark mark = east.cluster().auditLog().mark();

        imported("");
        Mesh.until("the end of the policy", () -> policy.find().isEmpty());
        Mesh.until("the end of the gateway's rule", () -> apart.find().isEmpty());
        east.settle();

        assertThat(writes(mark)).containsExactly("delete " + POLICY, "delete " + APART);
    }

    @Test
    void thePolicyWaitsWhileTheRuleCannotBeWritten() {
        givenNoRule();
        foreignRule("meshfed-httpbin.httpbin", "elsewhere.example.test");

        imported("loadBalancing: {maxConnectionDuration: 5m}");
        Mesh.until("the condition of the MeshFederation", () -> "ForeignObject"
                .equals(Mesh.reason(east.federation("east"), "Conflict")));
        Mesh.until("the condition of the import", () -> message("Resolved")
                .contains("spec.loadBalancing is not applied yet"));
        east.settle();
        assertThat(policy.find()).isEmpty();
        assertThat(message("Resolved")).contains(apart.words());

        apart.delete();
        Mesh.until("the policy", policy::isOurs);
        assertThat(apart.isOurs()).isTrue();
        Mesh.until("this mesh", () -> Mesh.holds(east.federation("east"), "Ready"));
    }

    @Test
    void withTheImportBothAreDeleted() {
        givenBothRules();

        east.cluster()
                .adminClient()
                .resources(ImportedService.class)
                .inNamespace("httpbin")
                .delete();

        Mesh.until("the end of the policy", () -> policy.find().isEmpty());
        Mesh.until("the end of the gateway's rule", () -> apart.find().isEmpty());
    }

    @Test
    void withTheMeshBothAreDeleted() {
        givenBothRules();
        AuditLog.Mark mark = east.cluster().auditLog().mark();

        east.cluster().adminClient().resources(MeshFederation.class).delete();
        Mesh.until("the end", () -> east.federation("east").isEmpty());

        assertThat(policy.find()).isEmpty();
        assertThat(apart.find()).isEmpty();
        assertThat(writes(mark)).containsSubsequence("delete " + POLICY, "delete " + EXPORTS, "delete " + APART);
    }

    private static void imported(String more) {
        east.cluster()
                .applyYaml(
                        """
                apiVersion: meshfed.io/v1alpha1
                kind: ImportedService
                metadata: {name: httpbin, namespace: httpbin}
                spec:
                  from: [{remote: west}]
                  serviceAccounts: [httpbin]
                  %s
                """
                                .formatted(more));
    }

    private static String message(String type) {
        return Mesh.condition(east.imported("httpbin", "httpbin"), type)
                .map(Condition::message)
                .orElse("");
    }

    /** What the operator wrote of the three objects that matter, in order. */
    private static List<String> writes(AuditLog.Mark since) {
        List<String> matter = List.of(APART, POLICY, EXPORTS);
        return east.objectWrites(since).stream()
                .filter(event -> event.code() < 300)
                .filter(event -> matter.contains(event.resource() + " " + event.namespace() + "/" + event.name()))
                .map(event -> event.verb() + " " + event.resource() + " " + event.namespace() + "/" + event.name())
                .toList();
    }
}
