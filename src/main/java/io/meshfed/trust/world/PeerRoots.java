package io.meshfed.trust.world;

import io.meshfed.api.Trust;
import io.meshfed.api.condition.CaDefect;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.Reason;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.CaProfile;
import io.meshfed.trust.x509.Fingerprints;
import io.meshfed.trust.x509.Pem;
import io.meshfed.trust.x509.RefusedMaterialException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The roots that RemoteMeshes ask to trust, each verified; one that is refused harms no other. */
public record PeerRoots(List<Peer> peers) {
    /** As many bytes as the schema allows for one root. */
    public static final int MAX_PEM_BYTES = 16 * 1024;

    /**
     * What one RemoteMesh asks for.
     *
     * @param refused name of the root and why, in the order of the spec
     */
    public record Peer(String remote, List<CaCertificate> valid, List<Refusal> refused, boolean unknown) {}

    record Refusal(String root, CaDefect defect, String message) {}

    /**
     * What decides whether a root may be trusted, beside itself.
     *
     * @param ours fingerprints of the roots that this mesh signs under, is going to, or did
     * @param own the roots that this mesh signs under or is going to
     */
    public record Ground(
            Optional<String> trustDomain, Set<String> ours, Set<CaCertificate> own, TrustBundle bundle, Instant now) {}

    /** Verifies all of them, in the order of the remotes' names: the bundle must not depend on a cache's order. */
    public static PeerRoots verify(List<RemoteRoots> remotes, Ground ground) {
        // One after the other: what is valid of one may forbid a root of the next.
        Set<CaCertificate> others = new LinkedHashSet<>(ground.own());
        others.addAll(ground.bundle().roots());
        List<Peer> peers = new ArrayList<>();
        remotes.stream()
                .filter(remote -> remote.unknown() || !remote.roots().isEmpty())
                .sorted(Comparator.comparing(RemoteRoots::remote))
                .forEach(remote -> {
                    Peer peer = verify(remote, others, ground);
                    others.addAll(peer.valid());
                    peers.add(peer);
                });
        return new PeerRoots(List.copyOf(peers));
    }

    private static Peer verify(RemoteRoots remote, Set<CaCertificate> others, Ground ground) {
        List<CaCertificate> valid = new ArrayList<>();
        List<Refusal> refused = new ArrayList<>();
        boolean unknown = remote.unknown();
        for (NamedRoot root : remote.roots()) {
            try {
                Optional<NamedRoot> read = read(root, remote, ground.bundle());
                unknown |= read.isEmpty();
                if (read.isPresent()) {
                    CaCertificate certificate = verify(read.get(), ground.now());
                    apart(read.get(), certificate, remote, ground);
                    unmistakable(read.get(), certificate, others);
                    valid.add(certificate);
                }
            } catch (RefusedMaterialException e) {
                refused.add(new Refusal(root.name(), e.defect(), String.valueOf(e.getMessage())));
            }
        }
        return new Peer(remote.remote(), List.copyOf(valid), List.copyOf(refused), unknown);
    }

    /** One that is known by its fingerprint alone is as good as read if it stands in the bundle. */
    private static Optional<NamedRoot> read(NamedRoot root, RemoteRoots remote, TrustBundle bundle)
            throws RefusedMaterialException {
        if (root.fromPeer() && root.sha256().isEmpty()) {
            throw new RefusedMaterialException(
                    CaDefect.FieldMissing,
                    "root '" + root.name() + "': sha256 is required with fromPeer, for a root that only the other side"
                            + " vouches for is not trusted; ask its administrators for the fingerprint");
        }
        if (!root.fromPeer() || !root.pem().isBlank()) {
            return Optional.of(root);
        }
        Optional<NamedRoot> standing = bundle.roots().stream()
                .filter(present -> root.sha256().equals(Optional.of(present.sha256())))
                .findFirst()
                .map(present -> new NamedRoot(root.name(), present.pem(), root.sha256(), true));
        if (standing.isEmpty() && remote.catalogue().filter(c -> !c.isEmpty()).isPresent()) {
            throw new RefusedMaterialException(
                    CaDefect.FieldMissing,
                    "root '" + root.name() + "': the catalogue of the other mesh (its ExportedMesh, spec.roots) has no"
                            + " pem for sha256 " + root.sha256().orElse("")
                            + "; whoever runs meshfed there must see to it, or give the root here as pem");
        }
        return standing;
    }

    /** Nothing binds a root to a trust domain: with equal ones each CA could speak for the other mesh's workloads. */
    private static void apart(NamedRoot root, CaCertificate certificate, RemoteRoots remote, Ground ground)
            throws RefusedMaterialException {
        if (ground.ours().contains(certificate.sha256())) {
            return;
        }
        // One that stands in the bundle was let in when the trust domain was known.
        if (ground.trustDomain().isEmpty() && !ground.bundle().roots().contains(certificate)) {
            throw new RefusedMaterialException(
                    CaDefect.TrustDomainUnknown,
                    "root '" + root.name() + "' is " + certificate.describe()
                            + ", and as long as this mesh's own trust domain is not known, which may be "
                            + remote.trustDomain()
                            + " too, it waits. See MeshConfigured of the MeshFederation");
        }
        if (ground.trustDomain().equals(Optional.of(remote.trustDomain()))) {
            throw new RefusedMaterialException(
                    CaDefect.EqualTrustDomains,
                    "root '" + root.name() + "' is " + certificate.describe() + ", another than this mesh's, and both"
                            + " meshes have trust domain " + remote.trustDomain()
                            + ": workloads of one could not be told"
                            + " from the other's. Give the meshes trust domains of their own, or one common root");
        }
    }

