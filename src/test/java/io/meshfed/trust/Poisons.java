package io.meshfed.trust;

import static io.meshfed.trust.TestCa.NOW;
import static io.meshfed.trust.TestCa.bytes;
import static io.meshfed.trust.TestCa.ec;
import static io.meshfed.trust.TestCa.root;

import io.meshfed.api.condition.CaDefect;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.world.PeerRoots;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;

/** What a mesh that means harm could hand out as its root, beyond {@link BadInputs#peerRoots}. */
final class Poisons {
    /** The root of this mesh. */
    static final Ca OWN = root("own").make();
    /** The good root of the other mesh. */
    static final Ca WEST = root("west").make();

    private static final HexFormat HEX = HexFormat.of();
    private static final String CONSTRAINTS = "300f0603551d130101ff0405";
    private static final int VERSION = 0;
    private static final int SERIAL = 1;
    private static final int LIFE = 4;
    private static final int SUBJECT = 5;
    private static final int KEY = 6;

    private Poisons() {}

    record Poison(String what, CaDefect defect, String pem) {
        @Override
        public String toString() {
            return what;
        }
    }

    static List<Poison> all() {
        List<Poison> all = new ArrayList<>();
        texts(all);
        standIns(all);
        forgeries(all);
        return all;
    }

    private static void texts(List<Poison> all) {
        String evil = root("evil").make().pem();
        all.add(new Poison("another root behind it", CaDefect.MoreThanOneCertificate, WEST.pem() + evil));
        all.add(new Poison("another root before it", CaDefect.MoreThanOneCertificate, evil + WEST.pem()));
        all.add(new Poison("twice the same", CaDefect.MoreThanOneCertificate, WEST.pem() + WEST.pem()));
        all.add(new Poison("its key behind it", CaDefect.PrivateKeyInCertificate, WEST.pem() + WEST.keyPem()));
        all.add(new Poison("its key before it", CaDefect.PrivateKeyInCertificate, WEST.keyPem() + WEST.pem()));
        all.add(new Poison("words behind it", CaDefect.TrailingGarbage, WEST.pem() + "trust me\n"));
        all.add(new Poison("one block inside another", CaDefect.MalformedPem, nested(WEST.pem(), evil)));
        all.add(new Poison("headers in the block", CaDefect.MalformedPem, header(WEST.pem())));
        all.add(new Poison("two on one line", CaDefect.MalformedPem, WEST.pem().strip() + evil));
        all.add(new Poison("more than is read", CaDefect.TooLarge, "#".repeat(PeerRoots.MAX_PEM_BYTES) + "\n" + evil));
        all.add(new Poison(
                "a thousand of them",
                CaDefect.TooLarge,
                root("many").make().pem().repeat(1_000)));
        all.add(new Poison("zeros", CaDefect.NotPem, "\0".repeat(1_000)));
        all.add(new Poison("a trusted certificate of OpenSSL's own kind", CaDefect.UnexpectedPemBlock, trusted(WEST)));
    }

    private static String nested(String outer, String inner) {
        int middle = outer.indexOf('\n', outer.length() / 2) + 1;
        return outer.substring(0, middle) + inner + outer.substring(middle);
    }

    private static String header(String pem) {
        return pem.replaceFirst("\n", "\nX-Note: hello\n\n");
    }

    private static String trusted(Ca ca) {
        return TestCa.pem("TRUSTED CERTIFICATE", ca.der());
    }

