package io.meshfed.trust;

import static io.meshfed.trust.TestCa.NOW;
import static io.meshfed.trust.TestCa.bytes;
import static io.meshfed.trust.TestCa.root;

import io.meshfed.trust.TestCa.Ca;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;

/** Inputs that must be refused, each for one reason: a corpus for issuers, for cacerts and for peers' roots. */
final class BadInputs {
    static final Ca ROOT = root("root").make();
    static final Ca OTHER = root("other").make();
    static final Ca MID = root("mid").issuedBy(ROOT).make();
    static final Ca SIGNING = root("signing").issuedBy(MID).pathlen(0).make();
    private static final KeyPair RSA = TestCa.rsa(2048);
    private static final KeyPair RSA_STRANGE = TestCa.rsa(2048, new java.math.BigInteger("4294967311"));
    private static final KeyPair RSA_1024 = TestCa.rsa(1024);

    private BadInputs() {}

    record Bad(Flaw flaw, String what, Map<String, byte[]> data) {
        @Override
        public String toString() {
            return flaw + ": " + what;
        }
    }

    record BadRoot(Flaw flaw, String what, String pem, Optional<String> sha256) {
        @Override
        public String toString() {
            return flaw + ": " + what;
        }
    }

    static Map<String, byte[]> issuer(Ca ca) {
        return tls(ca.pem(), ca.keyPem());
    }

    static Map<String, byte[]> tls(String crt, String key) {
        return Map.of("tls.crt", bytes(crt), "tls.key", bytes(key));
    }

    static Map<String, byte[]> tls(String crt, String key, String ca) {
        return Map.of("tls.crt", bytes(crt), "tls.key", bytes(key), "ca.crt", bytes(ca));
    }

    /** A sound foreign cacerts: root, CA, signing CA. */
    static Map<String, byte[]> cacerts() {
        return cacerts(SIGNING, SIGNING.pem() + MID.pem() + ROOT.pem(), ROOT.pem());
    }

    static Map<String, byte[]> cacerts(Ca signing, String chain, String roots) {
        return Map.of(
                "ca-cert.pem", bytes(signing.pem()),
                "ca-key.pem", bytes(signing.keyPem()),
                "cert-chain.pem", bytes(chain),
                "root-cert.pem", bytes(roots));
    }

    private static Map<String, byte[]> with(Map<String, byte[]> data, String key, String value) {
        Map<String, byte[]> changed = new HashMap<>(data);
        changed.put(key, bytes(value));
        return changed;
    }

    private static Map<String, byte[]> without(Map<String, byte[]> data, String key) {
        Map<String, byte[]> changed = new HashMap<>(data);
        changed.remove(key);
        return changed;
    }

    /** Single certificates that are no good as a root, whoever gives them. */
    private static void badRoots(Consumer<BadCa> add) {
        add.accept(new BadCa(Flaw.NotCa, "CA:FALSE", root("x").notCa().make()));
        add.accept(new BadCa(
                Flaw.NotCa,
                "no basic constraints",
                root("x").withoutConstraints().make()));
        add.accept(new BadCa(
                Flaw.NoKeyCertSign,
                "CRLs only",
                root("x").usage(KeyUsage.cRLSign).make()));
        add.accept(new BadCa(
                Flaw.Expired,
                "ended a second ago",
                root("x").to(NOW.minusSeconds(1)).make()));
        add.accept(new BadCa(
                Flaw.NotYetValid,
                "begins in a second",
                root("x").from(NOW.plusSeconds(1)).make()));
        add.accept(new BadCa(
                Flaw.WeakSignature,
                "SHA-1",
                root("x").keys(RSA).signature("SHA1withRSA").make()));
        add.accept(new BadCa(
                Flaw.WeakSignature,
                "SHA-1 with ECDSA",
                root("x").signature("SHA1withECDSA").make()));
        add.accept(new BadCa(
                Flaw.WeakSignature,
                "MD5",
                root("x").keys(RSA).signature("MD5withRSA").make()));
        add.accept(new BadCa(
                Flaw.WeakSignature,
                "PSS with SHA-1",
                root("x").keys(RSA).signature("SHA1withRSAandMGF1").make()));
        add.accept(new BadCa(
                Flaw.UnsupportedSignature,
                "Ed25519",
                root("x").keys(TestCa.ed25519()).make()));
        add.accept(new BadCa(
                Flaw.KeyUnsupported,
                "exponent of 33 bits",
                root("x").keys(RSA_STRANGE).make()));
        add.accept(new BadCa(Flaw.WeakKey, "RSA-1024", root("x").keys(RSA_1024).make()));
        add.accept(new BadCa(
                Flaw.UnsupportedCurve,
                "P-224",
                root("x").keys(TestCa.ec("secp224r1")).make()));
        add.accept(new BadCa(
                Flaw.UnsupportedCurve,
                "secp256k1",
                root("x").keys(TestCa.ec("secp256k1")).make()));
        add.accept(new BadCa(
                Flaw.ExtendedKeyUsageTooNarrow,
                "code signing",
                root("x").purposes(KeyPurposeId.id_kp_codeSigning).make()));
        add.accept(new BadCa(
                Flaw.ExtendedKeyUsageTooNarrow,
                "servers only",
                root("x").purposes(KeyPurposeId.id_kp_serverAuth).make()));
        add.accept(new BadCa(
                Flaw.ExtendedKeyUsageTooNarrow,
                "any, which OpenSSL does not take for all",
                root("x").purposes(KeyPurposeId.anyExtendedKeyUsage).make()));
        add.accept(new BadCa(
                Flaw.UnknownCriticalExtension,
                "private arc",
                root("x").strangeCriticalExtension().make()));
    }

