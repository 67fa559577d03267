package io.meshfed.trust;

import static io.meshfed.trust.TestCa.NOW;
import static io.meshfed.trust.TestCa.bytes;
import static io.meshfed.trust.TestCa.root;

import io.meshfed.api.condition.CaDefect;
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
public final class BadInputs {
    public static final Ca ROOT = root("root").make();
    public static final Ca OTHER = root("other").make();
    public static final Ca MID = root("mid").issuedBy(ROOT).make();
    public static final Ca SIGNING = root("signing").issuedBy(MID).pathlen(0).make();
    private static final KeyPair RSA = TestCa.rsa(2048);
    private static final KeyPair RSA_STRANGE = TestCa.rsa(2048, new java.math.BigInteger("4294967311"));
    private static final KeyPair RSA_1024 = TestCa.rsa(1024);

    private BadInputs() {}

    public record Bad(CaDefect defect, String what, Map<String, byte[]> data) {
        @Override
        public String toString() {
            return defect + ": " + what;
        }
    }

    public record BadRoot(CaDefect defect, String what, String pem, Optional<String> sha256) {
        @Override
        public String toString() {
            return defect + ": " + what;
        }
    }

    public static Map<String, byte[]> issuer(Ca ca) {
        return tls(ca.pem(), ca.keyPem());
    }

    public static Map<String, byte[]> tls(String crt, String key) {
        return Map.of("tls.crt", bytes(crt), "tls.key", bytes(key));
    }

    public static Map<String, byte[]> tls(String crt, String key, String ca) {
        return Map.of("tls.crt", bytes(crt), "tls.key", bytes(key), "ca.crt", bytes(ca));
    }

    /** A sound foreign cacerts: root, CA, signing CA. */
    public static Map<String, byte[]> cacerts() {
        return cacerts(SIGNING, SIGNING.pem() + MID.pem() + ROOT.pem(), ROOT.pem());
    }

    public static Map<String, byte[]> cacerts(Ca signing, String chain, String roots) {
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
        add.accept(new BadCa(CaDefect.NotCa, "CA:FALSE", root("x").notCa().make()));
        add.accept(new BadCa(
                CaDefect.NotCa,
                "no basic constraints",
                root("x").withoutConstraints().make()));
        add.accept(new BadCa(
                CaDefect.NoKeyCertSign,
                "CRLs only",
                root("x").usage(KeyUsage.cRLSign).make()));
        add.accept(new BadCa(
                CaDefect.Expired,
                "ended a second ago",
                root("x").to(NOW.minusSeconds(1)).make()));
        add.accept(new BadCa(
                CaDefect.NotYetValid,
                "begins in a second",
                root("x").from(NOW.plusSeconds(1)).make()));
        add.accept(new BadCa(
                CaDefect.WeakSignature,
                "SHA-1",
                root("x").keys(RSA).signature("SHA1withRSA").make()));
        add.accept(new BadCa(
                CaDefect.WeakSignature,
                "SHA-1 with ECDSA",
                root("x").signature("SHA1withECDSA").make()));
        add.accept(new BadCa(
                CaDefect.WeakSignature,
                "MD5",
                root("x").keys(RSA).signature("MD5withRSA").make()));
        add.accept(new BadCa(
                CaDefect.WeakSignature,
                "PSS with SHA-1",
                root("x").keys(RSA).signature("SHA1withRSAandMGF1").make()));
        add.accept(new BadCa(
                CaDefect.UnsupportedSignature,
                "Ed25519",
                root("x").keys(TestCa.ed25519()).make()));
        add.accept(new BadCa(
                CaDefect.KeyUnsupported,
                "exponent of 33 bits",
                root("x").keys(RSA_STRANGE).make()));
        add.accept(
                new BadCa(CaDefect.WeakKey, "RSA-1024", root("x").keys(RSA_1024).make()));
        add.accept(new BadCa(
                CaDefect.UnsupportedCurve,
                "P-224",
                root("x").keys(TestCa.ec("secp224r1")).make()));
        add.accept(new BadCa(
                CaDefect.UnsupportedCurve,
                "secp256k1",
                root("x").keys(TestCa.ec("secp256k1")).make()));
        add.accept(new BadCa(
                CaDefect.ExtendedKeyUsageTooNarrow,
                "code signing",
                root("x").purposes(KeyPurposeId.id_kp_codeSigning).make()));
        add.accept(new BadCa(
                CaDefect.ExtendedKeyUsageTooNarrow,
                "servers only",
                root("x").purposes(KeyPurposeId.id_kp_serverAuth).make()));
        add.accept(new BadCa(
                CaDefect.ExtendedKeyUsageTooNarrow,
                "any, which OpenSSL does not take for all",
                root("x").purposes(KeyPurposeId.anyExtendedKeyUsage).make()));
        add.accept(new BadCa(
                CaDefect.UnknownCriticalExtension,
                "private arc",
                root("x").strangeCriticalExtension().make()));
    }

