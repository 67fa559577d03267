package io.meshfed.trust.x509;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The common name of a certificate, no longer than RFC 5280 allows. */
public final class CommonName {
    private static final int MAX = 64; // ub-common-name, RFC 5280 appendix A

    private CommonName() {}

    /** Name and suffix in 64 characters. A name that is too long is cut, and eight digits of its hash keep it unique. */
    public static String of(String meshName, String suffix) {
        int room = MAX - suffix.length();
        if (meshName.length() <= room) {
            return meshName + suffix;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(meshName.getBytes(StandardCharsets.UTF_8));
            return meshName.substring(0, room - 9) + "-" + HexFormat.of().formatHex(hash, 0, 4) + suffix;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no SHA-256", e);
        }
    }
}
