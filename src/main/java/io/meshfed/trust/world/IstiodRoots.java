package io.meshfed.trust.world;

import io.meshfed.api.ExportedMesh;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.Fingerprints;
import io.meshfed.trust.x509.Pem;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The roots that istiod runs on, which it publishes to workloads in ConfigMap {@code istio-ca-root-cert}. */
public sealed interface IstiodRoots {

    /** There is no such ConfigMap. */
    record NotSeen() implements IstiodRoots {}

    /** The ConfigMap holds no readable certificate. */
    record Unreadable() implements IstiodRoots {}

    /**
     * istiod runs on these roots.
     *
     * @param roots at least one, in the published order
     * @param pem the text as published
     */
    record Running(List<CaCertificate> roots, byte[] pem) implements IstiodRoots {
        /** The published bytes if they are clean, or else the same roots written again. */
        public TrustBundle bundle() {
            TrustBundle published = TrustBundle.of(pem);
            return published.isClean() ? published : TrustBundle.of(roots);
        }

        @Override
        public String toString() {
            return "Running" + roots;
        }
    }

    /** @param published key {@code root-cert.pem} of the ConfigMap */
    static IstiodRoots of(Optional<String> published) {
        if (published.isEmpty()) {
            return new NotSeen();
        }
        byte[] pem = Pem.bytes(published.get());
        List<CaCertificate> roots = CaCertificate.readLenient(pem);
        return roots.isEmpty() ? new Unreadable() : new Running(roots, pem);
    }

    /** The published roots; empty if none can be read. */
    default List<CaCertificate> published() {
        return this instanceof Running running ? running.roots() : List.of();
    }

    /**
     * What the catalogue reports about istiod; empty: it is not known.
     *
     * @param cacerts UID of this mesh's Secret {@code cacerts}
     */
    default Optional<ExportedMesh.Istiod> publicly(Optional<String> cacerts) {
        if (this instanceof Unreadable) {
            return Optional.empty();
        }
        return Optional.of(new ExportedMesh.Istiod(
                this instanceof Running,
                published().stream()
                        .limit(TrustBundle.MAX_ROOTS)
                        .map(CaCertificate::sha256)
                        .toList(),
                cacerts.orElse(null)));
    }

    default boolean runsOn(CaCertificate root) {
        return published().contains(root);
    }

    /**
     * Whether istiod would accept a bundle in the place of the one that it publishes: it refuses a change that both adds and
     * removes roots. An istiod that does not run on {@code cacerts} accepts anything, at its next start.
     */
    default boolean accepts(TrustBundle next, CaCertificate ownRoot) {
        return !(this instanceof Running running)
                || !running.roots().contains(ownRoot)
                || running.roots().containsAll(next.roots())
                || next.roots().containsAll(running.roots());
    }

    /** How istiod lags behind {@code cacerts}; empty if it does not, or was not seen. */
    default Optional<Finding> behind(Cacerts cacerts) {
        if (this instanceof Unreadable) {
            return Optional.of(Finding.no(
                    TrustReason.PublishedRootsUnreadable,
                    "ConfigMap istio-ca-root-cert, key root-cert.pem, holds no readable certificate; check istiod, which"
                            + " writes it"));
        }
        if (!(this instanceof Running running)) {
            return Optional.empty();
        }
        CaCertificate ownRoot = cacerts.ownRoot();
        if (!running.roots().contains(ownRoot)) {
            return Optional.of(Finding.no(
                    TrustReason.IstiodNeedsRestart,
                    "istiod runs on " + Fingerprints.list(running.roots()) + " and not on " + ownRoot.describe()
                            + ": it did not load this cacerts while it runs, and reads it at its next start; restart istiod, then"
                            + " the workloads"));
        }
        Set<CaCertificate> missing = new LinkedHashSet<>(cacerts.roots());
        running.roots().forEach(missing::remove);
        boolean selfSigning = cacerts.path().size() == 1 && running.roots().equals(List.of(ownRoot));
        if (!missing.isEmpty() && selfSigning) {
            return Optional.of(Finding.no(
                    TrustReason.IstiodNeedsRestart,
                    "istiod distributes its own root " + ownRoot.describe() + " to workloads, but not "
                            + Fingerprints.list(missing) + ", which cacerts holds too: an istiod that started with its"
                            + " self-signed CA reads cacerts at its next start only; restart istiod (workloads need no"
                            + " restart)"));
        }
        if (!missing.isEmpty()) {
            return Optional.of(Finding.no(
                    TrustReason.IstiodNotReloaded,
                    "istiod has not read " + Fingerprints.list(missing)
                            + " from cacerts yet. This may take two minutes; if it lasts longer, set"
                            + " ISTIO_MULTIROOT_MESH=true on istiod: without it istiod refuses changed roots, and renewed"
                            + " intermediates with them"));
        }
        Set<CaCertificate> removed = new LinkedHashSet<>(running.roots());
        cacerts.roots().forEach(removed::remove);
        return removed.isEmpty()
                ? Optional.empty()
                : Optional.of(Finding.no(
                        TrustReason.IstiodNotReloaded,
                        "istiod still distributes " + Fingerprints.list(removed)
                                + ", which was removed from cacerts. This may take two minutes; if it lasts longer, set"
                                + " ISTIO_MULTIROOT_MESH=true on istiod (Istio before 1.30 may need a restart)"));
    }
}