    private static void standIns(List<Poison> all) {
        all.add(new Poison(
                "a workload's certificate",
                CaDefect.NotCa,
                root("leaf").issuedBy(WEST).notCa().make().pem()));
        all.add(new Poison(
                "a self-signed workload",
                CaDefect.NotCa,
                root("leaf").notCa().make().pem()));
        all.add(new Poison(
                "its intermediate",
                CaDefect.NotSelfSigned,
                root("mid").issuedBy(WEST).make().pem()));
        all.add(new Poison(
                "this mesh's root, signed by another",
                CaDefect.NotSelfSigned,
                root("own").keys(OWN.keys()).issuedBy(WEST).make().pem()));
        all.add(new Poison(
                "a twin of this mesh's root, its key identifier too",
                CaDefect.AmbiguousRoot,
                twin("own", OWN).pem()));
        all.add(new Poison(
                "a root with the name of this mesh's, without a key identifier",
                CaDefect.AmbiguousRoot,
                root("own").withoutSubjectKeyIdentifier().make().pem()));
        all.add(new Poison(
                "a root for servers only",
                CaDefect.ExtendedKeyUsageTooNarrow,
                root("servers").purposes(KeyPurposeId.id_kp_serverAuth).make().pem()));
        all.add(new Poison(
                "a life that ends before it begins",
                CaDefect.NotYetValid,
                root("backwards")
                        .from(NOW.plusSeconds(60))
                        .to(NOW.plusSeconds(1))
                        .make()
                        .pem()));
        all.add(new Poison(
                "a curve that Go does not know",
                CaDefect.UnsupportedCurve,
                root("pool").keys(ec("brainpoolP256r1")).make().pem()));
    }

    /** A root with the name and the key identifier of another one, and a key of its own. */
    static Ca twin(String name, Ca other) {
        Ca twin = root(name).make();
        String identifier =
                HEX.formatHex(SubjectKeyIdentifier.fromExtensions(other.holder().getExtensions())
                        .getKeyIdentifier());
        return forged(twin, Forgery.extension("301d0603551d0e", "301d0603551d0e04160414" + identifier));
    }

