package io.meshfed.trust.x509;

import static io.meshfed.trust.TestCa.NOW;
import static io.meshfed.trust.TestCa.RANDOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.meshfed.api.Trust;
import io.meshfed.api.Trust.KeyAlgorithm;
import io.meshfed.api.condition.CaDefect;
import io.meshfed.testbed.OpensslProgram;
import io.meshfed.trust.BadInputs;
import io.meshfed.trust.TestCa;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.Worlds;
import io.meshfed.trust.cacerts.Issuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What OpenSSL says of what is issued, and what is said of that which OpenSSL makes. */
class OpensslTest {
    @TempDir
    Path directory;

    @BeforeAll
    static void opensslIsThere() {
        OpensslProgram.assumePresent();
    }

    private OpensslProgram.Result openssl(String... arguments) {
        return new OpensslProgram(directory).run(List.of(arguments));
    }

    private void write(Map<String, byte[]> data) throws IOException {
        for (Map.Entry<String, byte[]> entry : data.entrySet()) {
            Files.write(directory.resolve(entry.getKey()), entry.getValue());
        }
    }

    private static String seconds(Instant moment) {
        return Long.toString(moment.getEpochSecond());
    }

    private void assertVerifies() {
        OpensslProgram.Result verified = openssl(
                "verify",
                "-x509_strict",
                "-attime",
                seconds(NOW),
                "-CAfile",
                "root-cert.pem",
                "-untrusted",
                "cert-chain.pem",
                "ca-cert.pem");
        assertThat(verified.code()).as(verified.output()).isZero();
    }

    @ParameterizedTest
    @EnumSource(KeyAlgorithm.class)
    void issuedCacertsVerifiesStrictly(KeyAlgorithm algorithm) throws Exception {
        write(Worlds.generating()
                .intermediate(algorithm, "2160h", "720h")
                .applied()
                .applied()
                .data());

        assertVerifies();
        assertThat(openssl("pkey", "-in", "ca-key.pem", "-check", "-noout").output())
                .contains("valid");
    }

    @Test
    void issuedCacertsBelowAnIntermediateIssuerVerifies() throws Exception {
        write(Worlds.managed()
                .issuer(BadInputs.tls(BadInputs.MID.pem(), BadInputs.MID.keyPem(), BadInputs.ROOT.pem()))
                .remote("west", BadInputs.OTHER)
                .applied()
                .data());

        OpensslProgram.Result verified = openssl(
                "verify",
                "-attime",
                seconds(NOW),
                "-CAfile",
                "root-cert.pem",
                "-untrusted",
                "cert-chain.pem",
                "ca-cert.pem");
        assertThat(verified.code()).as(verified.output()).isZero();
    }

    @Test
    void workloadCertificateBelowItServesAsClientAndAsServer() throws Exception {
        write(Worlds.generating().applied().applied().data());
        Files.writeString(
                directory.resolve("leaf.ext"),
                "subjectAltName=critical,URI:spiffe://east.local/ns/a/sa/b\nextendedKeyUsage=serverAuth,clientAuth\n");
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "leaf.key");
        openssl("req", "-new", "-key", "leaf.key", "-subj", "/O=workload", "-out", "leaf.csr");
        OpensslProgram.Result signed = openssl(
                "x509",
                "-req",
                "-in",
                "leaf.csr",
                "-CA",
                "ca-cert.pem",
                "-CAkey",
                "ca-key.pem",
                "-days",
                "3650",
                "-extfile",
                "leaf.ext",
                "-out",
                "leaf.pem");
        assertThat(signed.code()).as(signed.output()).isZero();

