package io.meshfed.trust.x509;

import io.meshfed.common.Digests;

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
        return meshName.substring(0, room - 9) + "-" + Digests.sha256(meshName).substring(0, 8) + suffix;
    }
}
