package io.meshfed.trust.crl;

import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.TestCa.NOW;
import static io.meshfed.trust.TestCa.root;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.Trust;
import io.meshfed.api.condition.CaDefect;
import io.meshfed.trust.BadInputs;
import io.meshfed.trust.TestCa;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.Worlds;
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
public class BadCrlsTest {
    private static final Ca RSA =
            root("rsa").keys(TestCa.rsa(2048)).issuedBy(ROOT).make();
    private static final Ca MUTE =
            root("mute").issuedBy(ROOT).usage(KeyUsage.keyCertSign).make();

    record Bad(CaDefect defect, String what, String text) {
        @Override
        public String toString() {
            return defect + ": " + what;
        }
    }

    static List<Bad> lists() {
        return List.of(
                new Bad(CaDefect.MalformedPem, "no END line", "-----BEGIN X509 CRL-----\nMIIB\n"),
                new Bad(CaDefect.MalformedCrl, "some other bytes", TestCa.pem("X509 CRL", ROOT.der())),
                new Bad(
                        CaDefect.MalformedCrl,
                        "bytes behind it",
                        TestCa.pem("X509 CRL", longer(TestCrl.of(ROOT).der()))),
                new Bad(
                        CaDefect.MalformedCertificate,
                        "some other bytes",
                        TestCa.pem("CERTIFICATE", TestCrl.of(ROOT).der())),
                new Bad(
                        CaDefect.UnexpectedPemBlock,
                        "a public key",
                        TestCa.pem("PUBLIC KEY", ROOT.keys().getPublic().getEncoded())),
                new Bad(CaDefect.PrivateKeyInCertificate, "the CA's key", ROOT.keyPem()),
                new Bad(CaDefect.TooLarge, "a million blanks", TestCrl.of(ROOT).pem() + " ".repeat(1 << 20)),
                new Bad(CaDefect.Expired, "ended now", TestCrl.of(ROOT).to(NOW).pem()),
                new Bad(
                        CaDefect.NotYetValid,
                        "begins in a second",
                        TestCrl.of(ROOT).from(NOW.plusSeconds(1)).pem()),
                new Bad(CaDefect.DeltaCrl, "delta", TestCrl.of(ROOT).delta().pem()),
                new Bad(
                        CaDefect.PartialCrl,
                        "of user certificates",
                        TestCrl.of(ROOT).ofSomeCertificates().pem()),
                new Bad(
                        CaDefect.PartialCrl,
                        "critical extension",
                        TestCrl.of(ROOT).strangeCriticalExtension().pem()),
                new Bad(
                        CaDefect.CrlWithoutEnd,
                        "no nextUpdate",
                        TestCrl.of(ROOT).withoutEnd().pem()),
                new Bad(
                        CaDefect.CrlWithoutNumber,
                        "no number",
                        TestCrl.of(ROOT).withoutNumber().pem()),
                new Bad(
                        CaDefect.CrlOfUnknownCa,
                        "a CA that nobody knows",
                        TestCrl.of(OTHER).pem()),
                new Bad(
                        CaDefect.CrlOfUnknownCa,
                        "the right name and the wrong key",
                        TestCrl.of(ROOT)
                                .signedWith(OTHER.keys(), "SHA256withECDSA")
                                .pem()),
                new Bad(
                        CaDefect.WeakSignature,
                        "SHA-1",
                        RSA.pem()
                                + TestCrl.of(RSA)
                                        .signedWith(RSA.keys(), "SHA1withRSA")
                                        .pem()),
                new Bad(
                        CaDefect.NoCrlSign,
                        "key usage",
                        MUTE.pem() + TestCrl.of(MUTE).pem()),
                new Bad(
                        CaDefect.RootNotInBundle,
                        "a CA of nobody",
                        root("x").issuedBy(OTHER).make().pem()));
    }

    /** What this corpus shows; the others are about more than one list: RevocationTest. */
    public static Set<CaDefect> shown() {
        Set<CaDefect> shown = lists().stream().map(Bad::defect).collect(Collectors.toSet());
        shown.addAll(Set.of(CaDefect.OlderCrl, CaDefect.OwnCaRevoked));
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
        assertThat(with.plan().trustReady().message()).contains(bad.defect() + ": ConfigMap mesh-crls, key bad");
        assertThat(new String(with.applied().data().get("ca-crl.pem"))).contains(good);
    }
}
