package io.meshfed.trust.rotation;

import io.meshfed.api.MeshFederationStatus.Phase;
import io.meshfed.api.Names;
import io.meshfed.api.condition.Condition;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.IntermediateSource;
import io.meshfed.trust.world.IstiodRoots;
import io.meshfed.trust.world.Reasons;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.Fingerprints;
import io.meshfed.trust.x509.Pem;
import io.meshfed.trust.x509.RefusedMaterialException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Migrate, where istiod signs with a CA of its own making: the first {@code cacerts} is that very CA, with both roots in
 * the bundle, so that nothing changes for any workload. What follows is a rotation.
 */
final class SelfSignedMigration {
    /** Where istiod keeps the CA that it made. */
    static final String SECRET = Names.SELF_SIGNED_CA_SECRET;

    private static final byte[] NOTHING = {};

    private SelfSignedMigration() {}

    static TrustDecision judge(
            VerifiedTrust picture, CacertsWrite write, IntermediateSource issuer, IstiodRoots.Running running) {
        if (picture.world().selfSigned().isEmpty()) {
            return TrustDecision.refuse(
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
        } catch (RefusedMaterialException refused) {
            return TrustDecision.refuse(refused.flaw(), "Secret " + SECRET + ": " + refused.getMessage());
        }
    }

    private static TrustDecision takeOver(
            VerifiedTrust picture,
            CacertsWrite write,
            IntermediateSource issuer,
            IstiodRoots.Running running,
            Map<String, byte[]> selfSigned)
            throws RefusedMaterialException {
        CaCertificate root = CaCertificate.readOne(
                Cacerts.CA_CERT, selfSigned.getOrDefault(Cacerts.CA_CERT, NOTHING), Pem.MAX_BYTES);
        if (!running.roots().contains(root)) {
            return TrustDecision.refuse(
                    Reasons.SELF_SIGNED_CA_UNKNOWN,
                    "istiod runs on " + Fingerprints.list(running.roots()) + ", and Secret " + SECRET + " holds "
                            + root.describe() + "; nothing is written, for it is not known what istiod signs with");
        }
        Set<CaCertificate> wanted = new LinkedHashSet<>(List.of(issuer.root()));
        wanted.addAll(picture.peers().wanted());
        TrustDecision verdict = write.takeOver(
                root,
                selfSigned.getOrDefault(Cacerts.CA_KEY, NOTHING),
                running.bundle().grow(wanted),
                "istiod's own CA, with the root of the issuer beside it",
                Condition.no(
                        Reasons.TRUST_READY,
                        Reasons.ISSUING,
                        "istiod's own CA " + root.describe() + " is being written to Secret cacerts, with root "
                                + issuer.root().describe() + " beside it"));
        return verdict.rotating(new RotationProgress(root, issuer.root(), Phase.AddRoot, Optional.empty()));
    }
}
