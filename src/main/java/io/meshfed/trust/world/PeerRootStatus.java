package io.meshfed.trust.world;

import io.meshfed.api.ExportedMesh.PublicRoot;
import io.meshfed.api.Trust;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.Reason;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.x509.CaCertificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How the other meshes stand to a root: what their catalogues say, else what their administrators said. What cannot be
 * known counts as not known, and is waited for.
 */
public final class PeerRootStatus {
    private final List<RemoteRoots> remotes;
    private final boolean issues;
    private final PeerRoots verified;

    public PeerRootStatus(VerifiedTrust trust) {
        this.remotes = trust.world().remotes();
        this.issues = trust.spec().type() == Trust.Type.Managed;
        this.verified = trust.peers();
    }

    /**
     * Something that is waited for.
     *
     * @param reason of the condition
     * @param what for a message; names the remedy where somebody must act
     */
    public record Wait(Reason reason, String what) {}

    /** The first mesh whose workloads do not all accept the root for sure. */
    public Optional<Wait> notAccepting(CaCertificate root) {
        return first(remote -> notAccepting(remote, root));
    }

    /** The first mesh whose workloads may have certificates under the root. */
    public Optional<Wait> maybeUsing(CaCertificate root) {
        return first(remote -> maybeUsing(remote, root));
    }

    /** The first mesh whose {@code cacerts} is made here and may hold the root: there it leaves before it does here. */
    public Optional<Wait> holding(CaCertificate root) {
        return first(remote -> remote.issued().stream().flatMap(issued -> holding(remote, issued, root)));
    }

    private static Stream<Wait> holding(RemoteRoots remote, RemoteCacertsWorld issued, CaCertificate root) {
        if (!issued.readable()) {
            return Stream.of(new Wait(
                    TrustReason.PeerNotKnown,
                    "RemoteMesh " + remote.remote() + ": the cacerts that is issued for it cannot be read now, so it is"
                            + " not known whether " + root.describe() + " is in it; see its condition "
                            + ConditionType.CacertsIssued));
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

    private Optional<Wait> first(Function<RemoteRoots, Stream<Wait>> question) {
        // What somebody must do is told before what comes by itself.
        List<Wait> waits = remotes.stream()
                .sorted((one, other) -> one.remote().compareTo(other.remote()))
                .flatMap(remote -> question.apply(remote).map(wait -> endless(remote, wait)))
                .toList();
        return waits.stream()
                .filter(wait -> wait.reason() != TrustReason.WaitingForPeer)
                .findFirst()
                .or(() -> waits.stream().findFirst());
    }

    /** What only this mesh could change there, and cannot, does not come by itself. */
    private Wait endless(RemoteRoots remote, Wait wait) {
        return issues || remote.issued().isEmpty() || wait.reason() != TrustReason.WaitingForPeer
                ? wait
                : new Wait(
                        TrustReason.NotManaged,
                        wait.what() + ", and nobody changes that: its cacerts is to be made here"
                                + " (spec.trust.issueCacerts), which needs spec.trust.type: Managed. Set that type back, or"
                                + " give that mesh an issuer of its own and take spec.trust.issueCacerts out");
    }

    private static Stream<Wait> notAccepting(RemoteRoots remote, CaCertificate root) {
        Optional<Boolean> said = said(remote, root, PublicRoot::accepted, false);
        if (said.isPresent()) {
            return said.get()
                    ? Stream.empty()
                    : Stream.of(new Wait(
                            TrustReason.WaitingForPeer,
                            "RemoteMesh " + remote.remote() + ": its catalogue does not say yet that all its workloads"
                                    + " accept " + root.describe()));
        }
        return remote.acceptedRoots().contains(root.sha256())
                ? Stream.empty()
                : Stream.of(new Wait(
                        TrustReason.PeerNotKnown,
                        "RemoteMesh " + remote.remote() + ": " + unreadable(remote) + ", so it is not known whether its"
                                + " workloads accept " + root.describe() + ". Once all of them do, add " + root.sha256()
                                + " to its spec.trust.acceptedRoots, or delete the RemoteMesh"));
    }

    private Stream<Wait> maybeUsing(RemoteRoots remote, CaCertificate root) {
        Optional<Boolean> said = said(remote, root, PublicRoot::inUse, false);
        if (said.isPresent()) {
            return said.get()
                    ? Stream.of(new Wait(
                            TrustReason.WaitingForPeer,
                            "RemoteMesh " + remote.remote() + ": its catalogue says that its workloads use "
                                    + root.describe()))
                    : Stream.empty();
        }
        Optional<PeerRoots.Peer> listed = verified.of(remote.remote());
        boolean known = listed.filter(peer -> !peer.unknown() && peer.refused().isEmpty())
                .isPresent();
        if (known) {
            // Asked for by this very RemoteMesh: then it does not leave anyway.
            return Stream.empty();
        }
        return Stream.of(new Wait(
                TrustReason.PeerNotKnown,
                "RemoteMesh " + remote.remote() + ": " + unreadable(remote) + ", so it is not known whether its"
                        + " workloads still use " + root.describe() + ". Once none does, list the roots that it uses in"
                        + " its spec.trust.roots, or delete the RemoteMesh"));
    }

    /** What the catalogue says of a root; of one that it does not list, that it is {@code otherwise}. */
    private static Optional<Boolean> said(
            RemoteRoots remote, CaCertificate root, Function<PublicRoot, Boolean> fact, boolean otherwise) {
        return remote.catalogue()
                .filter(PeerRootStatus::legible)
                // An operator that does not publish these facts says nothing of any root.
                .filter(roots -> roots.stream().anyMatch(r -> r.accepted() != null && r.inUse() != null))
                .flatMap(roots -> roots.stream()
                        .filter(r -> root.sha256().equals(r.sha256()))
                        .findFirst()
                        .map(r -> Optional.ofNullable(fact.apply(r)))
                        .orElse(Optional.of(otherwise)));
    }

    /** A root without a name could be any, the one that is asked for included. */
    private static boolean legible(List<PublicRoot> catalogue) {
        return catalogue.stream().allMatch(root -> root.sha256() != null);
    }

    private static String unreadable(RemoteRoots remote) {
        if (remote.catalogue().isEmpty()) {
            return "its catalogue cannot be read now";
        }
        return legible(remote.catalogue().get())
                ? "its catalogue says nothing of how its roots are used"
                : "its catalogue (ExportedMesh, spec.roots) has a root without sha256";
    }
}
