package io.meshfed.trust;

import java.util.Map;
import java.util.TreeSet;

/**
 * The Secret {@code cacerts} as it is now.
 *
 * @param data its values, base64 already decoded
 * @param ours whether meshfed made it (label {@code app.kubernetes.io/managed-by: meshfed}) or a user handed it over
 *     (annotation {@code meshfed.io/adopt: "true"})
 */
public record PresentCacerts(Map<String, byte[]> data, boolean ours) {

    public PresentCacerts {
        data = Map.copyOf(data);
    }

    /** Names the keys only; the values hold a private key. */
    @Override
    public String toString() {
        return "PresentCacerts[keys=" + new TreeSet<>(data.keySet()) + ", ours=" + ours + "]";
    }
}
