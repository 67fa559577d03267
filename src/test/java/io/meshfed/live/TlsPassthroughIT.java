package io.meshfed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.Client;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.WithMeshes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The seed's fourth note: how TLS that only passes through is balanced. By connection, each to one endpoint for all its
 * life: a client that opens new ones is spread, one that keeps its connection is not.
 */
@WithMeshes
class TlsPassthroughIT {
    private static Client.Requests requests;

    @BeforeAll
    static void deployInBoth(LiveMeshes meshes) {
        String namespace = meshes.newName("tls");
        App vault = App.server("vault").in(namespace).tls(8443).exports();
        App visitor = App.client("visitor").in(namespace);
        LiveMesh east = meshes.east();
        meshes.west().deploy(vault);
        east.deploy(vault, visitor).imports(vault, "from: [{remote: west}]");
        requests = east.client(visitor).tls(vault.host() + ":8443");
        east.until(
                "answers of both",
                () -> requests.withNewConnections().times(20).pods().size() == 2);
    }

    @Test
    void newConnectionsAreSharedEqually() {
        Answers answers = requests.withNewConnections().times(400);

        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
        assertThat(answers.shareOf("west/")).isBetween(0.4, 0.6);
    }

    @Test
    void aConnectionStaysWhereItIs() {
        Answers answers = requests.workers(1).times(50);

        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
        assertThat(answers.pods()).hasSize(1);
    }
}
