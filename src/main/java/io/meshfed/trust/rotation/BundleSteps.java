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
 * Keeps the bundle of a valid {@code cacerts} as the specs ask. Missing roots are added first; only when none is missing are
 * roots removed. An own root is removed only when no mesh uses it any more.
 */
final class BundleSteps {
    private final VerifiedTrust trust;
    private final CacertsWrite write;
    private final Revocation revocation;
    private final Cacerts cacerts;
    private final RootHistory history;
    private final PeerRootStatus peers;

    BundleSteps(VerifiedTrust trust, CacertsWrite write, Revocation revocation, Cacerts cacerts, PeerRootStatus peers) {
        this.trust = trust;
        this.write = write;
        this.revocation = revocation;
        this.cacerts = cacerts;
        this.history = trust.history();
        this.peers = peers;
    }

    /** The next step towards the bundle that the specs ask for; the finding is reported unless a wait takes its place. */
    TrustDecision next(Finding finding) {
        TrustBundle present = trust.bundle();
        TrustBundle grown = present.grow(admitted());
        if (grown.roots().size() > present.roots().size()) {
            return change(grown, "root added", finding);
        }
        Set<CaCertificate> unrequested = history.unrequested(present.roots(), trust.peers());
        if (unrequested.isEmpty() || !trust.peers().undetermined().isEmpty()) {
            return TrustDecision.leave(finding);
        }
        Set<CaCertificate> removable = new LinkedHashSet<>(unrequested);
        Optional<PeerRootStatus.Wait> wait = Optional.empty();
        for (CaCertificate root : unrequested) {
            Optional<PeerRootStatus.Wait> keeps = whatKeeps(root);
            if (keeps.isPresent()) {
                removable.remove(root);
                wait = wait.or(() -> keeps);
            }
        }
        TrustDecision decision = removable.isEmpty() ? TrustDecision.leave(finding) : remove(removable, finding);
        return withProgress(decision, unrequested, wait);
    }

    /** Requested roots; where revocation is checked, only those with a revocation list. */
    private List<CaCertificate> admitted() {
        return trust.peers().wanted().stream().filter(revocation::admits).toList();
    }

    /** Why a root that is not requested any more stays in the bundle; empty: it can be removed. */
    private Optional<PeerRootStatus.Wait> whatKeeps(CaCertificate root) {
        if (!history.maybeOurs(root)) {
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

    private TrustDecision withProgress(
            TrustDecision decision, Set<CaCertificate> unrequested, Optional<PeerRootStatus.Wait> wait) {
        Optional<CaCertificate> from =
                unrequested.stream().filter(history::maybeOurs).findFirst();
        if (from.isEmpty()) {
            return decision;
        }
        RotationProgress progress = new RotationProgress(
                from.get(),
                cacerts.ownRoot(),
                wait.isEmpty() ? Phase.RemoveRoot : Phase.AwaitRenewal,
                wait.map(PeerRootStatus.Wait::what));
        return decision.finding().holds() && wait.isPresent()
                ? TrustDecision.act(decision.action(), Rotation.finding(wait.get(), decision.finding()))
                        .rotating(progress)
                : decision.rotating(progress);
    }

    /**
     * Writes another bundle, unless istiod could see two changes as one that it refuses: the kubelet may show it this write
     * together with one that it has not read yet, and istiod refuses a change that both adds and removes roots.
     */
    private TrustDecision change(TrustBundle next, String why, Finding finding) {
        return trust.istiod().accepts(next, cacerts.ownRoot())
                ? write.bundle(cacerts, next, why, finding)
                : TrustDecision.leave(finding);
    }

    private TrustDecision remove(Set<CaCertificate> roots, Finding finding) {
        try {
            return change(trust.bundle().shrink(roots), "root removed", finding);
        } catch (RefusedMaterialException refused) {
            return TrustDecision.refuse(refused.defect(), "Secret cacerts: " + refused.getMessage());
        }
    }

    /** Adds the root that a rotation leads to, together with missing requested ones. */
    TrustDecision add(CaCertificate root, Finding finding) {
        Collection<CaCertificate> wanted = new LinkedHashSet<>(List.of(root));
        wanted.addAll(admitted());
        return change(trust.bundle().grow(wanted), "root of the new issuer added", finding);
    }
}
