package io.meshfed.trust.rotation;

import io.meshfed.api.MeshFederationStatus.Phase;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.crl.Revocation;
import io.meshfed.trust.world.Finding;
import io.meshfed.trust.world.PeerRootStatus;
import io.meshfed.trust.world.RootHistory;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.RefusedMaterialException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The bundle of a {@code cacerts} that verifies, kept in step with what is asked for: it grows first, and only when
 * nothing is missing does it shrink. A root of this mesh's own leaves only when nobody uses it any more.
 */
final class BundleSteps {
    private final VerifiedTrust trust;
    private final CacertsWrite write;
    private final Revocation revocation;
    private final Cacerts cacerts;
    private final RootHistory history;
    private final PeerRootStatus peers;

    BundleSteps(
            VerifiedTrust trust,
            CacertsWrite write,
            Revocation revocation,
            Cacerts cacerts,
            RootHistory history,
            PeerRootStatus peers) {
        this.trust = trust;
        this.write = write;
        this.revocation = revocation;
        this.cacerts = cacerts;
        this.history = history;
        this.peers = peers;
    }

    /** The next step that the other meshes' roots, and roots that were given up, need. */
    TrustDecision next(Finding ready) {
        TrustBundle present = trust.bundle();
        TrustBundle grown = present.grow(admitted());
        if (grown.roots().size() > present.roots().size()) {
            return change(grown, "root added", ready);
        }
        Set<CaCertificate> leaving = history.leaving(present.roots(), trust.peers());
        if (leaving.isEmpty()) {
            return TrustDecision.leave(ready);
        }
        if (!trust.peers().undetermined().isEmpty()) {
            return TrustDecision.leave(ready);
        }
        Set<CaCertificate> gone = new LinkedHashSet<>(leaving);
        Optional<PeerRootStatus.Wait> wait = Optional.empty();
        for (CaCertificate root : leaving) {
            Optional<PeerRootStatus.Wait> holds = holds(root);
            if (holds.isPresent()) {
                gone.remove(root);
                wait = wait.or(() -> holds);
            }
        }
        TrustDecision decision = gone.isEmpty() ? TrustDecision.leave(ready) : shrink(gone, ready);
        return told(decision, leaving, wait);
    }

    /** The roots that others ask for; where revocation is checked, those of which there is a list. */
    private List<CaCertificate> admitted() {
        return trust.peers().wanted().stream().filter(revocation::admits).toList();
    }

    /** What keeps a root that is leaving in the bundle. */
    private Optional<PeerRootStatus.Wait> holds(CaCertificate root) {
        if (!history.ours(root)) {
            return Optional.empty();
        }
        if (history.mayBeInUse(root)) {
            return Optional.of(new PeerRootStatus.Wait(
                    TrustReason.Rotating,
                    "workloads of this mesh may have certificates under " + root.describe()
                            + history.unusedAt(root).map(at -> " until " + at).orElse("")));
        }
        return peers.maybeUsing(root).or(() -> peers.holding(root));
    }

    private TrustDecision told(TrustDecision decision, Set<CaCertificate> leaving, Optional<PeerRootStatus.Wait> wait) {
        Optional<CaCertificate> from = leaving.stream().filter(history::ours).findFirst();
        if (from.isEmpty()) {
            return decision;
        }
        RotationProgress progress = new RotationProgress(
                from.get(),
                cacerts.ownRoot(),
                wait.isEmpty() ? Phase.RemoveRoot : Phase.AwaitRenewal,
                wait.map(PeerRootStatus.Wait::what));
        return decision.finding().holds() && wait.isPresent()
                ? TrustDecision.act(decision.action(), Rotation.condition(wait.get(), decision.finding()))
                        .rotating(progress)
                : decision.rotating(progress);
    }

    /**
     * Writes another bundle, unless istiod might see two changes as one that it refuses: the kubelet may show it this
     * write together with one that it has not taken yet, and it takes nothing that both adds and removes.
     */
    TrustDecision change(TrustBundle next, String why, Finding ready) {
        return trust.istiod().takes(next, cacerts.ownRoot())
                ? write.bundle(cacerts, next, why, ready)
                : TrustDecision.leave(ready);
    }

    private TrustDecision shrink(Set<CaCertificate> gone, Finding ready) {
        try {
            return change(trust.bundle().shrink(gone), "root removed", ready);
        } catch (RefusedMaterialException refused) {
            return TrustDecision.refuse(refused.defect(), "Secret cacerts: " + refused.getMessage());
        }
    }

    /** With the root that is to come. */
    TrustDecision add(CaCertificate root, Finding ready) {
        Collection<CaCertificate> wanted = new LinkedHashSet<>(List.of(root));
        wanted.addAll(admitted());
        return change(trust.bundle().grow(wanted), "root of the new issuer added", ready);
    }
}