    private record BadCa(Flaw flaw, String what, Ca ca) {}

    /** Texts that are no PEM of one or more certificates. */
    private static void badTexts(java.util.function.BiConsumer<Flaw, String> add) {
        String pem = ROOT.pem();
        add.accept(Flaw.NotPem, "hello");
        add.accept(Flaw.NotPem, new String(ROOT.der(), java.nio.charset.StandardCharsets.ISO_8859_1));
        add.accept(Flaw.MalformedPem, pem.substring(0, pem.length() / 2));
        add.accept(Flaw.MalformedPem, pem.replace("-----END CERTIFICATE-----", "-----END CERT-----"));
        add.accept(Flaw.MalformedPem, pem.replaceFirst("MII", "M*I"));
        add.accept(Flaw.MalformedPem, "  " + pem.replaceFirst("^", "x"));
        add.accept(Flaw.MalformedPem, "\u00ef\u00bb\u00bf" + pem);
        add.accept(Flaw.TrailingGarbage, pem + "and so on\n");
        add.accept(Flaw.UnexpectedPemBlock, pem.replace("CERTIFICATE-", "CERTIFICATE REQUEST-"));
        add.accept(Flaw.PrivateKeyInCertificate, pem + ROOT.keyPem());
        add.accept(Flaw.PrivateKeyInCertificate, ROOT.keyPem());
        add.accept(Flaw.MalformedCertificate, TestCa.pem("CERTIFICATE", bytes("no certificate at all")));
        add.accept(Flaw.MalformedCertificate, TestCa.pem("CERTIFICATE", append(ROOT.der(), 0)));
        add.accept(Flaw.TooLarge, pem + "\n".repeat(300 * 1024));
        add.accept(Flaw.FieldMissing, "");
    }

