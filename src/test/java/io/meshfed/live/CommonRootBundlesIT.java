package io.meshfed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.testbed.CertificateAuthority;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.WithMeshes;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the operator writes into {@code cacerts} while Istio runs as its chart has it: without ISTIO_MULTIROOT_MESH. */
@WithMeshes
class CommonRootBundlesIT {
    private static LiveMesh east;
    private static TwoSigningMeshes pair;

    @BeforeAll
    static void importFromWest(LiveMeshes meshes) {
        east = meshes.east();
        pair = TwoSigningMeshes.deploy(east, meshes.west(), meshes.newName("bundles"));
    }

    @Test
    void istiodsSignWithEveryKeyAlgorithmAndEachMeshAcceptsTheOther() {
        pair.goThroughAllKeyAlgorithms();
    }

    @Test
    void rootsThatChangeAreReportedUntilIstiodIsRestartedWhichThenSigns() {
        String common = pair.client().rootPem();
        String more = new String(
                Base64.getDecoder()
                        .decode(CertificateAuthority.rootSecret("CN=more").get("tls.crt")),
                StandardCharsets.US_ASCII);

        pair.client().trusts("west", "[{name: more, pem: " + Serialization.asJson(more) + "}]");
        refusesUntilRestarted("istiod has not read", common, common + more);
        pair.assertNewCertificatesAreAccepted("a root more");

        pair.client().trusts("west", "[]");
        refusesUntilRestarted("istiod still distributes", common + more, common);
    }

    private static void refusesUntilRestarted(String report, String before, String after) {
        String process = east.istiod().process();
        east.until(
                "the report", () -> Mesh.reason(east.federation(), "TrustReady").equals("IstiodNotReloaded"));
        east.until("istiod's refusal", () -> east.istiod().log().contains("updating new ROOT-CA not supported"));
        assertThat(Mesh.conditions(east.federation().orElseThrow()))
                .filteredOn(condition -> condition.type().equals("TrustReady"))
                .singleElement()
                .satisfies(condition -> assertThat(condition.message()).contains(report, "ISTIO_MULTIROOT_MESH"));
        assertThat(pair.client().rootPem()).isEqualTo(after);
        assertThat(pair.client().published()).isEqualTo(before);
        assertThat(east.istiod().process()).isEqualTo(process);

        east.restartIstiod();
        assertThat(east.istiod().process()).isNotEqualTo(process);
        pair.client().signsWithCacerts();
        east.until("trust", () -> Mesh.reason(east.federation(), "TrustReady").equals("Verified"));
    }
}
