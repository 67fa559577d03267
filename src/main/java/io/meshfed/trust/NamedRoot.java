package io.meshfed.trust;

import java.util.Optional;

/**
 * One root certificate of another mesh, not yet verified.
 *
 * @param name its name in {@code spec.trust.roots}
 * @param pem one CA certificate and nothing else, PEM; empty: it could not be read, and is known by {@code sha256} alone
 * @param sha256 the fingerprint that it must have: SHA-256 of the DER form, hex; empty if the user gives none
 */
public record NamedRoot(String name, String pem, Optional<String> sha256) {

    /** One that only its fingerprint is known of: it may stand in the bundle already. */
    public static NamedRoot pinned(String name, String sha256) {
        return new NamedRoot(name, "", Optional.of(sha256));
    }

    /** Leaves the PEM out: by mistake it may hold a private key. */
    @Override
    public String toString() {
        return "NamedRoot[name=" + name + ", sha256=" + sha256.orElse("any") + "]";
    }
}