    private record BadCa(CaDefect defect, String what, Ca ca) {}

    /** Texts that are no PEM of one or more certificates. */
    private static void badTexts(java.util.function.BiConsumer<CaDefect, String> add) {
        String pem = ROOT.pem();
        add.accept(CaDefect.NotPem, "hello");
        add.accept(CaDefect.NotPem, new String(ROOT.der(), java.nio.charset.StandardCharsets.ISO_8859_1));
        add.accept(CaDefect.MalformedPem, pem.substring(0, pem.length() / 2));
        add.accept(CaDefect.MalformedPem, pem.replace("-----END CERTIFICATE-----", "-----END CERT-----"));
        add.accept(CaDefect.MalformedPem, pem.replaceFirst("MII", "M*I"));
        add.accept(CaDefect.MalformedPem, "  " + pem.replaceFirst("^", "x"));
        add.accept(CaDefect.MalformedPem, "\u00ef\u00bb\u00bf" + pem);
        add.accept(CaDefect.TrailingGarbage, pem + "and so on\n");
        add.accept(CaDefect.UnexpectedPemBlock, pem.replace("CERTIFICATE-", "CERTIFICATE REQUEST-"));
        add.accept(CaDefect.PrivateKeyInCertificate, pem + ROOT.keyPem());
        add.accept(CaDefect.PrivateKeyInCertificate, ROOT.keyPem());
        add.accept(CaDefect.MalformedCertificate, TestCa.pem("CERTIFICATE", bytes("no certificate at all")));
        add.accept(CaDefect.MalformedCertificate, TestCa.pem("CERTIFICATE", append(ROOT.der(), 0)));
        add.accept(CaDefect.TooLarge, pem + "\n".repeat(300 * 1024));
        add.accept(CaDefect.FieldMissing, "");
    }

