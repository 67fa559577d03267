package io.meshfed.trust.rotation;

import io.meshfed.api.Trust;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.CertificateTrouble;
import io.meshfed.trust.cacerts.IntermediateSource;
import io.meshfed.trust.cacerts.Issuance;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.world.Finding;
import io.meshfed.trust.world.IstiodRoots;
import io.meshfed.trust.world.PeerRootStatus;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.Pem;
import io.meshfed.trust.x509.PrivateKeys;
import io.meshfed.trust.x509.RefusedMaterialException;
import io.meshfed.trust.x509.Verified;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** There is no {@code cacerts} yet: issues the first one, and before it generates the issuer if the spec asks for that. */
final class AbsentCacerts {
    private AbsentCacerts() {}

    static TrustDecision decide(VerifiedTrust trust, CacertsWrite write, SecureRandom random) {
        if (trust.issuer() instanceof Verified.Invalid<IntermediateSource> invalid) {
            return TrustDecision.refuse(invalid.defect(), TrustMessages.issuerInvalid(trust, invalid));
        }
        return trust.issuer()
                .valid()
                .map(issuer -> issue(trust, write, issuer))
                .orElseGet(() -> withoutIssuer(trust, random));
    }

    private static TrustDecision issue(VerifiedTrust trust, CacertsWrite write, IntermediateSource issuer) {
        Finding issuing = Finding.no(
                TrustReason.Issuing, "the operator is creating Secret cacerts from " + TrustMessages.source(trust));
        if (trust.istiod() instanceof IstiodRoots.Unreadable) {
            return TrustMessages.publishedRootsUnreadable();
        }
        if (!(trust.istiod() instanceof IstiodRoots.Running running)) {
            TrustBundle bundle =
                    TrustBundle.of(List.of(issuer.root())).grow(trust.peers().wanted());
            return write.issue(issuer, bundle, "first issue", issuing);
        }
        // In a cacerts of meshfed the own root is the first one, unless the mesh was rotated: then it may be any of
        // them.
        Optional<PeerRootStatus.Wait> wait = running.roots().get(0).equals(issuer.root())
                ? Optional.empty()
                : mayNotSign(trust, running, issuer.root());
        if (wait.isEmpty()) {
            return write.issue(issuer, running.bundle(), "first issue", issuing);
        }
        TrustDecision decision = CaMigration.isRequested(trust)
                ? CaMigration.takeOver(trust, write, issuer, running)
                : TrustMessages.runsOnOtherRoot(
                        trust,
                        running,
                        "the issuer's root is " + issuer.root().describe() + ", so the operator writes no cacerts"
                                + (running.roots().contains(issuer.root())
                                        ? ": " + wait.get().what()
                                        : ""));
        return trust.history()
                .everywhereAt(issuer.root())
                .map(decision::wakingAt)
                .orElse(decision);
    }

    /** If {@code cacerts} was lost in a rotation, the same must be waited for as in the rotation. */
    private static Optional<PeerRootStatus.Wait> mayNotSign(
            VerifiedTrust trust, IstiodRoots.Running running, CaCertificate root) {
        if (!running.roots().contains(root) || !running.bundle().roots().containsAll(running.roots())) {
            return Optional.of(new PeerRootStatus.Wait(
                    TrustReason.RunningOnOtherRoot,
                    "one bundle cannot hold all roots that istiod publishes together with " + root.describe()));
        }
        if (!trust.history().isEverywhere(root)) {
            return Optional.of(new PeerRootStatus.Wait(
                    TrustReason.Rotating,
                    "not every workload of this mesh accepts that root yet"
                            + trust.history()
                                    .everywhereAt(root)
                                    .map(at -> ", all do at " + at)
                                    .orElse("")));
        }
        return Rotation.missingSetting(trust, root).or(() -> new PeerRootStatus(trust).notAccepting(root));
    }

    private static TrustDecision withoutIssuer(VerifiedTrust trust, SecureRandom random) {
        CertificateTrouble missing = TrustMessages.sourceMissing(trust);
        if (trust.spec().type() == Trust.Type.CertManager) {
            return TrustDecision.refuse(missing.reason(), missing.message());
        }
        Trust.Issuer spec = trust.spec().issuer();
        if (spec == null || !spec.generate()) {
            return TrustDecision.refuse(
                    missing.reason(),
                    missing.message() + ". Or let meshfed generate one: spec.trust.issuer.generate: true");
        }
        if (trust.istiod() instanceof IstiodRoots.Running running) {
            return TrustMessages.runsOnOtherRoot(
                    trust, running, "the operator generates no root, because it would be a second one");
        }
        return trust.istiod() instanceof IstiodRoots.Unreadable
                ? TrustMessages.publishedRootsUnreadable()
                : generate(trust, random);
    }

    private static TrustDecision generate(VerifiedTrust trust, SecureRandom random) {
        Issuance.Issued root = Issuance.root(trust.world().meshName(), trust.now(), random);
        byte[] pem = Pem.bytes(root.certificate().pem());
        Map<String, byte[]> data = Map.of(
                Issuer.TLS_CRT, pem, Issuer.TLS_KEY, Pem.bytes(PrivateKeys.write(root.key())), Issuer.CA_CRT, pem);
        try {
            Issuer.read(data, trust.now(), random);
        } catch (RefusedMaterialException refused) {
            return TrustDecision.refuse(refused.defect(), "the new root does not verify: " + refused.getMessage());
        }
        return TrustDecision.act(
                new TrustAction.CreateIssuer(data),
                Finding.no(
                        TrustReason.IssuerCreated,
                        "the operator generated a root and is creating Secret "
                                + trust.issuerName().orElse("") + ". Keep a copy of this Secret in a safe place"));
    }
}
