package io.meshfed.trust;

import io.meshfed.api.Condition;
import io.meshfed.api.MeshFederationStatus.Phase;
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
    private final Picture picture;
    private final CacertsWrite write;
    private final Revocation revocation;
    private final Cacerts cacerts;
    private final RootLedger ledger;
    private final PeerStance peers;

    BundleSteps(
            Picture picture,
            CacertsWrite write,
            Revocation revocation,
            Cacerts cacerts,
            RootLedger ledger,
            PeerStance peers) {
        this.picture = picture;
        this.write = write;
        this.revocation = revocation;
        this.cacerts = cacerts;
        this.ledger = ledger;
        this.peers = peers;
    }

    /** The next step that the other meshes' roots, and roots that were given up, need. */
    Verdict next(Condition ready) {
        TrustBundle present = picture.bundle();
        TrustBundle grown = present.grow(admitted());
        if (grown.roots().size() > present.roots().size()) {
            return change(grown, "root added", ready);
        }
        Set<CaCertificate> leaving = ledger.leaving(present.roots(), picture.peers());
        if (leaving.isEmpty()) {
            return Verdict.leave(ready);
        }
        if (!picture.peers().undetermined().isEmpty()) {
            return Verdict.leave(ready);
        }
        Set<CaCertificate> gone = new LinkedHashSet<>(leaving);
        Optional<PeerStance.Wait> wait = Optional.empty();
        for (CaCertificate root : leaving) {
            Optional<PeerStance.Wait> holds = holds(root);
            if (holds.isPresent()) {
                gone.remove(root);
                wait = wait.or(() -> holds);
            }
        }
        Verdict verdict = gone.isEmpty() ? Verdict.leave(ready) : shrink(gone, ready);
        return told(verdict, leaving, wait);
    }

    /** The roots that others ask for; where revocation is checked, those of which there is a list. */
    private List<CaCertificate> admitted() {
        return picture.peers().wanted().stream().filter(revocation::admits).toList();
    }

    /** What keeps a root that is leaving in the bundle. */
    private Optional<PeerStance.Wait> holds(CaCertificate root) {
        if (!ledger.ours(root)) {
            return Optional.empty();
        }
        if (ledger.mayBeInUse(root)) {
            return Optional.of(new PeerStance.Wait(
                    Reasons.ROTATING,
                    "workloads of this mesh may have certificates under " + root.describe()
                            + ledger.unusedAt(root).map(at -> " until " + at).orElse("")));
        }
        return peers.maybeUsing(root).or(() -> peers.holding(root));
    }

    private Verdict told(Verdict verdict, Set<CaCertificate> leaving, Optional<PeerStance.Wait> wait) {
        Optional<CaCertificate> from = leaving.stream().filter(ledger::ours).findFirst();
        if (from.isEmpty()) {
            return verdict;
        }
        Progress progress = new Progress(
                from.get(),
                cacerts.ownRoot(),
                wait.isEmpty() ? Phase.RemoveRoot : Phase.AwaitRenewal,
                wait.map(PeerStance.Wait::what));
        return verdict.ready().holds() && wait.isPresent()
                ? Verdict.act(verdict.action(), Rotation.condition(wait.get(), verdict.ready()))
                        .rotating(progress)
                : verdict.rotating(progress);
    }

    /**
     * Writes another bundle, unless istiod might see two changes as one that it refuses: the kubelet may show it this
     * write together with one that it has not taken yet, and it takes nothing that both adds and removes.
     */
    Verdict change(TrustBundle next, String why, Condition ready) {
        return picture.istiod().takes(next, cacerts.ownRoot())
                ? write.bundle(cacerts, next, why, ready)
                : Verdict.leave(ready);
    }

    private Verdict shrink(Set<CaCertificate> gone, Condition ready) {
        try {
            return change(picture.bundle().shrink(gone), "root removed", ready);
        } catch (Refused refused) {
            return Verdict.refuse(refused.flaw(), "Secret cacerts: " + refused.getMessage());
        }
    }

    /** With the root that is to come. */
    Verdict add(CaCertificate root, Condition ready) {
        Collection<CaCertificate> wanted = new LinkedHashSet<>(List.of(root));
        wanted.addAll(admitted());
        return change(picture.bundle().grow(wanted), "root of the new issuer added", ready);
    }
}
