package io.meshfed.trust.rotation;

import io.meshfed.api.condition.Condition;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.world.PeerRoots;
import io.meshfed.trust.world.Reasons;
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

    public static TrustDecision judge(VerifiedTrust picture) {
        if (picture.cacerts() instanceof Verified.Flawed<Cacerts> flawed) {
            return TrustDecision.refuse(
                    flawed.flaw(),
                    "Secret cacerts: " + flawed.message()
                            + ". spec.trust.type is External: whoever makes it must mend it");
        }
        return picture.cacerts()
                .sound()
                .map(cacerts -> TrustDecision.leave(ready(cacerts, picture))
                        .wakingAt(cacerts.notAfter().plusSeconds(1)))
                .orElseGet(() -> TrustDecision.refuse(
                        Reasons.CACERTS_MISSING,
                        "Secret cacerts does not exist in the control-plane namespace, and spec.trust.type is External:"
                                + " make it (ca-cert.pem, ca-key.pem, cert-chain.pem, root-cert.pem), or set type:"
                                + " Managed"));
    }

    private static Condition ready(Cacerts cacerts, VerifiedTrust picture) {
        Condition observed = TrustMessages.observed(cacerts, picture);
        return observed.holds() ? missing(picture).orElse(observed) : observed;
    }

    /** Roots that only whoever makes {@code cacerts} can add. */
    private static Optional<Condition> missing(VerifiedTrust picture) {
        String lacks = picture.peers().peers().stream()
                .filter(peer -> !missing(peer, picture.bundle()).isEmpty())
                .map(peer -> "RemoteMesh " + peer.remote() + " asks for "
                        + Fingerprints.list(missing(peer, picture.bundle())))
                .collect(Collectors.joining("; "));
        return lacks.isEmpty()
                ? Optional.empty()
                : Optional.of(Condition.no(
                        Reasons.TRUST_READY,
                        Reasons.MISSING_IN_BUNDLE,
                        lacks + ": not in " + Cacerts.ROOT_CERT + " of Secret cacerts, and spec.trust.type is External,"
                                + " so meshfed does not write it. Whoever makes it must append the root, or take it out of"
                                + " spec.trust.roots of the RemoteMesh"));
    }

    private static List<CaCertificate> missing(PeerRoots.Peer peer, TrustBundle bundle) {
        return peer.sound().stream()
                .filter(root -> !bundle.roots().contains(root))
                .toList();
    }
}
