package io.meshfed.trust;

import static io.meshfed.trust.TestCa.RANDOM;
import static io.meshfed.trust.TestCa.ec;
import static io.meshfed.trust.TestCa.root;
import static io.meshfed.trust.TestCa.rsa;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.Trust.KeyAlgorithm;
import io.meshfed.testbed.IstioCa;
import io.meshfed.testbed.LongRunning;
import io.meshfed.testbed.OpensslProgram;
import io.meshfed.trust.CertificateLint.Finding;
import io.meshfed.trust.CertificateLint.Order;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.cacerts.Issuance;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.PrivateKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Case 35 at large: 10,000 intermediates, and what four readers that share no code say of each. */
@LongRunning
class CertificateLintIT {
    private static final int P256 = 10_000;
    private static final int FILES_PER_CALL = 1_000;
    /** Go and OpenSSL look at the machine's clock. */
    private static final Instant NOW = Instant.now();

    @TempDir
    Path folder;

    /** One issued intermediate as its order and as its readers see it. */
    private record Made(Order order, X509Certificate certificate, IstioCa.Bundle bundle) {
        Made with(IstioCa.Bundle other) {
            return new Made(order, certificate, other);
        }
    }

    /** An issuer, and for how long its intermediates are to live. */
    private record Line(String name, Issuer issuer, Duration validity) {
        Made make(KeyAlgorithm algorithm, int number) {
            Issuance.Issued issued = Issuance.intermediate(name, algorithm, validity, issuer, NOW, RANDOM);
            StringBuilder chain = new StringBuilder(issued.certificate().pem());
            issuer.path().subList(0, issuer.path().size() - 1).forEach(ca -> chain.append(ca.pem()));
            return new Made(
                    new Order(name, algorithm, NOW, validity, issuers()),
                    parse(issued.certificate()),
                    new IstioCa.Bundle(
                            name + "-" + algorithm + "-" + number,
                            issued.certificate().pem(),
                            PrivateKeys.write(issued.key()),
                            chain.toString(),
                            issuer.root().pem()));
        }

        private List<X509Certificate> issuers() {
            return issuer.path().stream().map(CertificateLintIT::parse).toList();
        }
    }

    private static List<Line> lines() {
        Issuance.Issued own = Issuance.root("own", NOW, RANDOM);
        Ca above = dated(root("above")).keys(ec("secp384r1")).make();
        Ca company =
                dated(root("company")).issuedBy(above).authorityKeyIdentifier().make();
        return List.of(
                new Line("own", new Issuer(List.of(own.certificate()), own.key()), Duration.ofHours(2160)),
                line(
                        "rsa",
                        Duration.ofHours(2160),
                        dated(root("rsa")).keys(rsa(2048)).make()),
                line("below", Duration.ofHours(2160), company, above),
                line(
                        "brief",
                        Duration.ofDays(400),
                        root("brief")
                                .from(NOW.minusSeconds(60))
                                .to(NOW.plus(Duration.ofDays(30)))
                                .make()),
                line("long", Duration.ofDays(9_999), dated(root("long")).make()));
    }

    /** With keys for which a signature takes ten times as long. */
    private static Line slow() {
        return line(
                "slow",
                Duration.ofHours(2160),
                dated(root("slow")).keys(ec("secp521r1")).make());
    }

    /** 9,999 days from now are beyond 2050, where times have another form. */
    private static TestCa.Recipe dated(TestCa.Recipe recipe) {
        return recipe.from(NOW.minus(Duration.ofDays(1))).to(NOW.plus(Duration.ofDays(12_000)));
    }

    private static Line line(String name, Duration validity, Ca... path) {
        return new Line(
                name,
                new Issuer(
                        Arrays.stream(path).map(Ca::certificate).toList(),
                        path[0].keys().getPrivate()),
                validity);
    }

