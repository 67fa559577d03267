package io.meshfed.scenario;

import static io.meshfed.scenario.TrustFixture.SYSTEM;
import static io.meshfed.scenario.TrustFixture.cacerts;
import static io.meshfed.scenario.TrustFixture.federate;
import static io.meshfed.scenario.TrustFixture.issued;
import static io.meshfed.scenario.TrustFixture.pem;
import static io.meshfed.scenario.TrustFixture.remote;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.OpensslProgram;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two meshes with different roots, verified with openssl, and what the operators disclose of their keys at TRACE. */
class DifferentRootsIT {
    @TempDir
    static Path folder;

    private static Openssl openssl;
    private static TwoClusters clusters;
    private static Mesh east;
    private static Mesh west;

    @BeforeAll
    static void install() {
        OpensslProgram.assumePresent();
        openssl = new Openssl(folder);
        clusters = TrustFixture.two(TrustFixture::talkative);
        east = clusters.east().run();
        west = clusters.west().run();
    }

    @AfterAll
    static void close() {
        if (clusters != null) {
            clusters.close();
        }
    }

    @Test
    void meshesWithDifferentRootsTrustEachOther() {
        for (Mesh mesh : clusters.both()) {
            federate(mesh, true, "");
            issued(mesh);
            mesh.istio().publishRoot();
        }
        String eastRoot = pem(east, "root-cert.pem");
        String westRoot = pem(west, "root-cert.pem");
        clusters.connect();

        remote(east, "west", "pem: |\n" + westRoot.indent(8));
        west.cluster()
                .adminClient()
                .resource(configMap("roots", "east.pem", eastRoot))
                .create();
        remote(west, "east", "configMapKeyRef: {name: roots, key: east.pem}");
        Mesh.until("east's bundle", () -> pem(east, "root-cert.pem").equals(eastRoot + westRoot));
        Mesh.until("west's bundle", () -> pem(west, "root-cert.pem").equals(westRoot + eastRoot));
        for (Mesh mesh : clusters.both()) {
            String peer = mesh == east ? "west" : "east";
            assertThat(openssl.verify(cacerts(mesh).getData()).code()).isZero();
            Mesh.until("the wait for istiod", () -> Mesh.reason(mesh.remote(peer), "Trusted")
                    .equals("WaitingForIstiod"));
            mesh.istio().publishRoot();
            Mesh.until("trust in " + peer, () -> Mesh.holds(mesh.remote(peer), "Trusted"));
            Mesh.until("trust", () -> Mesh.holds(mesh.federation(mesh.cluster().name()), "TrustReady"));
        }
        assertThat(east.operator().body("/q/metrics"))
                .contains(
                        "meshfed_certificate_renewal_timestamp_seconds{certificate=\"intermediate\",kind=\"MeshFederation\"",
                        "meshfed_certificate_lifetime_seconds{certificate=\"credential\",kind=\"RemoteMesh\",name=\"west\"",
                        "{certificate=\"trusted-root\",kind=\"MeshFederation\",name=\"east\",sha256=\"%.16s\"} %s"
                                .formatted(openssl.fingerprint(westRoot), (double)
                                        openssl.end(westRoot).getEpochSecond()));

        remote(
                east,
                "west",
                "sha256: %s\n      pem: |\n%s".formatted(openssl.fingerprint(eastRoot), westRoot.indent(8)));
        Mesh.until("the mismatch", () -> Mesh.reason(east.remote("west"), "Trusted")
                .equals("RootMismatch"));
        assertThat(pem(east, "root-cert.pem")).isEqualTo(eastRoot + westRoot);

        remote(east, "west", "");
        Mesh.until("the smaller bundle", () -> pem(east, "root-cert.pem").equals(eastRoot));
        assertThat(openssl.verify(cacerts(east).getData()).code()).isZero();
    }

    private static ConfigMap configMap(String name, String key, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(SYSTEM)
                .withName(name)
                .endMetadata()
                .addToData(key, value)
                .build();
    }
}
