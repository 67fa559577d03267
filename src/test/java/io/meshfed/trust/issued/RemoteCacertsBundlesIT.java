package io.meshfed.trust.issued;

import static io.meshfed.trust.TestCa.ec;
import static io.meshfed.trust.TestCa.root;
import static io.meshfed.trust.TestCa.rsa;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.Trust.KeyAlgorithm;
import io.meshfed.testbed.IstioCa;
import io.meshfed.testbed.IstioCa.Bundle;
import io.meshfed.testbed.IstioCa.Life;
import io.meshfed.testbed.LongRunning;
import io.meshfed.trust.BadInputs;
import io.meshfed.trust.TestCa;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.Worlds;
import io.meshfed.trust.cacerts.Cacerts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What is written into {@code cacerts}, in the hands of the code of istiod that starts with it, reloads it and signs with it;
 * every kind of key under every kind of root. The workload's certificate is shown to the other mesh. A running istiod, which
 * takes longer, has each kind of key once in each model: {@code io.meshfed.live.TwoSigningMeshes}.
 */
@LongRunning
class RemoteCacertsBundlesIT {
    /** Go looks at the machine's clock. */
    private static final Instant NOW = Instant.now();

    private static final String WORKLOAD = "spiffe://east.local/ns/httpbin/sa/httpbin";

    private static Ca dated(TestCa.Recipe recipe) {
        return recipe.from(NOW.minus(Duration.ofDays(1)))
                .to(NOW.plus(Duration.ofDays(3_650)))
                .make();
    }

    private static List<Ca> roots() {
        return List.of(
                dated(root("p256")),
                dated(root("p384").keys(ec("secp384r1"))),
                dated(root("rsa").keys(rsa(2048))));
    }

    private static Worlds mesh(Ca root, KeyAlgorithm algorithm) {
        return Worlds.managed()
                .at(NOW)
                .issuer(BadInputs.issuer(root))
                .intermediate(algorithm, "2160h", "720h")
                .applied()
                .reloaded();
    }

    private static Bundle bundle(Worlds world) {
        Map<String, byte[]> data = world.data();
        return new Bundle(
                "cacerts",
                text(data, Cacerts.CA_CERT),
                text(data, Cacerts.CA_KEY),
                text(data, Cacerts.CERT_CHAIN),
                text(data, Cacerts.ROOT_CERT));
    }

    private static String text(Map<String, byte[]> data, String key) {
        return new String(data.get(key), StandardCharsets.US_ASCII);
    }

    private static void assertAccepted(Life life) {
        IstioCa.Judgement judgement = IstioCa.ensure().sign(List.of(life));

        assertThat(judgement.refused()).isEmpty();
        assertThat(judgement.read()).isOne();
    }

    /** Each of these meshes is east to itself, and the other mesh is called so. East's bundle grows by west's root while it runs, then its intermediate is renewed. */
    @Test
    void onDifferentRootsEachChangeIsReloadedAndWestAcceptsTheWorkload() {
        List<Ca> roots = roots();
        for (int i = 0; i < roots.size(); i++) {
            Ca eastRoot = roots.get(i);
            Ca westRoot = roots.get((i + 1) % roots.size());
            Worlds west = mesh(westRoot, KeyAlgorithm.ECDSA_P384)
                    .remote("other", eastRoot)
                    .applied();
            for (KeyAlgorithm algorithm : KeyAlgorithm.values()) {
                Worlds east = mesh(eastRoot, algorithm);
                Worlds grown = east.remote("other", westRoot).applied().reloaded();
                KeyAlgorithm next =
                        algorithm == KeyAlgorithm.ECDSA_P384 ? KeyAlgorithm.ECDSA_P256 : KeyAlgorithm.ECDSA_P384;
                Worlds renewed = grown.intermediate(next, "2160h", "720h").applied();
                assertThat(grown.rootPem()).isEqualTo(eastRoot.pem() + westRoot.pem());

                assertAccepted(new Life(
                        eastRoot.certificate().subject() + " " + algorithm,
                        WORKLOAD,
                        List.of(bundle(east), bundle(grown), bundle(renewed)),
                        west.rootPem()));
            }
        }
    }

    @Test
    void meshThatDoesNotTrustTheRootRefusesTheWorkload() {
        List<Ca> roots = roots();
        Life life = new Life(
                "stranger",
                WORKLOAD,
                List.of(bundle(mesh(roots.get(0), KeyAlgorithm.ECDSA_P256))),
                mesh(roots.get(1), KeyAlgorithm.ECDSA_P256).rootPem());

        assertThat(IstioCa.ensure().sign(List.of(life)).refused())
                .singleElement()
                .asString()
                .startsWith("refused stranger: workload under cacerts 0: ")
                .contains("unknown authority");
    }
}
