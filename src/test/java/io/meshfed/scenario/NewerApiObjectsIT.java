package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.Mesh;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An operator that is older than the CRDs, as after a downgrade: what it does not understand harms nothing else. */
class NewerApiObjectsIT {
    private static OneCluster east;

    @BeforeAll
    static void start() {
        east = OneCluster.started().federated();
        east.remoteAt("other", "172.18.2.1");
    }

    @AfterAll
    static void close() {
        east.close();
    }

    private static long told() {
        return east
                .mesh()
                .cluster()
                .adminClient()
                .events()
                .v1()
                .events()
                .inNamespace("newer")
                .list()
                .getItems()
                .stream()
                .filter(event -> event.getReason().equals("NotUnderstood"))
                .count();
    }

    @Test
    void importOfANewerVersionAffectsNoOther() {
        east.imported("newer", "other");
        Mesh.until("the import", () -> Mesh.holds(east.imported("newer"), "Ready"));
        String version = OneCluster.version(east.entry("newer"));
        east.mesh()
                .cluster()
                .adminClient()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("importedservices.meshfed.io")
                .edit(c -> {
                    c.getSpec()
                            .getVersions()
                            .get(0)
                            .getSchema()
                            .getOpenAPIV3Schema()
                            .getProperties()
                            .get("spec")
                            .getProperties()
                            .get("mode")
                            .getEnum()
                            .add(TextNode.valueOf("Mirror"));
                    return c;
                });
        ClusterObject imported =
                new ClusterObject(east.mesh(), "meshfed.io/v1alpha1", "ImportedService", "newer", "shop");
        Mesh.until("the newer schema", () -> {
            try {
                imported.patch("{\"spec\":{\"mode\":\"Mirror\"}}");
                return true;
            } catch (RuntimeException e) {
                return false;
            }
        });

        Mesh.until("the message in status", () -> told() == 1);
        AuditLog.Mark mark = east.mesh().cluster().auditLog().mark();
        east.imported("of-today", "other");
        Mesh.until("another import", () -> Mesh.holds(east.imported("of-today"), "Ready"));
        Duration ready = east.mesh().crashAndRestart();
        east.imported("of-tomorrow", "other");
        Mesh.until("another import", () -> Mesh.holds(east.imported("of-tomorrow"), "Ready"));

        assertThat(OneCluster.version(east.entry("newer"))).isEqualTo(version);
        assertThat(east.mesh().objectWrites(mark))
                .noneMatch(write -> write.namespace().equals("newer"));
        assertThat(east.mesh().operator().isAlive()).isTrue();
        assertThat(ready).isLessThan(Duration.ofSeconds(60));
    }
}
