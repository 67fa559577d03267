package io.meshfed.trust.world;

import io.meshfed.api.condition.CaDefect;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.CaProfile;
import io.meshfed.trust.x509.Pem;
import io.meshfed.trust.x509.RefusedMaterialException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The roots that RemoteMeshes ask to trust, each verified separately, so that a refused one affects no other. */
public record PeerRoots(List<Peer> peers) {
    /** As many bytes as the schema allows for one root. */
    public static final int MAX_PEM_BYTES = 16 * 1024;

    /**
     * What one RemoteMesh asks for.
     *
     * @param valid the roots that may be trusted, in the order of the spec
     * @param refused the others and why, in the same order
     * @param unknown something that the spec refers to cannot be read now
     */
    public record Peer(String remote, List<CaCertificate> valid, List<Refusal> refused, boolean unknown) {}

    /** @param root its name in the spec */
    public record Refusal(String root, CaDefect defect, String message) {}

    /**
     * What decides whether a root may be trusted, apart from the root itself.
     *
     * @param trustDomain of this mesh; empty: not known
     * @param ours fingerprints of the roots that this mesh signs under, signed under, or is going to
     * @param own the roots that this mesh signs under or is going to
     * @param bundle the roots that are trusted now
     */
    public record Context(
            Optional<String> trustDomain, Set<String> ours, Set<CaCertificate> own, TrustBundle bundle, Instant now) {}

    /** Verifies all of them in the order of the remotes' names, because the bundle must not depend on the order of a cache. */
    public static PeerRoots verify(List<RemoteRoots> remotes, Context context) {
        // A valid root of one remote may exclude a root of the next.
        Set<CaCertificate> others = new LinkedHashSet<>(context.own());
        others.addAll(context.bundle().roots());
        List<Peer> peers = new ArrayList<>();
        remotes.stream()
                .filter(remote -> remote.unknown() || !remote.roots().isEmpty())
                .sorted(Comparator.comparing(RemoteRoots::remote))
                .forEach(remote -> {
                    Peer peer = verify(remote, others, context);
                    others.addAll(peer.valid());
                    peers.add(peer);
                });
        return new PeerRoots(List.copyOf(peers));
    }

    private static Peer verify(RemoteRoots remote, Set<CaCertificate> others, Context context) {
        List<CaCertificate> valid = new ArrayList<>();
        List<Refusal> refused = new ArrayList<>();
        boolean unknown = remote.unknown();
        for (NamedRoot root : remote.roots()) {
            try {
                Optional<NamedRoot> read = read(root, remote, context.bundle());
                unknown |= read.isEmpty();
                if (read.isPresent()) {
                    CaCertificate certificate = verify(read.get(), context.now());
                    checkTrustDomain(read.get(), certificate, remote, context);
                    checkUnmistakable(read.get(), certificate, others);
                    valid.add(certificate);
                }
            } catch (RefusedMaterialException e) {
                refused.add(new Refusal(root.name(), e.defect(), String.valueOf(e.getMessage())));
            }
        }
        return new Peer(remote.remote(), List.copyOf(valid), List.copyOf(refused), unknown);
    }

    /** A root of which only the fingerprint is known is taken from the bundle, if it is there. */
    private static Optional<NamedRoot> read(NamedRoot root, RemoteRoots remote, TrustBundle bundle)
            throws RefusedMaterialException {
        if (root.fromPeer() && root.sha256().isEmpty()) {
            throw new RefusedMaterialException(
                    CaDefect.FieldMissing,
                    "root '" + root.name()
                            + "': fromPeer requires sha256, because a root that only the other mesh shows"
                            + " is not trusted without it; ask that mesh's administrators for the fingerprint");
        }
        if (!root.fromPeer() || !root.pem().isBlank()) {
            return Optional.of(root);
        }
        Optional<NamedRoot> inBundle = bundle.roots().stream()
                .filter(present -> root.sha256().equals(Optional.of(present.sha256())))
                .findFirst()
                .map(present -> new NamedRoot(root.name(), present.pem(), root.sha256(), true));
        if (inBundle.isEmpty() && remote.catalogue().filter(c -> !c.isEmpty()).isPresent()) {
            throw new RefusedMaterialException(
                    CaDefect.FieldMissing,
                    "root '" + root.name() + "': the catalogue of the other mesh (its ExportedMesh, spec.roots) has no"
                            + " pem for sha256 " + root.sha256().orElse("")
                            + "; ask that mesh's administrators to correct it, or give the root here as pem");
        }
        return inBundle;
    }

