package io.meshfed.scenario;

import static io.meshfed.scenario.TrustFixture.CONTROL_PLANE;
import static io.meshfed.scenario.TrustFixture.FAST;
import static io.meshfed.scenario.TrustFixture.ISSUER;
import static io.meshfed.scenario.TrustFixture.cacerts;
import static io.meshfed.scenario.TrustFixture.federate;
import static io.meshfed.scenario.TrustFixture.issued;
import static io.meshfed.scenario.TrustFixture.pem;
import static io.meshfed.scenario.TrustFixture.rotatingAlone;
import static io.meshfed.scenario.TrustFixture.trust;
import static io.meshfed.scenario.TrustFixture.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.MostlyWaiting;
import io.meshfed.testbed.OpensslProgram;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mesh that ran before it heard of meshfed, with a CA that istiod made for itself, comes under a common root. */
@MostlyWaiting
class SelfSignedMigrationIT {
    @TempDir
    static Path folder;

    private static Openssl openssl;
    private static Mesh east;

    @BeforeAll
    static void install() {
        OpensslProgram.assumePresent();
        openssl = new Openssl(folder);
        east = rotatingAlone(Clusters.fresh("east").get("east"), Map.of("trust.migrate", "true"), "172.18.64.")
                .run();
    }

    @AfterAll
    static void close() {
        if (east != null) {
            east.close();
        }
    }

    @Test
    void meshWithASelfSignedCaIsMigrated() {
        Openssl.Certified common = openssl.root("common");
        east.secret(ISSUER, "kubernetes.io/tls", common.tls());
        east.istio().selfSigned();
        String own = Openssl.text(east.get(Secret.class, CONTROL_PLANE, "istio-ca-secret")
                .getData()
                .get("ca-cert.pem"));

        federate(east, false, "existingCA: Migrate\n    " + FAST);
        issued(east);

        assertThat(pem(east, "root-cert.pem")).startsWith(own);
        assertThat(pem(east, "ca-cert.pem").strip()).isEqualTo(own.strip());
        assertVerified();
        Mesh.until("the request for a restart of istiod", () -> trust(east).equals("IstiodNeedsRestart"));
        east.istio().publishRoot();
        within("the new root signs", () -> !pem(east, "ca-cert.pem").strip().equals(own.strip()));
        assertThat(pem(east, "root-cert.pem")).startsWith(own);
        within("the old root is gone", () -> pem(east, "root-cert.pem")
                .strip()
                .equals(common.certificate().strip()));
        assertVerified();
        east.istio().publishRoot();
        Mesh.until("trust", () -> trust(east).equals("Verified"));
    }

    private static void assertVerified() {
        assertThat(openssl.verify(cacerts(east).getData()).code()).isZero();
    }
}