    /**
     * A client looks an issuer up by name and key identifier, and OpenSSL takes the first that fits: beside such a twin
     * every chain to the other root may fail. One that stands in the bundle already has been lived with.
     */
    private static void unmistakable(NamedRoot root, CaCertificate certificate, Set<CaCertificate> others)
            throws RefusedMaterialException {
        if (others.contains(certificate)) {
            return;
        }
        Optional<CaCertificate> twin =
                others.stream().filter(certificate::isMistakenFor).findFirst();
        if (twin.isPresent()) {
            throw new RefusedMaterialException(
                    CaDefect.AmbiguousRoot,
                    "root '" + root.name() + "' is " + certificate.describe() + ", which has the name of "
                            + twin.get().describe() + ", another key, and no key identifier that tells them apart:"
                            + " clients would take one for the other. One of the two meshes needs a root with a name"
                            + " of its own");
        }
    }

    private static CaCertificate verify(NamedRoot root, Instant now) throws RefusedMaterialException {
        String field = "root '" + root.name() + "'";
        CaCertificate certificate =
                CaCertificate.readOne(field, Pem.bytes(root.pem().strip()), MAX_PEM_BYTES);
        if (root.sha256().isPresent() && !root.sha256().get().equalsIgnoreCase(certificate.sha256())) {
            throw new RefusedMaterialException(
                    CaDefect.RootMismatch,
                    field + " is " + certificate.describe() + ", and the spec demands sha256 "
                            + root.sha256().get() + "; ask the other side which one is right");
        }
        CaProfile.check(field, certificate);
        CaProfile.inDate(field, certificate, now);
        if (!certificate.isSelfSigned()) {
            throw new RefusedMaterialException(
                    CaDefect.NotSelfSigned,
                    field + ": " + certificate.describe()
                            + " is not self-signed; give the root at the top of its chain");
        }
        return certificate;
    }

    /** The wish of one remote; empty if it asks for nothing. */
    public Optional<Peer> of(String remote) {
        return peers.stream().filter(peer -> peer.remote().equals(remote)).findFirst();
    }

    /** All valid roots, each once, in the order in which they are appended. */
    public Set<CaCertificate> wanted() {
        Set<CaCertificate> wanted = new LinkedHashSet<>();
        peers.forEach(peer -> wanted.addAll(peer.valid()));
        return wanted;
    }

    /**
     * Names of the remotes whose wish is not fully known: something unreadable, or a root refused. While there is one,
     * nothing leaves the bundle, for it may be just the root that this remote's mesh lives on.
     */
    public List<String> undetermined() {
        return peers.stream()
                .filter(peer -> peer.unknown() || !peer.refused().isEmpty())
                .map(Peer::remote)
                .toList();
    }

    /** The next moment at which a valid root expires. */
    public Optional<Instant> nextExpiry() {
        return wanted().stream().map(CaCertificate::notAfter).min(Instant::compareTo);
    }

    /** The condition {@code Trusted} of each remote. */
    public Map<String, Condition> trusted(VerifiedTrust trust) {
        Map<String, Condition> conditions = new LinkedHashMap<>();
        peers.forEach(peer -> conditions.put(peer.remote(), trusted(peer, trust)));
        return conditions;
    }

    private static Condition trusted(Peer peer, VerifiedTrust trust) {
        TrustBundle bundle = trust.bundle();
        if (!peer.refused().isEmpty()) {
            Refusal first = peer.refused().get(0);
            return no(first.defect(), first.message() + ". It is not added; roots added before stay");
        }
        if (peer.unknown()) {
            return Condition.unknown(
                    ConditionType.Trusted,
                    TrustReason.RootUnreadable,
                    "a root that spec.trust.roots refers to cannot be read now; what is in cacerts stays");
        }
        Optional<CaCertificate> missing = peer.valid().stream()
                .filter(root -> !bundle.roots().contains(root))
                .findFirst();
        if (missing.isPresent() && trust.spec().type() == Trust.Type.External) {
            return no(
                    TrustReason.MissingInBundle,
                    "root " + missing.get().describe() + " is not in root-cert.pem of cacerts, which meshfed does not"
                            + " write (spec.trust.type of the MeshFederation is External): whoever makes cacerts must"
                            + " append it");
        }
        if (missing.isPresent() && !bundle.hasRoomFor(missing.get())) {
            return no(
                    TrustReason.BundleFull,
                    "root " + missing.get().describe() + " does not fit into root-cert.pem of cacerts, which holds "
                            + bundle.roots().size() + " roots; remove roots that are no longer needed");
        }
        if (missing.isPresent()) {
            return no(
                    TrustReason.NotYetInBundle,
                    "root " + missing.get().describe()
                            + " is not in root-cert.pem of cacerts; see TrustReady of the MeshFederation");
        }
        Optional<CaCertificate> unseen = peer.valid().stream()
                .filter(root -> !trust.istiod().runsOn(root))
                .findFirst();
        if (unseen.isPresent()) {
            return no(
                    TrustReason.WaitingForIstiod,
                    "root " + unseen.get().describe() + " is in cacerts; istiod does not give it to workloads yet"
                            + " (ConfigMap istio-ca-root-cert)");
        }
        Optional<CaCertificate> ownRoot = trust.cacerts().valid().map(Cacerts::ownRoot);
        boolean common = ownRoot.isPresent() && peer.valid().stream().allMatch(ownRoot.get()::equals);
        return common
                ? Condition.yes(ConditionType.Trusted, TrustReason.CommonRoot, "both meshes stand on one root")
                : Condition.yes(
                        ConditionType.Trusted,
                        TrustReason.RootsTrusted,
                        "istiod gives all roots of this mesh to workloads: " + Fingerprints.list(peer.valid()));
    }

    private static Condition no(Reason reason, String message) {
        return Condition.no(ConditionType.Trusted, reason, message);
    }
}
