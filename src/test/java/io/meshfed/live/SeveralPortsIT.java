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

/** The seed's second note: a service with several ports, of several protocols, is imported as a whole. */
@WithMeshes
class SeveralPortsIT {
    private static App shop;
    private static Client visitor;

    @BeforeAll
    static void importFromWest(LiveMeshes meshes) {
        String namespace = meshes.newName("ports");
        shop = App.server("shop")
                .in(namespace)
                .http(8000)
                .grpc(9000)
                .tcp(7000)
                .tls(8443)
                .exports();
        App client = App.client("visitor").in(namespace);
        LiveMesh east = meshes.east();
        meshes.west().deploy(shop);
        east.deploy(client).imports(shop, "from: [{remote: west}]");
        visitor = east.client(client);
    }

    @Test
    void httpAnswers() {
        allFromWest(
                visitor.get("http://" + shop.host() + ":8000/").untilAnswered().times(40));
    }

    @Test
    void grpcAnswers() {
        allFromWest(visitor.grpc(shop.host() + ":9000").untilAnswered().times(40));
    }

    @Test
    void tcpAnswers() {
        allFromWest(visitor.tcp(shop.host() + ":7000").untilAnswered().times(40));
    }

    @Test
    void tlsOfItsOwnAnswers() {
        allFromWest(visitor.tls(shop.host() + ":8443").untilAnswered().times(40));
    }

    private static void allFromWest(Answers answers) {
        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
        assertThat(answers.shareOf("west/")).isEqualTo(1);
    }
}