    private static byte[] append(byte[] bytes, int last) {
        byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + 1);
        longer[bytes.length] = (byte) last;
        return longer;
    }

    static List<Bad> issuers() {
        List<Bad> all = new ArrayList<>();
        badRoots(bad -> all.add(new Bad(bad.flaw(), "issuer " + bad.what(), issuer(bad.ca()))));
        badTexts((flaw, text) -> all.add(new Bad(flaw, "tls.crt " + text.length(), tls(text, ROOT.keyPem()))));
        badKeys(ROOT, (flaw, key) -> all.add(new Bad(flaw, "tls.key " + key.length(), tls(ROOT.pem(), key))));
        Ca tight = root("tight").pathlen(0).make();
        all.add(new Bad(Flaw.PathLengthTooSmall, "root with pathlen 0", issuer(tight)));
        Ca tightRoot = root("tight").pathlen(1).make();
        Ca below = root("below").issuedBy(tightRoot).make();
        all.add(new Bad(
                Flaw.PathLengthTooSmall,
                "root with pathlen 1 above an issuing CA",
                tls(below.pem(), below.keyPem(), tightRoot.pem())));
        all.add(new Bad(Flaw.ChainOutOfOrder, "root first", tls(ROOT.pem() + MID.pem(), MID.keyPem(), ROOT.pem())));
        Ca low = root("low").issuedBy(MID).make();
        Ca lower = root("lower").issuedBy(low).make();
        all.add(new Bad(
                Flaw.ChainOutOfOrder,
                "lower, mid, low",
                tls(lower.pem() + MID.pem() + low.pem(), lower.keyPem(), ROOT.pem())));
        all.add(new Bad(Flaw.ChainBroken, "another root", tls(MID.pem(), MID.keyPem(), OTHER.pem())));
        Ca forged = root("forged").issuedBy(ROOT).forgedWith(OTHER.keys()).make();
        all.add(new Bad(Flaw.ChainBroken, "forged signature", tls(forged.pem(), forged.keyPem(), ROOT.pem())));
        all.add(new Bad(Flaw.RootMissing, "no ca.crt", tls(MID.pem(), MID.keyPem())));
        all.add(new Bad(Flaw.NotSelfSigned, "ca.crt no root", tls(low.pem(), low.keyPem(), MID.pem())));
        all.add(new Bad(Flaw.CaCrtMismatch, "ca.crt another root", tls(ROOT.pem(), ROOT.keyPem(), OTHER.pem())));
        all.add(new Bad(
                Flaw.MoreThanOneCertificate,
                "ca.crt a bundle",
                tls(MID.pem(), MID.keyPem(), ROOT.pem() + OTHER.pem())));
        all.add(new Bad(Flaw.DuplicateCertificate, "root twice", tls(ROOT.pem() + ROOT.pem(), ROOT.keyPem())));
        Ca old = root("old")
                .issuedBy(root("expired").to(NOW.minusSeconds(1)).make())
                .make();
        all.add(new Bad(Flaw.RootMissing, "expired root not given", tls(old.pem(), old.keyPem())));
        return all;
    }

    private static void badKeys(Ca ca, java.util.function.BiConsumer<Flaw, String> add) {
        add.accept(Flaw.FieldMissing, "");
        add.accept(Flaw.KeyMismatch, OTHER.keyPem());
        add.accept(Flaw.KeyMismatch, TestCa.pem("PRIVATE KEY", RSA.getPrivate().getEncoded()));
        add.accept(Flaw.KeyMalformed, TestCa.pem("PRIVATE KEY", bytes("no key")));
        add.accept(
                Flaw.KeyUnsupported,
                TestCa.pem("PRIVATE KEY", TestCa.ed25519().getPrivate().getEncoded()));
        add.accept(Flaw.KeyEncrypted, TestCa.pem("ENCRYPTED PRIVATE KEY", bytes("secret")));
        add.accept(
                Flaw.KeyEncrypted,
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA"
                        + " PRIVATE KEY-----\n");
        add.accept(Flaw.UnexpectedPemBlock, ca.pem());
        add.accept(Flaw.UnexpectedPemBlock, ca.keyPem() + ca.keyPem());
        add.accept(Flaw.NotPem, "hello");
    }

    static List<Bad> cacertsInputs() {
        List<Bad> all = new ArrayList<>();
        for (String key : List.of("ca-cert.pem", "ca-key.pem", "cert-chain.pem", "root-cert.pem")) {
            all.add(new Bad(Flaw.FieldMissing, "without " + key, without(cacerts(), key)));
        }
        badTexts((flaw, text) -> {
            all.add(new Bad(flaw, "root-cert.pem " + text.length(), with(cacerts(), "root-cert.pem", text)));
            all.add(new Bad(flaw, "cert-chain.pem " + text.length(), with(cacerts(), "cert-chain.pem", text)));
            all.add(new Bad(flaw, "ca-cert.pem " + text.length(), with(cacerts(), "ca-cert.pem", text)));
        });
        badKeys(
                SIGNING,
                (flaw, key) ->
                        all.add(new Bad(flaw, "ca-key.pem " + key.length(), with(cacerts(), "ca-key.pem", key))));
        badRoots(bad -> {
            if (bad.flaw() != Flaw.Expired && bad.flaw() != Flaw.NotYetValid) {
                all.add(new Bad(
                        bad.flaw(),
                        "further root " + bad.what(),
                        with(cacerts(), "root-cert.pem", ROOT.pem() + bad.ca().pem())));
            }
            Ca below = root("below").issuedBy(bad.ca()).make();
            // With Ed25519 above, the lower certificate is signed with it too: refused for the same reason.
            all.add(new Bad(
                    bad.flaw(),
                    "own root " + bad.what(),
                    cacerts(below, below.pem(), bad.ca().pem())));
        });
        all.add(new Bad(
                Flaw.EcParametersBeforeKey,
                "as openssl ecparam writes it",
                with(cacerts(), "ca-key.pem", ecParameters() + SIGNING.keyPem())));
        all.add(new Bad(
                Flaw.ChainOutOfOrder,
                "chain from the root down",
                with(cacerts(), "cert-chain.pem", ROOT.pem() + MID.pem() + SIGNING.pem())));
        all.add(new Bad(
                Flaw.ChainOutOfOrder,
                "root in the middle",
                with(cacerts(), "cert-chain.pem", SIGNING.pem() + ROOT.pem() + MID.pem())));
        all.add(new Bad(
                Flaw.ChainIncomplete,
                "chain without the signing CA",
                with(cacerts(), "cert-chain.pem", MID.pem() + ROOT.pem())));
        all.add(new Bad(
                Flaw.RootNotInBundle, "chain without the middle", with(cacerts(), "cert-chain.pem", SIGNING.pem())));
        all.add(new Bad(
                Flaw.ChainBroken,
                "middle missing, root given",
                with(cacerts(), "cert-chain.pem", SIGNING.pem() + ROOT.pem())));
        all.add(new Bad(Flaw.RootNotInBundle, "another root", with(cacerts(), "root-cert.pem", OTHER.pem())));
        all.add(new Bad(
                Flaw.DuplicateCertificate,
                "middle twice",
                with(cacerts(), "cert-chain.pem", SIGNING.pem() + MID.pem() + MID.pem())));
        all.add(new Bad(
                Flaw.MoreThanOneCertificate,
                "chain in ca-cert.pem",
                with(cacerts(), "ca-cert.pem", SIGNING.pem() + MID.pem())));
        Ca tight = root("tight").issuedBy(ROOT).pathlen(0).make();
        Ca low = root("low").issuedBy(tight).make();
        all.add(new Bad(
                Flaw.PathLengthTooSmall, "CA below pathlen 0", cacerts(low, low.pem() + tight.pem(), ROOT.pem())));
        Ca ended =
                root("ended").issuedBy(ROOT).to(NOW.minus(Duration.ofDays(1))).make();
        all.add(new Bad(Flaw.Expired, "signing CA ended", cacerts(ended, ended.pem(), ROOT.pem())));
        Ca constrained =
                root("constrained").issuedBy(ROOT).permitted("O=elsewhere").make();
        Ca outside = root("outside").issuedBy(constrained).make();
        all.add(new Bad(
                Flaw.ChainBroken,
                "name outside the constraints above it",
                cacerts(outside, outside.pem() + constrained.pem(), ROOT.pem())));
        Ca sha1 = root("sha1")
                .issuedBy(root("rsa").keys(RSA).make())
                .signature("SHA1withRSA")
                .make();
        all.add(new Bad(
                Flaw.WeakSignature,
                "signing CA signed with SHA-1",
                cacerts(sha1, sha1.pem(), root("rsa").keys(RSA).make().pem())));
        return all;
    }

    static List<BadRoot> peerRoots() {
        List<BadRoot> all = new ArrayList<>();
        badRoots(bad -> all.add(new BadRoot(bad.flaw(), bad.what(), bad.ca().pem(), Optional.empty())));
        badTexts((flaw, text) -> all.add(new BadRoot(
                // Space around the text is no part of it, as in the schema.
                text.isBlank() ? Flaw.FieldMissing : flaw, "text " + text.length(), text, Optional.empty())));
        all.removeIf(bad -> bad.flaw() == Flaw.TooLarge);
        all.add(new BadRoot(Flaw.TooLarge, "much text", "x".repeat(20_000) + "\n" + ROOT.pem(), Optional.empty()));
        all.add(new BadRoot(Flaw.MoreThanOneCertificate, "two roots", ROOT.pem() + OTHER.pem(), Optional.empty()));
        all.add(new BadRoot(Flaw.NotSelfSigned, "intermediate", MID.pem(), Optional.empty()));
        all.add(new BadRoot(
                Flaw.RootMismatch,
                "pinned to another",
                ROOT.pem(),
                Optional.of(OTHER.certificate().sha256())));
        return all;
    }

    static String ecParameters() {
        try {
            return TestCa.pem(
                    "EC PARAMETERS",
                    PrivateKeyInfo.getInstance(SIGNING.keys().getPrivate().getEncoded())
                            .getPrivateKeyAlgorithm()
                            .getParameters()
                            .toASN1Primitive()
                            .getEncoded());
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }
}
