package io.meshfed.trust.rotation;

import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.world.Finding;
import io.meshfed.trust.world.PeerRoots;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.Fingerprints;
import io.meshfed.trust.x509.Verified;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Trust of type External: {@code cacerts} is created by others; the operator verifies it and never writes it. */
public final class ExternalTrust {
    private ExternalTrust() {}

    public static TrustDecision decide(VerifiedTrust trust) {
        if (trust.cacerts() instanceof Verified.Invalid<Cacerts> invalid) {
            return TrustDecision.refuse(
                    invalid.defect(),
                    "Secret cacerts: " + invalid.message()
                            + ". spec.trust.type is External: correct it where you create cacerts");
        }
        return trust.cacerts()
                .valid()
                .map(cacerts -> TrustDecision.leave(finding(cacerts, trust))
                        .wakingAt(cacerts.notAfter().plusSeconds(1)))
                .orElseGet(() -> TrustDecision.refuse(
                        TrustReason.CacertsMissing,
                        "Secret cacerts does not exist in the control-plane namespace, and spec.trust.type is External:"
                                + " create it (ca-cert.pem, ca-key.pem, cert-chain.pem, root-cert.pem), or set type:"
                                + " Managed"));
    }

    private static Finding finding(Cacerts cacerts, VerifiedTrust trust) {
        Finding observed = TrustMessages.observed(cacerts, trust);
        return observed.holds() ? missing(trust).orElse(observed) : observed;
    }

    /** Requested roots that are not in the bundle, to which the operator cannot add them. */
    private static Optional<Finding> missing(VerifiedTrust trust) {
        String missing = trust.peers().peers().stream()
                .filter(peer -> !missing(peer, trust.bundle()).isEmpty())
                .map(peer ->
                        "RemoteMesh " + peer.remote() + " asks for " + Fingerprints.list(missing(peer, trust.bundle())))
                .collect(Collectors.joining("; "));
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(Finding.no(
                        TrustReason.MissingInBundle,
                        missing + ": not in " + Cacerts.ROOT_CERT + " of Secret cacerts, which meshfed does not write"
                                + " (spec.trust.type is External). Append the root where you create cacerts, or remove it"
                                + " from spec.trust.roots of the RemoteMesh"));
    }

    private static List<CaCertificate> missing(PeerRoots.Peer peer, TrustBundle bundle) {
        return peer.valid().stream()
                .filter(root -> !bundle.roots().contains(root))
                .toList();
    }
}
