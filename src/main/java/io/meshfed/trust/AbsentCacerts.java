package io.meshfed.trust;

import io.meshfed.api.Condition;
import io.meshfed.api.Trust;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** No {@code cacerts} yet: the first one is issued, and before it the issuer if asked for. */
final class AbsentCacerts {
    private AbsentCacerts() {}

    static Verdict judge(Picture picture, CacertsWrite write, SecureRandom random) {
        if (picture.issuer() instanceof Reading.Flawed<IntermediateSource> flawed) {
            return Verdict.refuse(flawed.flaw(), Sentences.issuerFlawed(picture, flawed));
        }
        return picture.issuer()
                .sound()
                .map(issuer -> issue(picture, write, issuer))
                .orElseGet(() -> withoutIssuer(picture, random));
    }

    private static Verdict issue(Picture picture, CacertsWrite write, IntermediateSource issuer) {
        Condition issuing = Condition.no(
                TrustPlan.TRUST_READY,
                Reasons.ISSUING,
                "Secret cacerts is being made from " + Sentences.source(picture));
        if (picture.istiod() instanceof IstiodRoots.Unreadable) {
            return Sentences.publishedRootsUnreadable();
        }
        if (!(picture.istiod() instanceof IstiodRoots.Running running)) {
            TrustBundle bundle =
                    TrustBundle.of(List.of(issuer.root())).grow(picture.peers().wanted());
            return write.issue(issuer, bundle, "first issue", issuing);
        }
        // In a cacerts of meshfed's the own root is the first, but for one that was rotated: there it may be any.
        Optional<PeerStance.Wait> wait = running.roots().get(0).equals(issuer.root())
                ? Optional.empty()
                : mayNotSign(picture, running, issuer.root());
        if (wait.isEmpty()) {
            return write.issue(issuer, running.bundle(), "first issue", issuing);
        }
        Verdict verdict = picture.spec().existingCA() == Trust.ExistingCa.Migrate
                ? SelfSignedIstiod.judge(picture, write, issuer, running)
                : Sentences.runsOnOtherRoot(
                        picture,
                        running,
                        "the issuer's root is " + issuer.root().describe() + ", so no cacerts is written"
                                + (running.roots().contains(issuer.root())
                                        ? ": " + wait.get().what()
                                        : ""));
        return RootLedger.of(picture, running)
                .everywhereAt(issuer.root())
                .map(verdict::wakingAt)
                .orElse(verdict);
    }

    /** What a {@code cacerts} that was lost in a rotation waits for, as signing in a rotation does. */
    private static Optional<PeerStance.Wait> mayNotSign(
            Picture picture, IstiodRoots.Running running, CaCertificate root) {
        if (!running.roots().contains(root) || !running.bundle().roots().containsAll(running.roots())) {
            return Optional.of(new PeerStance.Wait(
                    Reasons.RUNNING_ON_OTHER_ROOT, "istiod's roots and " + root.describe() + " are not in one bundle"));
        }
        RootLedger ledger = RootLedger.of(picture, running);
        if (!ledger.isEverywhere(root)) {
            return Optional.of(new PeerStance.Wait(
                    Reasons.ROTATING,
                    "not every workload of this mesh is known to accept that root"
                            + ledger.everywhereAt(root)
                                    .map(at -> " before " + at)
                                    .orElse("")));
        }
        return Rotation.missingSetting(picture, root).or(() -> new PeerStance(picture).notAccepting(root));
    }

    private static Verdict withoutIssuer(Picture picture, SecureRandom random) {
        CertificateTrouble missing = Sentences.sourceMissing(picture);
        if (picture.spec().type() == Trust.Type.CertManager) {
            return Verdict.refuse(missing.reason(), missing.message());
        }
        Trust.Issuer spec = picture.spec().issuer();
        if (spec == null || !spec.generate()) {
            return Verdict.refuse(
                    missing.reason(),
                    missing.message() + ". Or let meshfed make one: spec.trust.issuer.generate: true");
        }
        if (picture.istiod() instanceof IstiodRoots.Running running) {
            return Sentences.runsOnOtherRoot(picture, running, "no root is made, for it would be yet another one");
        }
        return picture.istiod() instanceof IstiodRoots.Unreadable
                ? Sentences.publishedRootsUnreadable()
                : generate(picture, random);
    }

    private static Verdict generate(Picture picture, SecureRandom random) {
        Issuance.Issued root = Issuance.root(picture.world().meshName(), picture.now(), random);
        byte[] pem = Pem.bytes(root.certificate().pem());
        Map<String, byte[]> data = Map.of(
                Issuer.TLS_CRT, pem, Issuer.TLS_KEY, Pem.bytes(PrivateKeys.write(root.key())), Issuer.CA_CRT, pem);
        try {
            Issuer.read(data, picture.now(), random);
        } catch (Refused refused) {
            return Verdict.refuse(refused.flaw(), "the new root does not verify: " + refused.getMessage());
        }
        return Verdict.act(
                new TrustAction.CreateIssuer(data),
                Condition.no(
                        TrustPlan.TRUST_READY,
                        Reasons.ISSUER_CREATED,
                        "a root was made; Secret " + picture.issuerName().orElse("")
                                + " is being created. Keep a copy of it in a safe place"));
    }
}
