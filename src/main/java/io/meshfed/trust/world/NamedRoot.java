package io.meshfed.trust.world;

import io.meshfed.api.ExportedMesh.PublicRoot;
import java.util.List;
import java.util.Optional;

/**
 * One root certificate of another mesh, not yet verified.
 *
 * @param name its name in {@code spec.trust.roots}
 * @param pem one CA certificate and nothing else, PEM; empty: it could not be read, and only its {@code sha256} is known
 * @param sha256 the fingerprint that it must have: SHA-256 of the DER form, hex; empty if the user gives none
 * @param fromPeer only the other mesh shows it, so that it needs a fingerprint to be trusted
 */
public record NamedRoot(String name, String pem, Optional<String> sha256, boolean fromPeer) {

    /** A root that the spec gives. */
    public NamedRoot(String name, String pem, Optional<String> sha256) {
        this(name, pem, sha256, false);
    }

    /**
     * The root with the demanded fingerprint, as the other mesh publishes it. If the catalogue does not have it, the first one,
     * which the fingerprint then refuses. If the catalogue has no PEM at all, the root may still be in the bundle.
     *
     * @param catalogue empty: it cannot be read now
     */
    public static NamedRoot fromPeer(String name, Optional<String> sha256, Optional<List<PublicRoot>> catalogue) {
        List<PublicRoot> published = catalogue.orElse(List.of());
        String pem = published.stream()
                .filter(root -> sha256.equals(Optional.ofNullable(root.sha256())))
                .findFirst()
                .or(() -> published.stream().findFirst())
                .flatMap(root -> Optional.ofNullable(root.pem()))
                .orElse("");
        return new NamedRoot(name, pem, sha256, true);
    }

    /** Leaves the PEM out: by mistake it may hold a private key. */
    @Override
    public String toString() {
        return "NamedRoot[name=" + name + ", sha256=" + sha256.orElse("any") + ", fromPeer=" + fromPeer + "]";
    }
}
