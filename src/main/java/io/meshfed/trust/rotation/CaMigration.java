package io.meshfed.trust.rotation;

import io.meshfed.api.MeshFederationStatus.Phase;
import io.meshfed.api.Trust;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.IntermediateSource;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.world.Finding;
import io.meshfed.trust.world.IstiodRoots;
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
 * {@code spec.trust.existingCA: Migrate}: moves a mesh once from the CA that it has to the issuer's. Where istiod signs with
 * its self-signed CA, the first {@code cacerts} is that CA with both roots in the bundle, so that nothing changes for any
 * workload; what follows is a {@link Rotation}.
 */
final class CaMigration {
    /** Where istiod keeps its self-signed CA. */
    private static final String SELF_SIGNED = "istio-ca-secret";

    private static final byte[] NOTHING = {};

    private CaMigration() {}

    /** Whether the spec asks for it. */
    static boolean isRequested(VerifiedTrust trust) {
        return trust.spec().existingCA() == Trust.ExistingCa.Migrate;
    }

    /**
     * Whether it permits a rotation to the issuer's root. It does so once: if it stays in the spec, a later change of the
     * issuer starts nothing, unless {@code cacerts} or the self-signed CA was created by others again.
     *
     * @param former the issuer that {@code cacerts} was last issued from
     */
    static boolean startsRotation(VerifiedTrust trust, Cacerts cacerts, Optional<String> former) {
        boolean createdByOthers = cacerts.path().size() == 1
                || trust.world()
                        .cacerts()
                        .filter(c -> c.origin() == PresentCacerts.Origin.HANDED_OVER)
                        .isPresent();
        return isRequested(trust) && (former.isEmpty() || createdByOthers);
    }

    /** Writes istiod's self-signed CA to {@code cacerts}, with the issuer's root beside it. */
    static TrustDecision takeOver(
            VerifiedTrust trust, CacertsWrite write, IntermediateSource issuer, IstiodRoots.Running running) {
        String start = "istiod runs on " + Fingerprints.list(running.roots());
        if (trust.world().selfSigned().isEmpty()) {
            return TrustDecision.refuse(
                    TrustReason.SelfSignedCaUnknown,
                    start + ", and spec.trust.existingCA is Migrate: that needs the key of this root, from Secret "
                            + SELF_SIGNED
                            + " of the control-plane namespace. The Secret does not exist, or the operator may"
                            + " not read it (chart value trust.migrate: true)");
        }
        Map<String, byte[]> selfSigned = trust.world().selfSigned().get();
        CaCertificate root;
        try {
            root = CaCertificate.readOne(
                    Cacerts.CA_CERT, selfSigned.getOrDefault(Cacerts.CA_CERT, NOTHING), Pem.MAX_BYTES);
        } catch (RefusedMaterialException refused) {
            return TrustDecision.refuse(refused.defect(), "Secret " + SELF_SIGNED + ": " + refused.getMessage());
        }
        if (!running.roots().contains(root)) {
            return TrustDecision.refuse(
                    TrustReason.SelfSignedCaUnknown,
                    start + ", and Secret " + SELF_SIGNED + " holds " + root.describe()
                            + "; the operator writes nothing, because it does not know which CA istiod signs with");
        }
        Set<CaCertificate> wanted = new LinkedHashSet<>(List.of(issuer.root()));
        wanted.addAll(trust.peers().wanted());
        return write.takeOver(
                        root,
                        selfSigned.getOrDefault(Cacerts.CA_KEY, NOTHING),
                        running.bundle().grow(wanted),
                        "istiod's own CA, with the root of the issuer beside it",
                        Finding.no(
                                TrustReason.Issuing,
                                "the operator is writing istiod's own CA " + root.describe()
                                        + " to Secret cacerts, with root "
                                        + issuer.root().describe() + " beside it"))
                .rotating(new RotationProgress(root, issuer.root(), Phase.AddRoot, Optional.empty()));
    }
}
