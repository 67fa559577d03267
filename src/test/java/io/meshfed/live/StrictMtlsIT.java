package io.meshfed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.WithMeshes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code mtls: Strict} in both meshes: plaintext is refused, and who calls from the other mesh is known. */
@WithMeshes
class StrictMtlsIT {
    private static LiveMeshes meshes;
    private static App shop;
    private static App vault;
    private static App open;
    private static App visitor;
    private static App stranger;

    @BeforeAll
    static void deployInBoth() {
        shop = App.server("shop").in(meshes.newName("strict")).http(8000);
        vault = App.server("vault")
                .in(meshes.newName("vault"))
                .as("keeper")
                .http(8000)
                .exports();
        visitor = App.client("visitor").in(meshes.newName("visitor"));
        String outside = meshes.newName("outside");
        open = App.server("open").in(outside).http(8000).withoutSidecar();
        stranger = App.client("stranger").in(outside).withoutSidecar();
        for (LiveMesh mesh : meshes.all()) {
            mesh.deploy(shop, visitor, open, stranger);
        }
        meshes.west().deploy(vault);
        meshes.east().namespace(vault.namespace());
    }

    private static String url(App server) {
        return "http://" + server.host() + ":8000/";
    }

    @ParameterizedTest
    @ValueSource(strings = {"east", "west"})
    void plaintextIsRefused(String mesh) {
        var stranger = meshes.get(mesh).client(StrictMtlsIT.stranger);
        stranger.get(url(open)).untilAnswered();
        meshes.get(mesh).client(visitor).get(url(shop)).untilAnswered();

        Answers answers = stranger.get(url(shop)).withNewConnections().times(10);

        assertThat(answers.ok()).isZero();
        assertThat(answers.byStatus().keySet())
                .as("closed before any answer: %s", answers.byStatus())
                .allMatch(status -> status.startsWith("error:"));
    }

    @Test
    void callerFromTheOtherMeshIsKnownByItsIdentity() {
        LiveMesh east = meshes.east();

        east.imports(vault, "from: [{remote: west}]");
        Answers answers = east.client(visitor).get(url(vault)).untilAnswered().times(10);

        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
        assertThat(answers.shareOf("west/vault")).isEqualTo(1.0);
        assertThat(answers.seenHeader("X-Forwarded-Client-Cert"))
                .contains("By=spiffe://west.local/ns/" + vault.namespace() + "/sa/keeper")
                .contains("URI=spiffe://east.local/ns/" + visitor.namespace() + "/sa/visitor");
    }
}
