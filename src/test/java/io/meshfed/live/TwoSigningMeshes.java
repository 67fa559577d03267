package io.meshfed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.Trust.KeyAlgorithm;
import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.Client.Requests;
import io.meshfed.testbed.live.LiveMesh;
import java.util.List;
import java.util.stream.Stream;

/**
 * A client with a key on P-384 in one mesh and the server that it asks, with RSA 4096, in another, each with a certificate of
 * its own mesh's istiod.
 */
record TwoSigningMeshes(SigningMesh client, SigningMesh server) {

    /** Deploys both; the client's mesh imports the server. */
    static TwoSigningMeshes deploy(LiveMesh here, LiveMesh there, String namespace) {
        App shop = App.server("shop").in(namespace).http(8000).exports().proxyMetadata("WORKLOAD_RSA_KEY_SIZE", "4096");
        App visitor = App.client("visitor")
                .in(namespace)
                .proxyMetadata("ECC_SIGNATURE_ALGORITHM", "ECDSA")
                .proxyMetadata("ECC_CURVE", "P384");
        there.deploy(shop);
        here.deploy(visitor).imports(shop, "from: [{remote: " + there.name() + "}]");
        return new TwoSigningMeshes(new SigningMesh(here, visitor), new SigningMesh(there, shop));
    }

    /**
     * From P-256 through every key algorithm in one of the meshes, and back to P-256, in istiods that are not restarted; at each
     * step both sign anew, and each mesh accepts the other.
     */
    void goThroughAllKeyAlgorithms() {
        String processes = processes();
        List<KeyAlgorithm> here = List.of(KeyAlgorithm.ECDSA_P384, KeyAlgorithm.RSA_2048);
        List<KeyAlgorithm> there = List.of(KeyAlgorithm.RSA_4096, KeyAlgorithm.ECDSA_P256);
        assertThat(Stream.of(here, there).flatMap(List::stream)).containsExactlyInAnyOrder(KeyAlgorithm.values());
        for (int i = 0; i < here.size(); i++) {
            client.wants(here.get(i));
            server.wants(there.get(i));
            client.signsWith(here.get(i));
            server.signsWith(there.get(i));
            assertNewCertificatesAreAccepted(here.get(i) + " asks " + there.get(i));
        }
        client.wants(KeyAlgorithm.ECDSA_P256);
        client.signsWith(KeyAlgorithm.ECDSA_P256);
        assertThat(processes()).as("istiods that were not restarted").isEqualTo(processes);
    }

    /** Both workloads begin anew, with what the istiods sign now, and each accepts the other. */
    void assertNewCertificatesAreAccepted(String what) {
        Stream.of(client, server).parallel().forEach(SigningMesh::restartsTheWorkload);
        client.hasSigned("ECDSA_P384");
        server.hasSigned("RSA_4096");
        Answers answers = requests().untilAnswered().times(10);
        assertThat(answers.failed()).as("%s: %s", what, answers.failures()).isZero();
        assertThat(answers.shareOf(server.mesh().name() + "/" + server.app().name()))
                .isEqualTo(1.0);
    }

    Requests requests() {
        return client.mesh().client(client.app()).get("http://" + server.app().host() + ":8000/");
    }

    /** The istiods that run. */
    String processes() {
        return client.mesh().istiod().process() + ", " + server.mesh().istiod().process();
    }
}
