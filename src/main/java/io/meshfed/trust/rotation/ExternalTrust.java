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

/** Trust of type External: somebody else makes {@code cacerts}; it is verified and never written. */
public final class ExternalTrust {
    private ExternalTrust() {}

    public static TrustDecision judge(VerifiedTrust trust) {
        if (trust.cacerts() instanceof Verified.Invalid<Cacerts> invalid) {
            return TrustDecision.refuse(
                    invalid.defect(),
                    "Secret cacerts: " + invalid.message()
                            + ". spec.trust.type is External: whoever makes it must mend it");
        }
        return trust.cacerts()
                .valid()
                .map(cacerts -> TrustDecision.leave(ready(cacerts, trust))
                        .wakingAt(cacerts.notAfter().plusSeconds(1)))
                .orElseGet(() -> TrustDecision.refuse(
                        TrustReason.CacertsMissing,
                        "Secret cacerts does not exist in the control-plane namespace, and spec.trust.type is External:"
                                + " make it (ca-cert.pem, ca-key.pem, cert-chain.pem, root-cert.pem), or set type:"
                                + " Managed"));
    }

    private static Finding ready(Cacerts cacerts, VerifiedTrust trust) {
        Finding observed = TrustMessages.observed(cacerts, trust);
        return observed.holds() ? missing(trust).orElse(observed) : observed;
    }

    /** Roots that only whoever makes {@code cacerts} can add. */
    private static Optional<Finding> missing(VerifiedTrust trust) {
        String lacks = trust.peers().peers().stream()
                .filter(peer -> !missing(peer, trust.bundle()).isEmpty())
                .map(peer ->
                        "RemoteMesh " + peer.remote() + " asks for " + Fingerprints.list(missing(peer, trust.bundle())))
                .collect(Collectors.joining("; "));
        return lacks.isEmpty()
                ? Optional.empty()
                : Optional.of(Finding.no(
                        TrustReason.MissingInBundle,
                        lacks + ": not in " + Cacerts.ROOT_CERT + " of Secret cacerts, and spec.trust.type is External,"
                                + " so meshfed does not write it. Whoever makes it must append the root, or take it out of"
                                + " spec.trust.roots of the RemoteMesh"));
    }

    private static List<CaCertificate> missing(PeerRoots.Peer peer, TrustBundle bundle) {
        return peer.valid().stream()
                .filter(root -> !bundle.roots().contains(root))
                .toList();
    }
}