    private static X509Certificate parse(CaCertificate certificate) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(certificate.der()));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Made> made(List<Line> lines, KeyAlgorithm algorithm, int howMany) {
        return IntStream.range(0, howMany)
                .parallel()
                .mapToObj(i -> lines.get(i % lines.size()).make(algorithm, i))
                .toList();
    }

    @Test
    void everyIntermediateHasTheProfileAndVerifiesForTheJdkOpensslAndIstiod() throws Exception {
        OpensslProgram.assumePresent();
        List<Line> quick = lines();
        Line slow = slow();
        List<Line> lines = Stream.concat(quick.stream(), Stream.of(slow)).toList();

        List<Made> p256 = made(quick, KeyAlgorithm.ECDSA_P256, P256);
        List<Made> all = Stream.of(
                        p256,
                        made(List.of(slow), KeyAlgorithm.ECDSA_P256, 1),
                        made(lines, KeyAlgorithm.ECDSA_P384, lines.size()),
                        made(lines, KeyAlgorithm.RSA_2048, lines.size()),
                        made(lines, KeyAlgorithm.RSA_4096, lines.size()))
                .flatMap(List::stream)
                .toList();

        assertThat(all.parallelStream().flatMap(CertificateLintIT::lint)).isEmpty();
        assertThat(CertificateLint.ofLot(p256.stream().map(Made::certificate).toList()))
                .isEmpty();
        assertThat(all.stream().map(made -> made.certificate().getSerialNumber()))
                .doesNotHaveDuplicates();
        assertThat(istiodRefuses(all)).isEmpty();
        assertThat(opensslRefuses(lines, all)).isEmpty();
    }

    @Test
    void readersNameWhatIsBroken() throws Exception {
        OpensslProgram.assumePresent();
        List<Line> lines = lines();
        List<Made> sound = made(lines, KeyAlgorithm.ECDSA_P256, lines.size());
        Made first = sound.get(0);
        Made other = sound.get(1);
        IstioCa.Bundle bundle = first.bundle();
        List<Made> broken = List.of(
                first.with(
                        new IstioCa.Bundle("key", bundle.cert(), other.bundle().key(), bundle.chain(), bundle.roots())),
                first.with(new IstioCa.Bundle(
                        "issuer", other.bundle().cert(), other.bundle().key(), bundle.chain(), bundle.roots())));

        assertThat(istiodRefuses(broken))
                .satisfiesExactly(
                        key -> assertThat(key).startsWith("refused key: ").contains("does not match"),
                        issuer -> assertThat(issuer).startsWith("refused issuer: "));
        assertThat(opensslRefuses(lines, broken))
                .singleElement()
                .asString()
                .contains("issuer.pem: verification failed");
    }

    private static Stream<String> lint(Made made) {
        try {
            return CertificateLint.of(made.order(), made.certificate()).stream()
                    .map(Finding::toString)
                    .map(finding -> made.bundle().name() + ": " + finding);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> istiodRefuses(List<Made> all) {
        IstioCa.Judgement judgement =
                IstioCa.ensure().verify(all.stream().map(Made::bundle).toList());
        assertThat(judgement.read()).isEqualTo(all.size());
        return judgement.refused();
    }

    private List<String> opensslRefuses(List<Line> lines, List<Made> all) throws IOException {
        List<String> refused = new ArrayList<>();
        OpensslProgram openssl = new OpensslProgram(folder);
        for (Line line : lines) {
            List<String> files = new ArrayList<>();
            for (Made made : all) {
                if (made.order().mesh().equals(line.name())) {
                    String file = made.bundle().name() + ".pem";
                    Files.writeString(folder.resolve(file), made.bundle().cert());
                    files.add(file);
                }
            }
            Files.writeString(folder.resolve("root.pem"), line.issuer().root().pem());
            Files.writeString(
                    folder.resolve("above.pem"), line.issuer().certificate().pem());
            for (int from = 0; from < files.size(); from += FILES_PER_CALL) {
                List<String> some = files.subList(from, Math.min(from + FILES_PER_CALL, files.size()));
                List<String> arguments = new ArrayList<>(
                        List.of("verify", "-x509_strict", "-CAfile", "root.pem", "-untrusted", "above.pem"));
                arguments.addAll(some);
                String said = openssl.run(arguments).output();
                Set<String> good = said.lines()
                        .filter(told -> told.endsWith(": OK"))
                        .map(told -> told.substring(0, told.length() - ": OK".length()))
                        .collect(Collectors.toSet());
                if (!good.containsAll(some)) {
                    refused.add(said);
                }
            }
        }
        return refused;
    }
}
