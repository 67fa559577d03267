package io.meshfed.trust;

import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.trust.BadInputs.Bad;
import io.meshfed.trust.BadInputs.BadRoot;
import io.meshfed.trust.cacerts.Issuance;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.rotation.TrustAction;
import io.meshfed.trust.world.NamedRoot;
import io.meshfed.trust.world.RemoteRoots;
import io.meshfed.trust.world.VerifiedTrust;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Rule 3: nothing private in any text that may reach a log, an event or a status. */
class PrivateMaterialTest {

    /** Every form in which a key could show: lines of its PEM, its number in decimal and hex, its bytes as Java prints them. */
    private static List<String> canaries(Map<String, byte[]> data) {
        List<String> canaries = new ArrayList<>();
        for (String field : List.of("tls.key", "ca-key.pem")) {
            byte[] pem = data.getOrDefault(field, new byte[0]);
            String text = new String(pem, StandardCharsets.ISO_8859_1);
            String body = text.lines()
                    .filter(line -> !line.startsWith("---") && !line.contains(":"))
                    .collect(Collectors.joining());
            if (text.startsWith("-----BEGIN ") && body.matches("[A-Za-z0-9+/]{5,}={0,2}")) {
                canaries.add(Arrays.toString(Base64.getMimeDecoder().decode(body)));
            }
            text.lines()
                    .filter(line -> line.length() > 20 && !line.startsWith("---"))
                    .forEach(canaries::add);
            if (pem.length > 0) {
                canaries.add(Arrays.toString(pem));
            }
        }
        canaries.add("PRIVATE KEY-----");
        return canaries;
    }

    private static List<String> canaries(PrivateKey key) {
        BigInteger number = ((ECPrivateKey) key).getS();
        return List.of(
                number.toString(),
                number.toString(16),
                Base64.getEncoder().encodeToString(number.toByteArray()),
                HexFormat.of().formatHex(key.getEncoded()).substring(60, 100));
    }

    private static void assertNothingPrivate(String text, List<String> canaries) {
        for (String canary : canaries) {
            assertThat(text.toLowerCase(Locale.ROOT)).doesNotContain(canary.toLowerCase(Locale.ROOT));
        }
    }

    private static void scan(Worlds world) {
        TrustPlan plan = world.plan();
        List<String> canaries = new ArrayList<>(canaries(ROOT.keys().getPrivate()));
        world.world().issuerSecret().map(PrivateMaterialTest::canaries).ifPresent(canaries::addAll);
        world.world()
                .cacerts()
                .map(PresentCacerts::data)
                .map(PrivateMaterialTest::canaries)
                .ifPresent(canaries::addAll);
        if (plan.action() instanceof TrustAction.WriteCacerts write) {
            canaries.addAll(canaries(write.data()));
        }
        if (plan.action() instanceof TrustAction.CreateIssuer create) {
            canaries.addAll(canaries(create.tlsSecretData()));
        }
        assertNothingPrivate(plan.toString(), canaries);
        assertNothingPrivate(plan.action().toString(), canaries);
        assertNothingPrivate(world.world().toString(), canaries);
        assertNothingPrivate(
                VerifiedTrust.of(world.world(), world.now(), TestCa.RANDOM).toString(), canaries);
        assertNothingPrivate(plan.publicRoots().toString(), canaries);
    }

    @Test
    void everyStepOfALifeShowsNothingPrivate() {
        Worlds empty = Worlds.generating();
        scan(empty);
        Worlds withIssuer = empty.applied();
        scan(withIssuer);
        Worlds issued = withIssuer.applied();
        scan(issued);
        scan(issued.remote("west", OTHER));
        scan(issued.later(Duration.ofDays(80)));
        scan(issued.later(Duration.ofDays(200)));
        scan(issued.withoutIssuer());
        scan(issued.published(OTHER.pem()));
        scan(Worlds.managed().issuer(BadInputs.issuer(ROOT)).foreignCacerts(BadInputs.cacerts()));
        scan(Worlds.external().foreignCacerts(BadInputs.cacerts()));
    }

    @Test
    void everyBadInputIsReportedWithoutItsKey() {
        for (Bad bad : BadInputs.issuers()) {
            scan(Worlds.managed().issuer(bad.data()));
        }
        for (Bad bad : BadInputs.cacertsInputs()) {
            scan(Worlds.external().foreignCacerts(bad.data()));
            scan(Worlds.managed().issuer(BadInputs.issuer(ROOT)).ourCacerts(bad.data()));
        }
        for (BadRoot bad : BadInputs.peerRoots()) {
            RemoteRoots roots = Worlds.roots("west", List.of(new NamedRoot("west", bad.pem(), bad.sha256())), false);
            assertThat(roots.toString()).doesNotContain("BEGIN");
            scan(Worlds.managed().issuer(BadInputs.issuer(ROOT)).remote(roots));
        }
    }

    /** A key that a hostile or careless mesh puts into its root is told no further either. */
    @Test
    void everyPoisonIsReportedWithoutAnyKey() {
        Worlds mesh = Worlds.managed().issuer(BadInputs.issuer(Poisons.OWN)).applied();
        List<String> canaries = new ArrayList<>(canaries(Poisons.WEST.keys().getPrivate()));
        canaries.addAll(canaries(BadInputs.issuer(Poisons.WEST)));

        for (Poisons.Poison poison : Poisons.all()) {
            Worlds world = mesh.remote(
                    Worlds.roots("west", List.of(new NamedRoot("west", poison.pem(), Optional.empty())), false));

            scan(world);
            assertNothingPrivate(world.plan() + " " + world.plan().action() + world.world(), canaries);
            assertThat(world.applied().rootPem()).isEqualTo(Poisons.OWN.pem());
        }
    }

    @Test
    void recordsThatHoldAKeyNameItAtMost() {
        Issuer issuer = new Issuer(List.of(ROOT.certificate()), ROOT.keys().getPrivate());
        Issuance.Issued issued =
                new Issuance.Issued(ROOT.certificate(), ROOT.keys().getPrivate());
        NamedRoot root = new NamedRoot("west", ROOT.keyPem(), Optional.empty());

        for (Object holder : List.of(issuer, issued, root)) {
            assertNothingPrivate(holder.toString(), canaries(ROOT.keys().getPrivate()));
            assertNothingPrivate(holder.toString(), canaries(BadInputs.issuer(ROOT)));
            // A provider's own words for a key are not to be relied on.
            assertThat(holder.toString()).doesNotContain("Private Key");
        }
    }

    @Test
    void keyInARootFieldReachesNeitherStatusNorCatalogue() {
        NamedRoot both = new NamedRoot("west", OTHER.pem() + OTHER.keyPem(), Optional.empty());

        Worlds world =
                Worlds.managed().issuer(BadInputs.issuer(ROOT)).remote(Worlds.roots("west", List.of(both), false));

        assertThat(world.plan().trusted().get("west").reason()).isEqualTo("PrivateKeyInCertificate");
        assertThat(world.applied().rootPem()).isEqualTo(ROOT.pem());
    }
}
