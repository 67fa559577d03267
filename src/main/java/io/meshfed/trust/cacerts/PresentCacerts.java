package io.meshfed.trust.cacerts;

import java.util.Map;
import java.util.TreeSet;

/**
 * The Secret {@code cacerts} as it is now.
 *
 * @param data its values, base64 already decoded
 * @param origin who created it
 * @param uid {@code metadata.uid} of the Secret
 */
public record PresentCacerts(Map<String, byte[]> data, Origin origin, String uid) {

    public PresentCacerts {
        data = Map.copyOf(data);
    }

    /** Who created a Secret. */
    public enum Origin {
        /** meshfed did (label {@code app.kubernetes.io/managed-by: meshfed} and the owner's UID). */
        OURS,
        /** Others did, and handed it over (annotation {@code meshfed.io/adopt: "true"}). */
        HANDED_OVER,
        /** Others did. */
        FOREIGN
    }

    /** Whether the operator may write it. */
    public boolean writable() {
        return origin != Origin.FOREIGN;
    }

    /** Names the keys only; the values hold a private key. */
    @Override
    public String toString() {
        return "PresentCacerts[keys=" + new TreeSet<>(data.keySet()) + ", origin=" + origin + "]";
    }
}
