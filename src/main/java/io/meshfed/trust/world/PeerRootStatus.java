package io.meshfed.trust.world;

import io.meshfed.api.Trust;
import io.meshfed.api.condition.Reason;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.x509.CaCertificate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Which roots the other meshes accept, use or hold. What is not known is waited for. */
public final class PeerRootStatus {
    private final List<RemoteRoots> remotes;
    private final boolean managed;
    private final PeerRoots verified;

    public PeerRootStatus(VerifiedTrust trust) {
        this.remotes = trust.world().remotes();
        this.managed = trust.spec().type() == Trust.Type.Managed;
        this.verified = trust.peers();
    }

    /**
     * Something that the next step waits for.
     *
     * @param reason of the condition
     * @param what for a message; names the remedy where the user must act
     */
    public record Wait(Reason reason, String what) {}

    /** The first mesh that is not known to accept the root in all its workloads. */
    public Optional<Wait> notAccepting(CaCertificate root) {
        return first(remote -> AcceptedRoots.missing(remote, root).stream());
    }

    /** The first mesh whose workloads may have certificates under the root. */
    public Optional<Wait> maybeUsing(CaCertificate root) {
        return first(remote -> maybeUsing(remote, root));
    }

    /**
     * The first mesh whose {@code cacerts} this mesh issues and that may hold the root: the root must be removed from that
     * remote's {@code cacerts} before it is removed here.
     */
    public Optional<Wait> holding(CaCertificate root) {
        return first(remote -> remote.issued().stream().flatMap(issued -> holding(remote, issued, root)));
    }

    private static Stream<Wait> holding(RemoteRoots remote, RemoteCacertsWorld issued, CaCertificate root) {
        if (!issued.readable()) {
            return Stream.of(new Wait(
                    TrustReason.PeerNotKnown,
                    "RemoteMesh " + remote.remote()
                            + ": the cacerts that is issued for it cannot be read now, so it is not"
                            + " known whether it holds " + root.describe() + "; see the condition CacertsIssued of the"
                            + " RemoteMesh"));
        }
        return issued
                .cacerts()
                .filter(PresentCacerts::writable)
                .map(PresentCacerts::data)
                .map(Cacerts::rootBytes)
                .stream()
                .filter(pem -> TrustBundle.of(pem).roots().contains(root))
                .map(pem -> new Wait(
                        TrustReason.WaitingForPeer,
                        "RemoteMesh " + remote.remote() + ": the cacerts that is issued for it still holds "
                                + root.describe()));
    }

    /** A wait in which the user must act is reported before one that ends without help. */
    private Optional<Wait> first(Function<RemoteRoots, Stream<Wait>> question) {
        List<Wait> waits = remotes.stream()
                .sorted(Comparator.comparing(RemoteRoots::remote))
                .flatMap(remote -> question.apply(remote).map(wait -> endless(remote, wait)))
                .toList();
        return waits.stream()
                .filter(wait -> wait.reason() != TrustReason.WaitingForPeer)
                .findFirst()
                .or(() -> waits.stream().findFirst());
    }

    /** A wait never ends if only this mesh could change the other one's {@code cacerts}, and its type forbids that. */
    private Wait endless(RemoteRoots remote, Wait wait) {
        return managed || remote.issued().isEmpty() || wait.reason() != TrustReason.WaitingForPeer
                ? wait
                : new Wait(
                        TrustReason.NotManaged,
                        wait.what() + ". That does not change by itself: this mesh issues the cacerts of that mesh"
                                + " (spec.trust.issueCacerts), which needs spec.trust.type: Managed. Set that type again,"
                                + " or give that mesh an issuer of its own and remove spec.trust.issueCacerts");
    }

    private Stream<Wait> maybeUsing(RemoteRoots remote, CaCertificate root) {
        Optional<Boolean> inUse = CatalogueRoots.inUse(remote, root);
        if (inUse.isPresent()) {
            return inUse.get()
                    ? Stream.of(new Wait(
                            TrustReason.WaitingForPeer,
                            "RemoteMesh " + remote.remote() + ": its catalogue says that its workloads use "
                                    + root.describe()))
                    : Stream.empty();
        }
        boolean rootsKnown = verified.of(remote.remote())
                .filter(peer -> !peer.unknown() && peer.refused().isEmpty())
                .isPresent();
        if (rootsKnown) {
            // If this RemoteMesh asked for the root, the root would not be about to be removed.
            return Stream.empty();
        }
        return Stream.of(new Wait(
                TrustReason.PeerNotKnown,
                "RemoteMesh " + remote.remote() + ": " + CatalogueRoots.whyUnknown(remote)
                        + ", so it is not known whether its workloads still use " + root.describe()
                        + ". Once none of them does, list the roots that they use in spec.trust.roots of the RemoteMesh, or"
                        + " delete the RemoteMesh"));
    }
}
