package io.meshfed.scenario;

import static io.meshfed.scenario.TrustFixture.FAST;
import static io.meshfed.scenario.TrustFixture.ISSUER;
import static io.meshfed.scenario.TrustFixture.cacerts;
import static io.meshfed.scenario.TrustFixture.federate;
import static io.meshfed.scenario.TrustFixture.issued;
import static io.meshfed.scenario.TrustFixture.pem;
import static io.meshfed.scenario.TrustFixture.remote;
import static io.meshfed.scenario.TrustFixture.trust;
import static io.meshfed.scenario.TrustFixture.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationStatus;
import io.meshfed.api.MeshFederationStatus.RotationStatus;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.MostlyWaiting;
import io.meshfed.testbed.OpensslProgram;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two meshes move from one root to another on real API servers, each knows the other from its catalogue, and the operators
 * are killed on the way. The planner's own tests ask every pair of workloads; here it is the bytes that are asked for.
 */
@MostlyWaiting
class RotationIT {
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
        clusters = TrustFixture.two(TrustFixture::rotating);
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
    void bothMeshesRotateAndWaitForEachOtherWhileOperatorsAreKilled() {
        Openssl.Certified common = openssl.root("common");
        for (Mesh mesh : clusters.both()) {
            mesh.secret(ISSUER, "kubernetes.io/tls", common.tls());
            federate(mesh, false, FAST);
            issued(mesh);
            mesh.istio().publishRoot();
        }
        clusters.connect();
        remote(east, "west", "");
        remote(west, "east", "");
        String old = pem(east, "root-cert.pem");
        Openssl.Certified next = openssl.root("next");
        AuditLog.Mark mark = east.cluster().auditLog().mark();
        for (Mesh mesh : clusters.both()) {
            mesh.secret("next-root-ca", "kubernetes.io/tls", next.tls());
        }

        issuer(east, "next-root-ca");
        Mesh.until("east's bundle", () -> pem(east, "root-cert.pem").equals(old + next.certificate()));
        east.istio().publishRoot();
        east.crashAndRestart();
        within("east waits for west", () -> waitingFor(east).contains("RemoteMesh west"));
        assertThat(pem(east, "ca-cert.pem")).isNotEqualTo(next.certificate());
        assertThat(trust(east)).isEqualTo("WaitingForPeer");

        String before = pem(east, "ca-cert.pem");
        issuer(west, "next-root-ca");
        Mesh.until("west's bundle", () -> pem(west, "root-cert.pem").equals(old + next.certificate()));
        west.crashAndRestart();
        west.istio().publishRoot();
        within("east signs under the new root", () -> !pem(east, "ca-cert.pem").equals(before));
        east.crashAndRestart();
        assertThat(pem(east, "root-cert.pem")).isEqualTo(old + next.certificate());

        for (Mesh mesh : clusters.both()) {
            within(mesh.cluster().name() + " is there", () -> pem(mesh, "root-cert.pem")
                    .equals(next.certificate()));
            assertThat(openssl.verify(cacerts(mesh).getData()).code()).isZero();
            mesh.istio().publishRoot();
            Mesh.until("trust", () -> trust(mesh).equals("Verified"));
            Mesh.until("rest", () -> rotation(mesh).isEmpty());
        }
        assertThat(east.operatorWrites(mark).stream()
                        .filter(write -> write.resource().equals("secrets"))
                        .count())
                .isEqualTo(3);
    }

    private static void issuer(Mesh mesh, String secret) {
        mesh.cluster()
                .mergeSpec(
                        MeshFederation.class, mesh.cluster().name(), "trust: {issuer: {secretName: " + secret + "}}");
    }

    private static Optional<RotationStatus> rotation(Mesh mesh) {
        return mesh.federation(mesh.cluster().name())
                .map(MeshFederation::getStatus)
                .map(MeshFederationStatus::trust)
                .map(MeshFederationStatus.TrustStatus::rotation);
    }

    private static String waitingFor(Mesh mesh) {
        return rotation(mesh).map(RotationStatus::waitingFor).orElse("");
    }
}
