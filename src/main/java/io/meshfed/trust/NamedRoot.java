package io.meshfed.trust;

import java.util.Optional;

/**
 * One root certificate of another mesh, not yet verified.
 *
 * @param name its name in {@code spec.trust.roots}
 * @param pem one CA certificate and nothing else, PEM
 * @param sha256 the fingerprint that it must have: SHA-256 of the DER form, hex; empty if the user gives none
 */
public record NamedRoot(String name, String pem, Optional<String> sha256) {

    /** Leaves the PEM out: by mistake it may hold a private key. */
    @Override
    public String toString() {
        return "NamedRoot[name=" + name + ", sha256=" + sha256.orElse("any") + "]";
    }
}