        for (String purpose : List.of("sslserver", "sslclient")) {
            // At the end of the intermediate's life, for openssl dates the leaf from today's clock.
            OpensslProgram.Result verified = openssl(
                    "verify",
                    "-no_check_time",
                    "-purpose",
                    purpose,
                    "-CAfile",
                    "root-cert.pem",
                    "-untrusted",
                    "cert-chain.pem",
                    "leaf.pem");
            assertThat(verified.code()).as(verified.output()).isZero();
        }
    }

    @Test
    void textShowsTheProfile() throws Exception {
        write(Worlds.generating().applied().applied().data());

        String text = openssl("x509", "-in", "ca-cert.pem", "-noout", "-text")
                .output()
                .replaceAll("\\s+", " ");

        assertThat(text)
                .contains("Basic Constraints: critical CA:TRUE, pathlen:0")
                .contains("Key Usage: critical Certificate Sign, CRL Sign")
                .contains("Subject Key Identifier:")
                .contains("Authority Key Identifier:")
                .contains("Signature Algorithm: ecdsa-with-SHA256")
                .contains("ASN1 OID: prime256v1")
                .contains("O = meshfed, CN = east intermediate ");
    }

    @Test
    void serverOnlyAndAnyPurposeCasAreRefusedByOpensslToo() throws Exception {
        for (org.bouncycastle.asn1.x509.KeyPurposeId purpose : List.of(
                org.bouncycastle.asn1.x509.KeyPurposeId.id_kp_serverAuth,
                org.bouncycastle.asn1.x509.KeyPurposeId.anyExtendedKeyUsage)) {
            Ca narrow = TestCa.root("narrow")
                    .issuedBy(BadInputs.ROOT)
                    .purposes(purpose)
                    .make();
            write(BadInputs.cacerts(narrow, narrow.pem(), BadInputs.ROOT.pem()));

            OpensslProgram.Result verified = openssl(
                    "verify",
                    "-attime",
                    seconds(NOW),
                    "-purpose",
                    "sslclient",
                    "-CAfile",
                    "root-cert.pem",
                    "ca-cert.pem");

            assertThat(verified.output()).contains("purpose");
            assertThat(verified.code()).isNotZero();
        }
    }

    @Test
    void issuersMadeByOpensslAreRead() throws Exception {
        openssl("ecparam", "-name", "secp384r1", "-genkey", "-out", "params-and-sec1.key");
        openssl("genrsa", "-traditional", "-out", "pkcs1.key", "3072");
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "pkcs8.key");
        for (String key : List.of("params-and-sec1.key", "pkcs1.key", "pkcs8.key")) {
            OpensslProgram.Result made = openssl(
                    "req",
                    "-x509",
                    "-new",
                    "-key",
                    key,
                    "-subj",
                    "/O=seed/CN=Root CA",
                    "-days",
                    "3650",
                    "-text",
                    "-out",
                    "root.pem");
            assertThat(made.code()).as(made.output()).isZero();
            Map<String, byte[]> data = Map.of(
                    "tls.crt", Files.readAllBytes(directory.resolve("root.pem")),
                    "tls.key", Files.readAllBytes(directory.resolve(key)));

            assertThatCode(() -> Issuer.read(data, Instant.now(), RANDOM))
                    .as(key)
                    .doesNotThrowAnyException();
        }
        assertThat(Files.readString(directory.resolve("params-and-sec1.key"))).startsWith("-----BEGIN EC PARAMETERS");
        assertThat(Files.readString(directory.resolve("pkcs1.key"))).startsWith("-----BEGIN RSA PRIVATE KEY");
    }

    @Test
    void explicitCurveParametersAreRefused() throws Exception {
        openssl(
                "ecparam",
                "-name",
                "prime256v1",
                "-genkey",
                "-noout",
                "-param_enc",
                "explicit",
                "-out",
                "explicit.key");
        openssl("req", "-x509", "-new", "-key", "explicit.key", "-subj", "/CN=Root", "-days", "30", "-out", "root.pem");
        Map<String, byte[]> data = Map.of(
                "tls.crt", Files.readAllBytes(directory.resolve("root.pem")),
                "tls.key", Files.readAllBytes(directory.resolve("explicit.key")));

        RefusedMaterialException refused = org.assertj.core.api.Assertions.catchThrowableOfType(
                RefusedMaterialException.class, () -> Issuer.read(data, Instant.now(), RANDOM));

        assertThat(refused.defect()).isEqualTo(CaDefect.UnsupportedCurve);
    }

    @Test
    void revocationListsVerifyAndShutOutWhatTheyRevoke() throws Exception {
        Ca sibling = TestCa.root("sibling").issuedBy(BadInputs.ROOT).pathlen(0).make();
        Worlds world = Worlds.managed()
                .issuer(BadInputs.issuer(BadInputs.ROOT))
                .crl(new Trust.Crl(
                        null, null, List.of(sibling.holder().getSerialNumber().toString(16))))
                .applied();
        write(world.data());
        Files.writeString(directory.resolve("sibling.pem"), sibling.pem());

        OpensslProgram.Result own = verifyWithLists("ca-cert.pem");
        OpensslProgram.Result revoked = verifyWithLists("sibling.pem");

        assertThat(own.code()).as(own.output()).isZero();
        assertThat(revoked.output()).contains("certificate revoked");
        for (String ca : List.of("root-cert.pem", "ca-cert.pem")) {
            OpensslProgram.Result list = openssl("crl", "-in", only(ca, world), "-CAfile", ca, "-noout", "-text");
            assertThat(list.output()).contains("verify OK", "X509v3 CRL Number", "X509v3 Authority Key Identifier");
        }
    }

    private OpensslProgram.Result verifyWithLists(String certificate) throws IOException, InterruptedException {
        return openssl(
                "verify",
                "-x509_strict",
                "-crl_check_all",
                "-attime",
                seconds(NOW),
                "-CAfile",
                "root-cert.pem",
                "-CRLfile",
                "ca-crl.pem",
                certificate);
    }

    /** Writes the list of one CA into a file of its own: openssl reads the first of a file. */
    private String only(String ca, Worlds world) throws Exception {
        CaCertificate certificate = CaCertificate.readOne(ca, world.data().get(ca), Pem.MAX_BYTES);
        for (Pem.Block block : Pem.read("ca-crl.pem", world.data().get("ca-crl.pem"), Pem.MAX_BUNDLE_BYTES)) {
            RevocationList list = RevocationList.ofDer("list", block.der());
            if (list.isSignedBy(certificate)) {
                Files.writeString(directory.resolve("of-" + ca), list.pem());
            }
        }
        return "of-" + ca;
    }
}
