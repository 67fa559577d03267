package io.meshfed.trust;

import io.meshfed.api.Trust;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.world.Finding;
import io.meshfed.trust.world.PeerRoots;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.Fingerprints;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The condition {@code Trusted} of a RemoteMesh: whether workloads of this mesh accept its roots. */
final class TrustedCondition {
    private TrustedCondition() {}

    /** By name of the RemoteMesh; one that asks for no roots is absent. */
    static Map<String, Condition> of(VerifiedTrust trust) {
        Map<String, Condition> conditions = new LinkedHashMap<>();
        trust.peers()
                .peers()
                .forEach(peer ->
                        conditions.put(peer.remote(), finding(peer, trust).as(ConditionType.Trusted)));
        return conditions;
    }

    private static Finding finding(PeerRoots.Peer peer, VerifiedTrust trust) {
        if (!peer.refused().isEmpty()) {
            PeerRoots.Refusal first = peer.refused().get(0);
            return Finding.no(
                    first.defect(),
                    first.message() + ". The operator does not add it; roots that were added before are kept");
        }
        if (peer.unknown()) {
            return Finding.unknown(
                    TrustReason.RootUnreadable,
                    "a root that spec.trust.roots refers to cannot be read now; roots in cacerts are kept");
        }
        return notInBundle(peer, trust).or(() -> notPublished(peer, trust)).orElseGet(() -> trusted(peer, trust));
    }

    private static Optional<Finding> notInBundle(PeerRoots.Peer peer, VerifiedTrust trust) {
        TrustBundle bundle = trust.bundle();
        Optional<CaCertificate> missing = peer.valid().stream()
                .filter(root -> !bundle.roots().contains(root))
                .findFirst();
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        String root = "root " + missing.get().describe();
        if (trust.spec().type() == Trust.Type.External) {
            return Optional.of(Finding.no(
                    TrustReason.MissingInBundle,
                    root + " is not in root-cert.pem of cacerts, which meshfed does not write (spec.trust.type of the"
                            + " MeshFederation is External): append the root where you create cacerts"));
        }
        return Optional.of(
                bundle.hasRoomFor(missing.get())
                        ? Finding.no(
                                TrustReason.NotYetInBundle,
                                root + " is not in root-cert.pem of cacerts; see TrustReady of the MeshFederation")
                        : Finding.no(
                                TrustReason.BundleFull,
                                root + " does not fit into root-cert.pem of cacerts, which holds "
                                        + bundle.roots().size() + " roots; remove roots that are no longer needed"));
    }

    private static Optional<Finding> notPublished(PeerRoots.Peer peer, VerifiedTrust trust) {
        return peer.valid().stream()
                .filter(root -> !trust.istiod().runsOn(root))
                .findFirst()
                .map(root -> Finding.no(
                        TrustReason.WaitingForIstiod,
                        "root " + root.describe() + " is in cacerts; istiod does not distribute it to workloads yet"
                                + " (ConfigMap istio-ca-root-cert)"));
    }

    private static Finding trusted(PeerRoots.Peer peer, VerifiedTrust trust) {
        Optional<CaCertificate> ownRoot = trust.cacerts().valid().map(Cacerts::ownRoot);
        boolean common = ownRoot.isPresent() && peer.valid().stream().allMatch(ownRoot.get()::equals);
        return common
                ? Finding.yes(TrustReason.CommonRoot, "both meshes have the same root")
                : Finding.yes(
                        TrustReason.RootsTrusted,
                        "istiod distributes all roots of that mesh to workloads: " + Fingerprints.list(peer.valid()));
    }
}
