package io.meshfed.trust.rotation;

import io.meshfed.api.Trust;
import io.meshfed.api.condition.Condition;
import io.meshfed.trust.cacerts.CertificateTrouble;
import io.meshfed.trust.cacerts.IntermediateSource;
import io.meshfed.trust.cacerts.Issuance;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.world.IstiodRoots;
import io.meshfed.trust.world.PeerRootStatus;
import io.meshfed.trust.world.Reasons;
import io.meshfed.trust.world.RootHistory;
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

/** No {@code cacerts} yet: the first one is issued, and before it the issuer if asked for. */
final class AbsentCacerts {
    private AbsentCacerts() {}

    static TrustDecision judge(VerifiedTrust picture, CacertsWrite write, SecureRandom random) {
        if (picture.issuer() instanceof Verified.Flawed<IntermediateSource> flawed) {
            return TrustDecision.refuse(flawed.flaw(), TrustMessages.issuerFlawed(picture, flawed));
        }
        return picture.issuer()
                .sound()
                .map(issuer -> issue(picture, write, issuer))
                .orElseGet(() -> withoutIssuer(picture, random));
    }

    private static TrustDecision issue(VerifiedTrust picture, CacertsWrite write, IntermediateSource issuer) {
        Condition issuing = Condition.no(
                Reasons.TRUST_READY,
                Reasons.ISSUING,
                "Secret cacerts is being made from " + TrustMessages.source(picture));
        if (picture.istiod() instanceof IstiodRoots.Unreadable) {
            return TrustMessages.publishedRootsUnreadable();
        }
        if (!(picture.istiod() instanceof IstiodRoots.Running running)) {
            TrustBundle bundle =
                    TrustBundle.of(List.of(issuer.root())).grow(picture.peers().wanted());
            return write.issue(issuer, bundle, "first issue", issuing);
        }
        // In a cacerts of meshfed's the own root is the first, but for one that was rotated: there it may be any.
        Optional<PeerRootStatus.Wait> wait = running.roots().get(0).equals(issuer.root())
                ? Optional.empty()
                : mayNotSign(picture, running, issuer.root());
        if (wait.isEmpty()) {
            return write.issue(issuer, running.bundle(), "first issue", issuing);
        }
        TrustDecision verdict = picture.spec().existingCA() == Trust.ExistingCa.Migrate
                ? SelfSignedMigration.judge(picture, write, issuer, running)
                : TrustMessages.runsOnOtherRoot(
                        picture,
                        running,
                        "the issuer's root is " + issuer.root().describe() + ", so no cacerts is written"
                                + (running.roots().contains(issuer.root())
                                        ? ": " + wait.get().what()
                                        : ""));
        return RootHistory.of(picture, running)
                .everywhereAt(issuer.root())
                .map(verdict::wakingAt)
                .orElse(verdict);
    }

    /** What a {@code cacerts} that was lost in a rotation waits for, as signing in a rotation does. */
    private static Optional<PeerRootStatus.Wait> mayNotSign(
            VerifiedTrust picture, IstiodRoots.Running running, CaCertificate root) {
        if (!running.roots().contains(root) || !running.bundle().roots().containsAll(running.roots())) {
            return Optional.of(new PeerRootStatus.Wait(
                    Reasons.RUNNING_ON_OTHER_ROOT, "istiod's roots and " + root.describe() + " are not in one bundle"));
        }
        RootHistory ledger = RootHistory.of(picture, running);
        if (!ledger.isEverywhere(root)) {
            return Optional.of(new PeerRootStatus.Wait(
                    Reasons.ROTATING,
                    "not every workload of this mesh is known to accept that root"
                            + ledger.everywhereAt(root)
                                    .map(at -> " before " + at)
                                    .orElse("")));
        }
        return Rotation.missingSetting(picture, root).or(() -> new PeerRootStatus(picture).notAccepting(root));
    }

    private static TrustDecision withoutIssuer(VerifiedTrust picture, SecureRandom random) {
        CertificateTrouble missing = TrustMessages.sourceMissing(picture);
        if (picture.spec().type() == Trust.Type.CertManager) {
            return TrustDecision.refuse(missing.reason(), missing.message());
        }
        Trust.Issuer spec = picture.spec().issuer();
        if (spec == null || !spec.generate()) {
            return TrustDecision.refuse(
                    missing.reason(),
                    missing.message() + ". Or let meshfed make one: spec.trust.issuer.generate: true");
        }
        if (picture.istiod() instanceof IstiodRoots.Running running) {
            return TrustMessages.runsOnOtherRoot(picture, running, "no root is made, for it would be yet another one");
        }
        return picture.istiod() instanceof IstiodRoots.Unreadable
                ? TrustMessages.publishedRootsUnreadable()
                : generate(picture, random);
    }

    private static TrustDecision generate(VerifiedTrust picture, SecureRandom random) {
        Issuance.Issued root = Issuance.root(picture.world().meshName(), picture.now(), random);
        byte[] pem = Pem.bytes(root.certificate().pem());
        Map<String, byte[]> data = Map.of(
                Issuer.TLS_CRT, pem, Issuer.TLS_KEY, Pem.bytes(PrivateKeys.write(root.key())), Issuer.CA_CRT, pem);
        try {
            Issuer.read(data, picture.now(), random);
        } catch (RefusedMaterialException refused) {
            return TrustDecision.refuse(refused.flaw(), "the new root does not verify: " + refused.getMessage());
        }
        return TrustDecision.act(
                new TrustAction.CreateIssuer(data),
                Condition.no(
                        Reasons.TRUST_READY,
                        Reasons.ISSUER_CREATED,
                        "a root was made; Secret " + picture.issuerName().orElse("")
                                + " is being created. Keep a copy of it in a safe place"));
    }
}