    private static byte[] append(byte[] bytes, int last) {
        byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + 1);
        longer[bytes.length] = (byte) last;
        return longer;
    }

    public static List<Bad> issuers() {
        List<Bad> all = new ArrayList<>();
        badRoots(bad -> all.add(new Bad(bad.defect(), "issuer " + bad.what(), issuer(bad.ca()))));
        badTexts((defect, text) -> all.add(new Bad(defect, "tls.crt " + text.length(), tls(text, ROOT.keyPem()))));
        badKeys(ROOT, (defect, key) -> all.add(new Bad(defect, "tls.key " + key.length(), tls(ROOT.pem(), key))));
        Ca tight = root("tight").pathlen(0).make();
        all.add(new Bad(CaDefect.PathLengthTooSmall, "root with pathlen 0", issuer(tight)));
        Ca tightRoot = root("tight").pathlen(1).make();
        Ca below = root("below").issuedBy(tightRoot).make();
        all.add(new Bad(
                CaDefect.PathLengthTooSmall,
                "root with pathlen 1 above an issuing CA",
                tls(below.pem(), below.keyPem(), tightRoot.pem())));
        all.add(new Bad(CaDefect.ChainOutOfOrder, "root first", tls(ROOT.pem() + MID.pem(), MID.keyPem(), ROOT.pem())));
        Ca low = root("low").issuedBy(MID).make();
        Ca lower = root("lower").issuedBy(low).make();
        all.add(new Bad(
                CaDefect.ChainOutOfOrder,
                "lower, mid, low",
                tls(lower.pem() + MID.pem() + low.pem(), lower.keyPem(), ROOT.pem())));
        all.add(new Bad(CaDefect.ChainBroken, "another root", tls(MID.pem(), MID.keyPem(), OTHER.pem())));
        Ca forged = root("forged").issuedBy(ROOT).forgedWith(OTHER.keys()).make();
        all.add(new Bad(CaDefect.ChainBroken, "forged signature", tls(forged.pem(), forged.keyPem(), ROOT.pem())));
        all.add(new Bad(CaDefect.RootMissing, "no ca.crt", tls(MID.pem(), MID.keyPem())));
        all.add(new Bad(CaDefect.NotSelfSigned, "ca.crt no root", tls(low.pem(), low.keyPem(), MID.pem())));
        all.add(new Bad(CaDefect.CaCrtMismatch, "ca.crt another root", tls(ROOT.pem(), ROOT.keyPem(), OTHER.pem())));
        all.add(new Bad(
                CaDefect.MoreThanOneCertificate,
                "ca.crt a bundle",
                tls(MID.pem(), MID.keyPem(), ROOT.pem() + OTHER.pem())));
        all.add(new Bad(CaDefect.DuplicateCertificate, "root twice", tls(ROOT.pem() + ROOT.pem(), ROOT.keyPem())));
        Ca old = root("old")
                .issuedBy(root("expired").to(NOW.minusSeconds(1)).make())
                .make();
        all.add(new Bad(CaDefect.RootMissing, "expired root not given", tls(old.pem(), old.keyPem())));
        return all;
    }

    private static void badKeys(Ca ca, java.util.function.BiConsumer<CaDefect, String> add) {
        add.accept(CaDefect.FieldMissing, "");
        add.accept(CaDefect.KeyMismatch, OTHER.keyPem());
        add.accept(
                CaDefect.KeyMismatch, TestCa.pem("PRIVATE KEY", RSA.getPrivate().getEncoded()));
        add.accept(CaDefect.KeyMalformed, TestCa.pem("PRIVATE KEY", bytes("no key")));
        add.accept(
                CaDefect.KeyUnsupported,
                TestCa.pem("PRIVATE KEY", TestCa.ed25519().getPrivate().getEncoded()));
        add.accept(CaDefect.KeyEncrypted, TestCa.pem("ENCRYPTED PRIVATE KEY", bytes("secret")));
        add.accept(
                CaDefect.KeyEncrypted,
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA"
                        + " PRIVATE KEY-----\n");
        add.accept(CaDefect.UnexpectedPemBlock, ca.pem());
        add.accept(CaDefect.UnexpectedPemBlock, ca.keyPem() + ca.keyPem());
        add.accept(CaDefect.NotPem, "hello");
    }

    public static List<Bad> cacertsInputs() {
        List<Bad> all = new ArrayList<>();
        for (String key : List.of("ca-cert.pem", "ca-key.pem", "cert-chain.pem", "root-cert.pem")) {
            all.add(new Bad(CaDefect.FieldMissing, "without " + key, without(cacerts(), key)));
        }
        badTexts((defect, text) -> {
            all.add(new Bad(defect, "root-cert.pem " + text.length(), with(cacerts(), "root-cert.pem", text)));
            all.add(new Bad(defect, "cert-chain.pem " + text.length(), with(cacerts(), "cert-chain.pem", text)));
            all.add(new Bad(defect, "ca-cert.pem " + text.length(), with(cacerts(), "ca-cert.pem", text)));
        });
        badKeys(
                SIGNING,
                (defect, key) ->
                        all.add(new Bad(defect, "ca-key.pem " + key.length(), with(cacerts(), "ca-key.pem", key))));
        badRoots(bad -> {
            if (bad.defect() != CaDefect.Expired && bad.defect() != CaDefect.NotYetValid) {
                all.add(new Bad(
                        bad.defect(),
                        "further root " + bad.what(),
                        with(cacerts(), "root-cert.pem", ROOT.pem() + bad.ca().pem())));
            }
            Ca below = root("below").issuedBy(bad.ca()).make();
            // With Ed25519 above, the lower certificate is signed with it too: refused for the same reason.
            all.add(new Bad(
                    bad.defect(),
                    "own root " + bad.what(),
                    cacerts(below, below.pem(), bad.ca().pem())));
        });
        all.add(new Bad(
                CaDefect.EcParametersBeforeKey,
                "as openssl ecparam writes it",
                with(cacerts(), "ca-key.pem", ecParameters() + SIGNING.keyPem())));
        all.add(new Bad(
                CaDefect.ChainOutOfOrder,
                "chain from the root down",
                with(cacerts(), "cert-chain.pem", ROOT.pem() + MID.pem() + SIGNING.pem())));
        all.add(new Bad(
                CaDefect.ChainOutOfOrder,
                "root in the middle",
                with(cacerts(), "cert-chain.pem", SIGNING.pem() + ROOT.pem() + MID.pem())));
        all.add(new Bad(
                CaDefect.ChainIncomplete,
                "chain without the signing CA",
                with(cacerts(), "cert-chain.pem", MID.pem() + ROOT.pem())));
        all.add(new Bad(
                CaDefect.RootNotInBundle,
                "chain without the middle",
                with(cacerts(), "cert-chain.pem", SIGNING.pem())));
        all.add(new Bad(
                CaDefect.ChainBroken,
                "middle missing, root given",
                with(cacerts(), "cert-chain.pem", SIGNING.pem() + ROOT.pem())));
        all.add(new Bad(CaDefect.RootNotInBundle, "another root", with(cacerts(), "root-cert.pem", OTHER.pem())));
        all.add(new Bad(
                CaDefect.DuplicateCertificate,
                "middle twice",
                with(cacerts(), "cert-chain.pem", SIGNING.pem() + MID.pem() + MID.pem())));
        all.add(new Bad(
                CaDefect.MoreThanOneCertificate,
                "chain in ca-cert.pem",
                with(cacerts(), "ca-cert.pem", SIGNING.pem() + MID.pem())));
        Ca tight = root("tight").issuedBy(ROOT).pathlen(0).make();
        Ca low = root("low").issuedBy(tight).make();
        all.add(new Bad(
                CaDefect.PathLengthTooSmall, "CA below pathlen 0", cacerts(low, low.pem() + tight.pem(), ROOT.pem())));
        Ca ended =
                root("ended").issuedBy(ROOT).to(NOW.minus(Duration.ofDays(1))).make();
        all.add(new Bad(CaDefect.Expired, "signing CA ended", cacerts(ended, ended.pem(), ROOT.pem())));
        Ca constrained =
                root("constrained").issuedBy(ROOT).permitted("O=elsewhere").make();
        Ca outside = root("outside").issuedBy(constrained).make();
        all.add(new Bad(
                CaDefect.ChainBroken,
                "name outside the constraints above it",
                cacerts(outside, outside.pem() + constrained.pem(), ROOT.pem())));
        Ca sha1 = root("sha1")
                .issuedBy(root("rsa").keys(RSA).make())
                .signature("SHA1withRSA")
                .make();
        all.add(new Bad(
                CaDefect.WeakSignature,
                "signing CA signed with SHA-1",
                cacerts(sha1, sha1.pem(), root("rsa").keys(RSA).make().pem())));
        return all;
    }

    public static List<BadRoot> peerRoots() {
        List<BadRoot> all = new ArrayList<>();
        badRoots(bad -> all.add(new BadRoot(bad.defect(), bad.what(), bad.ca().pem(), Optional.empty())));
        badTexts((defect, text) -> all.add(new BadRoot(
                // Space around the text is no part of it, as in the schema.
                text.isBlank() ? CaDefect.FieldMissing : defect, "text " + text.length(), text, Optional.empty())));
        all.removeIf(bad -> bad.defect() == CaDefect.TooLarge);
        all.add(new BadRoot(CaDefect.TooLarge, "much text", "x".repeat(20_000) + "\n" + ROOT.pem(), Optional.empty()));
        all.add(new BadRoot(CaDefect.MoreThanOneCertificate, "two roots", ROOT.pem() + OTHER.pem(), Optional.empty()));
        all.add(new BadRoot(CaDefect.NotSelfSigned, "intermediate", MID.pem(), Optional.empty()));
        all.add(new BadRoot(
                CaDefect.RootMismatch,
                "pinned to another",
                ROOT.pem(),
                Optional.of(OTHER.certificate().sha256())));
        return all;
    }

    public static String ecParameters() {
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
