package io.meshfed.trust.world;

import io.meshfed.api.ExportedMesh.PublicRoot;
import io.meshfed.trust.x509.CaCertificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What another mesh's catalogue says about the roots of that mesh. */
final class CatalogueRoots {
    private CatalogueRoots() {}

    /** Whether all workloads of that mesh accept a root; empty: the catalogue does not say. */
    static Optional<Boolean> accepted(RemoteRoots remote, CaCertificate root) {
        return fact(remote, root, PublicRoot::accepted);
    }

    /** Whether workloads of that mesh may have certificates under a root; empty: the catalogue does not say. */
    static Optional<Boolean> inUse(RemoteRoots remote, CaCertificate root) {
        return fact(remote, root, PublicRoot::inUse);
    }

    /** A root that the catalogue does not list is neither accepted nor in use. */
    private static Optional<Boolean> fact(RemoteRoots remote, CaCertificate root, Function<PublicRoot, Boolean> fact) {
        return remote.catalogue()
                .filter(CatalogueRoots::isComplete)
                // An operator that publishes none of these facts says nothing about a root that it does not list.
                .filter(roots -> roots.stream().anyMatch(r -> r.accepted() != null && r.inUse() != null))
                .flatMap(roots -> roots.stream()
                        .filter(r -> root.sha256().equals(r.sha256()))
                        .findFirst()
                        .map(r -> Optional.ofNullable(fact.apply(r)))
                        .orElse(Optional.of(false)));
    }

    /** A root without fingerprint could be any root. */
    private static boolean isComplete(List<PublicRoot> catalogue) {
        return catalogue.stream().allMatch(root -> root.sha256() != null);
    }

    /** Why the catalogue does not say, for a message. */
    static String whyUnknown(RemoteRoots remote) {
        if (remote.catalogue().isEmpty()) {
            return "its catalogue cannot be read now";
        }
        return isComplete(remote.catalogue().get())
                ? "its catalogue does not report how its roots are used"
                : "its catalogue (ExportedMesh, spec.roots) has a root without sha256";
    }
}
