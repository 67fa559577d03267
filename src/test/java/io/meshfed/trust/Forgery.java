package io.meshfed.trust;

import io.meshfed.trust.x509.BouncyCastle;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Certificates as no library makes them: a sound one of ECDSA P-256, some of its bytes changed, signed again. */
public final class Forgery {
    private static final HexFormat HEX = HexFormat.of();
    private static final int EXTENSIONS = 7;

    private Forgery() {}

    /** Changes the fields of what is signed: version, serial, algorithm, issuer, life, subject, key, extensions. */
    @FunctionalInterface
    public interface Change {
        void to(List<byte[]> fields);
    }

    /** Replaces the one extension whose encoding begins so; by nothing: removes it. All in hex. */
    public static Change extension(String beginning, String replacement) {
        return extensions(present -> {
            List<String> changed = new ArrayList<>(present);
            int at = -1;
            for (int i = 0; i < present.size(); i++) {
                at = present.get(i).startsWith(beginning) ? i : at;
            }
            changed.remove(at);
            if (!replacement.isEmpty()) {
                changed.add(replacement);
            }
            return changed;
        });
    }

    /** Adds one, in hex. */
    public static Change oneMoreExtension(String encoded) {
        return extensions(present -> {
            List<String> more = new ArrayList<>(present);
            more.add(encoded);
            return more;
        });
    }

    private static Change extensions(java.util.function.UnaryOperator<List<String>> change) {
        return fields -> {
            List<String> present = Der.of(fields.get(EXTENSIONS)).child(0).children().stream()
                    .map(Der::hex)
                    .toList();
            fields.set(
                    EXTENSIONS,
                    Der.encode(
                            0xa3,
                            Der.encode(
                                    Der.SEQUENCE,
                                    change.apply(present).stream()
                                            .map(HEX::parseHex)
                                            .toArray(byte[][]::new))));
        };
    }

    /** DER of the changed certificate. */
    public static byte[] of(byte[] sound, Change change, PrivateKey signer) throws GeneralSecurityException {
        List<byte[]> fields = new ArrayList<>();
        Der.of(sound).child(0).children().forEach(field -> fields.add(field.encoded()));
        change.to(fields);
        byte[] toBeSigned = Der.encode(Der.SEQUENCE, fields.toArray(byte[][]::new));
        Signature signature = Signature.getInstance(
                HEX.formatHex(fields.get(2)).endsWith("04") ? "SHA512withECDSA" : "SHA256withECDSA",
                BouncyCastle.PROVIDER);
        signature.initSign(signer);
        signature.update(toBeSigned);
        return Der.encode(
                Der.SEQUENCE, toBeSigned, fields.get(2), Der.encode(Der.BIT_STRING, new byte[] {0}, signature.sign()));
    }
}