    /** Nothing binds a root to a trust domain: if two meshes have the same one, each CA could issue the other's identities. */
    private static void checkTrustDomain(NamedRoot root, CaCertificate certificate, RemoteRoots remote, Context context)
            throws RefusedMaterialException {
        if (context.ours().contains(certificate.sha256())) {
            return;
        }
        // A root that is in the bundle passed this check when the trust domain was known.
        if (context.trustDomain().isEmpty() && !context.bundle().roots().contains(certificate)) {
            throw new RefusedMaterialException(
                    CaDefect.TrustDomainUnknown,
                    "root '" + root.name() + "' is " + certificate.describe()
                            + ". It waits until the trust domain of this mesh is known, because the trust domains must"
                            + " differ and that of the other mesh is "
                            + remote.trustDomain() + ". See MeshConfigured of the MeshFederation");
        }
        if (context.trustDomain().equals(Optional.of(remote.trustDomain()))) {
            throw new RefusedMaterialException(
                    CaDefect.EqualTrustDomains,
                    "root '" + root.name() + "' is " + certificate.describe()
                            + ", which is not this mesh's root, and both"
                            + " meshes have trust domain " + remote.trustDomain()
                            + ": each mesh could issue identities of the other. Give the meshes different trust domains, or"
                            + " one common root");
        }
    }

    /**
     * A client looks an issuer up by name and key identifier, and OpenSSL takes the first match: with two such roots, chains
     * to one of them fail. A root that is already in the bundle is kept.
     */
    private static void checkUnmistakable(NamedRoot root, CaCertificate certificate, Set<CaCertificate> others)
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
                            + twin.get().describe() + ", another key, and no key identifier that distinguishes them:"
                            + " clients would confuse the two. One of the two meshes needs a root with a name of its own");
        }
    }

    private static CaCertificate verify(NamedRoot root, Instant now) throws RefusedMaterialException {
        String field = "root '" + root.name() + "'";
        CaCertificate certificate =
                CaCertificate.readOne(field, Pem.bytes(root.pem().strip()), MAX_PEM_BYTES);
        if (root.sha256().isPresent() && !root.sha256().get().equalsIgnoreCase(certificate.sha256())) {
            throw new RefusedMaterialException(
                    CaDefect.RootMismatch,
                    field + " is " + certificate.describe() + ", but the spec demands sha256 "
                            + root.sha256().get() + "; ask the other mesh's administrators which one is right");
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

    /** What one remote asks for; empty if it asks for nothing. */
    public Optional<Peer> of(String remote) {
        return peers.stream().filter(peer -> peer.remote().equals(remote)).findFirst();
    }

    /** All valid roots, each once, in the order in which they are appended to the bundle. */
    public Set<CaCertificate> wanted() {
        Set<CaCertificate> wanted = new LinkedHashSet<>();
        peers.forEach(peer -> wanted.addAll(peer.valid()));
        return wanted;
    }

    /**
     * Names of the remotes whose roots are not all known: something cannot be read, or a root is refused. While there is
     * one, no root is removed from the bundle, because it may be the root of that remote's mesh.
     */
    public List<String> undetermined() {
        return peers.stream()
                .filter(peer -> peer.unknown() || !peer.refused().isEmpty())
                .map(Peer::remote)
                .toList();
    }

    /** When the next valid root expires. */
    public Optional<Instant> nextExpiry() {
        return wanted().stream().map(CaCertificate::notAfter).min(Instant::compareTo);
    }
}
