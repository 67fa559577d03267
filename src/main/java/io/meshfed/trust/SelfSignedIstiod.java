package io.meshfed.trust;

import io.meshfed.api.Condition;
import io.meshfed.api.MeshFederationStatus.Phase;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Migrate, where istiod signs with a CA of its own making: the first {@code cacerts} is that very CA, with both roots in
 * the bundle, so that nothing changes for any workload. What follows is a rotation.
 */
final class SelfSignedIstiod {
    /** Where istiod keeps the CA that it made. */
    static final String SECRET = "istio-ca-secret";

    private static final byte[] NOTHING = {};

    private SelfSignedIstiod() {}

    static Verdict judge(Picture picture, CacertsWrite write, IntermediateSource issuer, IstiodRoots.Running running) {
        if (picture.world().selfSigned().isEmpty()) {
            return Verdict.refuse(
                    Reasons.SELF_SIGNED_CA_UNKNOWN,
                    "istiod runs on " + Fingerprints.list(running.roots())
                            + ", and spec.trust.existingCA is Migrate: that"
                            + " needs the key of this root, from Secret " + SECRET + " of the control-plane namespace."
                            + " It is not there, or the operator may not read it (chart value trust.migrate: true)");
        }
        try {
            return takeOver(
                    picture,
                    write,
                    issuer,
                    running,
                    picture.world().selfSigned().get());
        } catch (Refused refused) {
            return Verdict.refuse(refused.flaw(), "Secret " + SECRET + ": " + refused.getMessage());
        }
    }

    private static Verdict takeOver(
            Picture picture,
            CacertsWrite write,
            IntermediateSource issuer,
            IstiodRoots.Running running,
            Map<String, byte[]> selfSigned)
            throws Refused {
        CaCertificate root = CaCertificate.readOne(
                Cacerts.CA_CERT, selfSigned.getOrDefault(Cacerts.CA_CERT, NOTHING), Pem.MAX_BYTES);
        if (!running.roots().contains(root)) {
            return Verdict.refuse(
                    Reasons.SELF_SIGNED_CA_UNKNOWN,
                    "istiod runs on " + Fingerprints.list(running.roots()) + ", and Secret " + SECRET + " holds "
                            + root.describe() + "; nothing is written, for it is not known what istiod signs with");
        }
        Set<CaCertificate> wanted = new LinkedHashSet<>(List.of(issuer.root()));
        wanted.addAll(picture.peers().wanted());
        Verdict verdict = write.takeOver(
                root,
                selfSigned.getOrDefault(Cacerts.CA_KEY, NOTHING),
                running.bundle().grow(wanted),
                "istiod's own CA, with the root of the issuer beside it",
                Condition.no(
                        TrustPlan.TRUST_READY,
                        Reasons.ISSUING,
                        "istiod's own CA " + root.describe() + " is being written to Secret cacerts, with root "
                                + issuer.root().describe() + " beside it"));
        return verdict.rotating(new Progress(root, issuer.root(), Phase.AddRoot, Optional.empty()));
    }
}