    private static Ca forged(Ca sound, Forgery.Change change) {
        try {
            return new Ca(
                    new X509CertificateHolder(
                            Forgery.of(sound.der(), change, sound.keys().getPrivate())),
                    sound.keys());
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void forgeries(List<Poison> all) {
        forged(
                all,
                "path length -1",
                CaDefect.MalformedCertificate,
                Forgery.extension(CONSTRAINTS, constraints("0201ff")));
        forged(
                all,
                "path length 2^31",
                CaDefect.MalformedCertificate,
                Forgery.extension(CONSTRAINTS, constraints("02050080000000")));
        forged(
                all,
                "path length 2^32",
                CaDefect.MalformedCertificate,
                Forgery.extension(CONSTRAINTS, constraints("02050100000000")));
        forged(
                all,
                "path length 2^64",
                CaDefect.MalformedCertificate,
                Forgery.extension(CONSTRAINTS, constraints("0209010000000000000000")));
        forged(
                all,
                "CA:TRUE that is not DER",
                CaDefect.MalformedCertificate,
                Forgery.extension(CONSTRAINTS, "300f0603551d130101ff04053003010101"));
        forged(
                all,
                "CA:TRUE, and then CA:FALSE",
                CaDefect.MalformedCertificate,
                Forgery.oneMoreExtension("300c0603551d130101ff04023000"));
        forged(
                all,
                "an unknown critical extension",
                CaDefect.UnknownCriticalExtension,
                Forgery.oneMoreExtension("301006032a03040101ff0406040400000000"));
        forged(
                all,
                "version 2 with extensions",
                CaDefect.MalformedCertificate,
                fields -> fields.set(VERSION, HEX.parseHex("a003020101")));
        forged(all, "no extensions", CaDefect.NotCa, fields -> fields.remove(7));
        Map.of(
                        "key usage", "300c0603551d0f0101ff0402" + "0500",
                        "extended key usage", "30090603551d250402" + "0500",
                        "name constraints", "300c0603551d1e0101ff0402" + "0500",
                        "authority key identifier", "30090603551d230402" + "0500",
                        "subject alternative names", "30090603551d110402" + "0500")
                .forEach((what, encoded) -> forged(
                        all,
                        "nothing readable for " + what,
                        CaDefect.MalformedCertificate,
                        what.equals("key usage")
                                ? Forgery.extension("300e0603551d0f", encoded)
                                : Forgery.oneMoreExtension(encoded)));
        forged(
                all,
                "a negative serial",
                CaDefect.MalformedCertificate,
                fields -> fields.set(SERIAL, HEX.parseHex("0201ff")));
        forged(
                all,
                "a serial of 21 octets",
                CaDefect.MalformedCertificate,
                fields -> fields.set(SERIAL, HEX.parseHex("0215" + "7f".repeat(21))));
        forged(all, "no subject", CaDefect.MalformedCertificate, fields -> {
            fields.set(SUBJECT, HEX.parseHex("3000"));
            fields.set(3, HEX.parseHex("3000"));
        });
        forged(all, "a point beside the curve", CaDefect.MalformedCertificate, key(encoded -> {
            encoded[encoded.length - 1] ^= 1;
            return encoded;
        }));
        forged(
                all,
                "the point at infinity",
                CaDefect.MalformedCertificate,
                fields -> fields.set(KEY, HEX.parseHex("3019301306072a8648ce3d020106082a8648ce3d03010703020000")));
        forged(
                all,
                "a month 13",
                CaDefect.MalformedCertificate,
                fields -> fields.set(
                        LIFE,
                        Der.encode(
                                Der.SEQUENCE,
                                Der.encode(Der.UTC_TIME, bytes("251301000000Z")),
                                Der.encode(Der.UTC_TIME, bytes("350101000000Z")))));
        forged(
                all,
                "an RSA key of 16,384 bits",
                CaDefect.MalformedCertificate,
                fields -> fields.set(KEY, rsa("00" + "c5".repeat(2_048), "010001")));
        forged(
                all,
                "an RSA key with an exponent of 4,096 bits",
                CaDefect.MalformedCertificate,
                fields -> fields.set(KEY, rsa("00" + "c5".repeat(256), "00" + "c5".repeat(512))));
        all.add(new Poison(
                "a forged signature",
                CaDefect.NotSelfSigned,
                root("forged").forgedWith(WEST.keys()).make().pem()));
        all.add(new Poison("a flipped bit", CaDefect.NotSelfSigned, pem(last(WEST.der(), b -> (byte) (b ^ 1)))));
        all.add(new Poison(
                "bytes behind the certificate", CaDefect.MalformedCertificate, pem(join(WEST.der(), new byte[1]))));
        all.add(new Poison(
                "two certificates in one block", CaDefect.MalformedCertificate, pem(join(WEST.der(), OWN.der()))));
        all.add(new Poison("BER, of no definite length", CaDefect.MalformedCertificate, pem(indefinite(WEST.der()))));
        all.add(new Poison(
                "half of it",
                CaDefect.MalformedCertificate,
                pem(java.util.Arrays.copyOf(WEST.der(), WEST.der().length / 2))));
    }

    private static String constraints(String pathLength) {
        return HEX.formatHex(Der.encode(
                Der.SEQUENCE,
                HEX.parseHex("0603551d130101ff"),
                Der.encode(0x04, Der.encode(Der.SEQUENCE, HEX.parseHex("0101ff" + pathLength)))));
    }

    private static byte[] rsa(String modulus, String exponent) {
        return Der.encode(
                Der.SEQUENCE,
                HEX.parseHex("300d06092a864886f70d0101010500"),
                Der.encode(
                        Der.BIT_STRING,
                        new byte[] {0},
                        Der.encode(
                                Der.SEQUENCE,
                                Der.encode(Der.INTEGER, HEX.parseHex(modulus)),
                                Der.encode(Der.INTEGER, HEX.parseHex(exponent)))));
    }

    private static Forgery.Change key(UnaryOperator<byte[]> change) {
        return fields -> fields.set(KEY, change.apply(fields.get(KEY).clone()));
    }

    private static void forged(List<Poison> all, String what, CaDefect defect, Forgery.Change change) {
        all.add(new Poison(what, defect, forged(change)));
    }

    /** A self-signed root, changed and signed again with its own key. */
    static String forged(Forgery.Change change) {
        Ca sound = root("forged").make();
        try {
            return pem(Forgery.of(sound.der(), change, sound.keys().getPrivate()));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String pem(byte[] der) {
        return TestCa.pem("CERTIFICATE", der);
    }

    private static byte[] last(byte[] bytes, java.util.function.Function<Byte, Byte> change) {
        byte[] changed = bytes.clone();
        changed[bytes.length - 1] = change.apply(bytes[bytes.length - 1]);
        return changed;
    }

    private static byte[] join(byte[] one, byte[] other) {
        byte[] both = java.util.Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static byte[] indefinite(byte[] der) {
        byte[] content = Der.of(der).content();
        return join(join(new byte[] {0x30, (byte) 0x80}, content), new byte[2]);
    }
}
