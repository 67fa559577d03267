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

/** The roots that istiod runs on, as it publishes them to workloads. */
public sealed interface IstiodRoots {

    /** istiod was not seen. */
    record NotSeen() implements IstiodRoots {}

    /** It publishes something in which no certificate can be read. */
    record Unreadable() implements IstiodRoots {}

    /**
     * It runs on these.
     *
     * @param roots at least one, in the published order
     * @param pem the text as published
     */
    record Running(List<CaCertificate> roots, byte[] pem) implements IstiodRoots {
        /** The same bytes if they are clean, else the same roots written anew. */
        public TrustBundle bundle() {
            TrustBundle published = TrustBundle.of(pem);
            return published.isClean() ? published : TrustBundle.of(roots);
        }

        /** The roots say it all. */
        @Override
        public String toString() {
            return "Running" + roots;
        }
    }

    static IstiodRoots of(Optional<String> published) {
        if (published.isEmpty()) {
            return new NotSeen();
        }
        byte[] pem = Pem.bytes(published.get());
        List<CaCertificate> roots = CaCertificate.readLenient(pem);
        return roots.isEmpty() ? new Unreadable() : new Running(roots, pem);
    }

    /**
     * For the catalogue; empty: it is not known.
     *
     * @param cacerts UID of the Secret {@code cacerts} that stands here
     */
    default Optional<ExportedMesh.Istiod> publicly(Optional<String> cacerts) {
        if (this instanceof Running running) {
            return Optional.of(new ExportedMesh.Istiod(
                    true,
                    running.roots().stream()
                            .limit(TrustBundle.MAX_ROOTS)
                            .map(CaCertificate::sha256)
                            .toList(),
                    cacerts.orElse(null)));
        }
        return this instanceof NotSeen
                ? Optional.of(new ExportedMesh.Istiod(false, List.of(), cacerts.orElse(null)))
                : Optional.empty();
    }

    default boolean runsOn(CaCertificate root) {
        return this instanceof Running running && running.roots().contains(root);
    }

    /**
     * Whether istiod would take a bundle in the place of the one that it publishes: it refuses what both adds and
     * removes. An istiod that does not run on {@code cacerts} at all takes anything, at its next start.
     */
    default boolean takes(TrustBundle next, CaCertificate ownRoot) {
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
                    "no certificate can be read in ConfigMap istio-ca-root-cert, key root-cert.pem; look at istiod"));
        }
        if (!(this instanceof Running running)) {
            return Optional.empty();
        }
        if (!running.roots().contains(cacerts.ownRoot())) {
            return Optional.of(Finding.no(
                    TrustReason.IstiodNeedsRestart,
                    "istiod runs on " + Fingerprints.list(running.roots()) + " and not on "
                            + cacerts.ownRoot().describe()
                            + ": it started before cacerts was made and takes it at its next start only; restart istiod,"
                            + " then the workloads"));
        }
        Set<CaCertificate> lacking = new LinkedHashSet<>(cacerts.roots());
        running.roots().forEach(lacking::remove);
        boolean selfSigning = cacerts.path().size() == 1 && running.roots().equals(List.of(cacerts.ownRoot()));
        if (!lacking.isEmpty() && selfSigning) {
            return Optional.of(Finding.no(
                    TrustReason.IstiodNeedsRestart,
                    "istiod gives its own root " + cacerts.ownRoot().describe() + " to workloads and not "
                            + Fingerprints.list(lacking) + ", which stands beside it in cacerts: an istiod that started"
                            + " with its self-signed CA takes cacerts at its next start only; restart istiod (workloads"
                            + " need no restart)"));
        }
        if (!lacking.isEmpty()) {
            return Optional.of(Finding.no(
                    TrustReason.IstiodNotReloaded,
                    "istiod has not taken " + Fingerprints.list(lacking)
                            + " from cacerts. That may last two minutes; if it stays, set ISTIO_MULTIROOT_MESH=true on"
                            + " istiod: without it istiod refuses changed roots, and renewed intermediates with them"));
        }
        Set<CaCertificate> removed = new LinkedHashSet<>(running.roots());
        cacerts.roots().forEach(removed::remove);
        return removed.isEmpty()
                ? Optional.empty()
                : Optional.of(Finding.no(
                        TrustReason.IstiodNotReloaded,
                        "istiod still trusts " + Fingerprints.list(removed)
                                + ", which left cacerts. That may last two minutes; if it stays, set"
                                + " ISTIO_MULTIROOT_MESH=true on istiod (Istio before 1.30 may need a restart)"));
    }
}
