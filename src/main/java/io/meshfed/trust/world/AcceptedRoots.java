package io.meshfed.trust.world;

import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.world.PeerRootStatus.Wait;
import io.meshfed.trust.x509.CaCertificate;
import java.util.Optional;

/**
 * Whether all workloads of another mesh accept a root: what its catalogue says, or else {@code spec.trust.acceptedRoots} of
 * the RemoteMesh, where the user records what that mesh's administrators said.
 */
final class AcceptedRoots {
    private AcceptedRoots() {}

    /** What a rotation waits for; empty: that mesh accepts the root. */
    static Optional<Wait> missing(RemoteRoots remote, CaCertificate root) {
        Optional<Boolean> accepted = CatalogueRoots.accepted(remote, root);
        if (accepted.isPresent()) {
            return accepted.get()
                    ? Optional.empty()
                    : Optional.of(new Wait(
                            TrustReason.WaitingForPeer,
                            "RemoteMesh " + remote.remote() + ": its catalogue does not say yet that all its workloads"
                                    + " accept " + root.describe()));
        }
        return remote.acceptedRoots().contains(root.sha256())
                ? Optional.empty()
                : Optional.of(new Wait(
                        TrustReason.PeerNotKnown,
                        "RemoteMesh " + remote.remote() + ": " + CatalogueRoots.whyUnknown(remote)
                                + ", so it is not known whether its workloads accept " + root.describe()
                                + ". Once all of them do, add " + root.sha256()
                                + " to its spec.trust.acceptedRoots, or delete the RemoteMesh"));
    }
}
