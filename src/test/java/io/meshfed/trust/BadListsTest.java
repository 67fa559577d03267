package io.meshfed.trust;

import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.TestCa.NOW;
import static io.meshfed.trust.TestCa.root;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.Trust;
import io.meshfed.trust.TestCa.Ca;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every unusable revocation list is refused by name, and the others are taken. */
class BadListsTest {
    private static final Ca RSA =
            root("rsa").keys(TestCa.rsa(2048)).issuedBy(ROOT).make();
    private static final Ca MUTE =
            root("mute").issuedBy(ROOT).usage(KeyUsage.keyCertSign).make();

    record Bad(Flaw flaw, String what, String text) {
        @Override
        public String toString() {
            return flaw + ": " + what;
        }
    }

    static List<Bad> lists() {
        return List.of(
                new Bad(Flaw.MalformedPem, "no END line", "-----BEGIN X509 CRL-----\nMIIB\n"),
                new Bad(Flaw.MalformedCrl, "some other bytes", TestCa.pem("X509 CRL", ROOT.der())),
                new Bad(
                        Flaw.MalformedCrl,
                        "bytes behind it",
                        TestCa.pem("X509 CRL", longer(TestCrl.of(ROOT).der()))),
                new Bad(
                        Flaw.MalformedCertificate,
                        "some other bytes",
                        TestCa.pem("CERTIFICATE", TestCrl.of(ROOT).der())),
                new Bad(
                        Flaw.UnexpectedPemBlock,
                        "a public key",
                        TestCa.pem("PUBLIC KEY", ROOT.keys().getPublic().getEncoded())),
                new Bad(Flaw.PrivateKeyInCertificate, "the CA's key", ROOT.keyPem()),
                new Bad(Flaw.TooLarge, "a million blanks", TestCrl.of(ROOT).pem() + " ".repeat(1 << 20)),
                new Bad(Flaw.Expired, "ended now", TestCrl.of(ROOT).to(NOW).pem()),
                new Bad(
                        Flaw.NotYetValid,
                        "begins in a second",
                        TestCrl.of(ROOT).from(NOW.plusSeconds(1)).pem()),
                new Bad(Flaw.DeltaCrl, "delta", TestCrl.of(ROOT).delta().pem()),
                new Bad(
                        Flaw.PartialCrl,
                        "of user certificates",
                        TestCrl.of(ROOT).ofSomeCertificates().pem()),
                new Bad(
                        Flaw.PartialCrl,
                        "critical extension",
                        TestCrl.of(ROOT).strangeCriticalExtension().pem()),
                new Bad(
                        Flaw.CrlWithoutEnd,
                        "no nextUpdate",
                        TestCrl.of(ROOT).withoutEnd().pem()),
                new Bad(
                        Flaw.CrlWithoutNumber,
                        "no number",
                        TestCrl.of(ROOT).withoutNumber().pem()),
                new Bad(
                        Flaw.CrlOfUnknownCa,
                        "a CA that nobody knows",
                        TestCrl.of(OTHER).pem()),
                new Bad(
                        Flaw.CrlOfUnknownCa,
                        "the right name and the wrong key",
                        TestCrl.of(ROOT)
                                .signedWith(OTHER.keys(), "SHA256withECDSA")
                                .pem()),
                new Bad(
                        Flaw.WeakSignature,
                        "SHA-1",
                        RSA.pem()
                                + TestCrl.of(RSA)
                                        .signedWith(RSA.keys(), "SHA1withRSA")
                                        .pem()),
                new Bad(
                        Flaw.NoCrlSign,
                        "key usage",
                        MUTE.pem() + TestCrl.of(MUTE).pem()),
                new Bad(
                        Flaw.RootNotInBundle,
                        "a CA of nobody",
                        root("x").issuedBy(OTHER).make().pem()));
    }

    /** What this corpus shows; the others are about more than one list: RevocationTest. */
    static Set<Flaw> shown() {
        Set<Flaw> shown = lists().stream().map(Bad::flaw).collect(Collectors.toSet());
        shown.addAll(Set.of(Flaw.OlderCrl, Flaw.OwnCaRevoked));
        return shown;
    }

    private static byte[] longer(byte[] der) {
        return Arrays.copyOf(der, der.length + 1);
    }

    @ParameterizedTest
    @MethodSource("lists")
    void badListIsNamedAndStandsInNobodysWay(Bad bad) {
        Worlds world = Worlds.managed()
                .issuer(BadInputs.issuer(ROOT))
                .crl(new Trust.Crl("mesh-crls", null, null))
                .applied()
                .sibling("west", Set.of(), Optional.empty());
        String good = TestCrl.of(RSA).signedWith(RSA.keys(), "SHA256withRSA").pem();

        Worlds with = world.lists(Map.of("bad", bad.text(), "west", RSA.pem() + good));

        assertThat(with.plan().trustReady().holds()).isTrue();
        assertThat(with.plan().trustReady().message()).contains(bad.flaw() + ": ConfigMap mesh-crls, key bad");
        assertThat(new String(with.applied().data().get("ca-crl.pem"))).contains(good);
    }
}
