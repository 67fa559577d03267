package io.meshfed.trust;

import io.meshfed.api.Condition;
import io.meshfed.api.Durations;
import io.meshfed.api.Names;
import io.meshfed.api.Trust;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Trust of type Managed: {@code cacerts} is made from the issuer, unless somebody else made it. */
final class ManagedTrust {
    private final Picture picture;
    private final SecureRandom random;
    private final Trust.Intermediate wanted;
    private final Duration validity;
    private final String issuerName;

    ManagedTrust(Picture picture, SecureRandom random) {
        this.picture = picture;
        this.random = random;
        this.wanted = picture.world().spec().intermediate();
        this.validity = Durations.parse(wanted.validity());
        Trust.Issuer issuer = picture.world().spec().issuer();
        this.issuerName = issuer == null ? "" : issuer.secretName();
    }

    Verdict judge() {
        Optional<PresentCacerts> present = picture.world().cacerts();
        if (present.isEmpty()) {
            return withoutCacerts();
        }
        if (present.get().data().containsKey(Cacerts.ISTIO_GENERATED)) {
            return Verdict.refuse(
                    Reasons.ISTIO_GENERATED,
                    "Secret cacerts holds the key istio-generated: istiod made it for its own self-signed CA, and meshfed"
                            + " leaves it alone. Set spec.trust.type: External to keep that CA");
        }
        if (!present.get().ours()) {
            return foreign();
        }
        return picture.cacerts() instanceof Reading.Sound<Cacerts> sound
                ? keep(sound.value())
                : repair((Reading.Flawed<Cacerts>) picture.cacerts());
    }

    // ---- no cacerts yet

    private Verdict withoutCacerts() {
        if (picture.issuer() instanceof Reading.Flawed<Issuer> flawed) {
            return Verdict.refuse(flawed.flaw(), issuerText(flawed));
        }
        Optional<Issuer> issuer = picture.issuer().sound();
        return issuer.isPresent() ? first(issuer.get()) : withoutAnything();
    }

    private Verdict withoutAnything() {
        Trust.Issuer spec = picture.world().spec().issuer();
        if (spec == null || !spec.generate()) {
            return Verdict.refuse(
                    Reasons.ISSUER_MISSING, issuerMissingText() + "; or set spec.trust.issuer.generate: true");
        }
        if (picture.istiod() instanceof IstiodRoots.Running running) {
            return otherRoot(running, "no root is made, for it would be yet another one");
        }
        if (picture.istiod() instanceof IstiodRoots.Unreadable) {
            return unreadable();
        }
        Issuance.Issued root = Issuance.root(picture.world().meshName(), picture.now(), random);
        Map<String, byte[]> data = Map.of(
                Issuer.TLS_CRT, Pem.bytes(root.certificate().pem()),
                Issuer.TLS_KEY, Pem.bytes(PrivateKeys.write(root.key())),
                Issuer.CA_CRT, Pem.bytes(root.certificate().pem()));
        try {
            Issuer.read(data, picture.now(), random);
        } catch (Refused refused) {
            return Verdict.refuse(refused.flaw(), "the new root does not verify: " + refused.getMessage());
        }
        return new Verdict(
                new TrustAction.CreateIssuer(data),
                Condition.no(
                        TrustPlan.TRUST_READY,
                        Reasons.ISSUER_CREATED,
                        "root " + root.certificate().describe() + " was made; Secret " + issuerName
                                + " is being created. Keep a copy of it in a safe place"),
                Optional.empty());
    }

    private Verdict first(Issuer issuer) {
        TrustBundle bundle;
        if (picture.istiod() instanceof IstiodRoots.Unreadable) {
            return unreadable();
        } else if (picture.istiod() instanceof IstiodRoots.Running running) {
            if (!running.roots().get(0).equals(issuer.root())) {
                return otherRoot(
                        running, "the issuer's root is " + issuer.root().describe() + "; no cacerts is written");
            }
            // It did run on a cacerts of ours, which is gone: its bytes are the ones to go on from.
            bundle = baseOf(running.pem(), running.roots());
        } else {
            bundle = TrustBundle.of(List.of(issuer.root())).grow(picture.peers().wanted());
        }
        return issue(
                issuer,
                bundle,
                "first issue",
                Condition.no(
                        TrustPlan.TRUST_READY,
                        Reasons.ISSUING,
                        "Secret cacerts is being made from issuer Secret " + issuerName));
    }

    // ---- cacerts that we may not write

    private Verdict foreign() {
        String start = "Secret cacerts was not made by meshfed and is left as it is. ";
        if (picture.cacerts() instanceof Reading.Flawed<Cacerts> flawed) {
            return Verdict.refuse(
                    Reasons.FOREIGN_CACERTS,
                    start + "It does not verify (" + flawed.flaw() + "): " + flawed.message()
                            + ". Mend it and set spec.trust.type: External, or remove it before istiod's first start");
        }
        CaCertificate root = picture.cacerts().sound().orElseThrow().ownRoot();
        boolean sameRoot = picture.issuer()
                .sound()
                .filter(issuer -> issuer.root().equals(root))
                .isPresent();
        return Verdict.refuse(
                Reasons.FOREIGN_CACERTS,
                start + "It stands on " + root.describe() + ". To keep it so, set spec.trust.type: External. To hand it"
                        + " over, "
                        + (sameRoot
                                ? ""
                                : "first put that root and its key into issuer Secret " + issuerName + ", then ")
                        + "annotate it " + Names.ADOPT + ": \"true\"");
    }

    // ---- cacerts of ours, sound

    private Verdict keep(Cacerts cacerts) {
        Renewal renewal = Renewal.of(cacerts, Durations.parse(wanted.renewBefore()));
        return judgeSound(cacerts, renewal).wakingAt(renewal.nextLook(picture.now()));
    }

    private Verdict judgeSound(Cacerts cacerts, Renewal renewal) {
        boolean due = renewal.isDue(picture.now());
        if (picture.issuer() instanceof Reading.Flawed<Issuer> flawed) {
            return Verdict.refuse(
                    flawed.flaw(),
                    issuerText(flawed) + ". The present cacerts stays in force until " + cacerts.notAfter());
        }
        Optional<Issuer> issuer = picture.issuer().sound();
        if (issuer.isEmpty()) {
            String text = issuerMissingText() + ". The present cacerts is in force until " + cacerts.notAfter()
                    + " and cannot be renewed";
            return due
                    ? Verdict.refuse(Reasons.ISSUER_MISSING, text)
                    : rootsOf(cacerts, Condition.yes(TrustPlan.TRUST_READY, Reasons.ISSUER_MISSING, text));
        }
        if (!issuer.get().root().equals(cacerts.ownRoot())) {
            return Verdict.refuse(
                    Reasons.ISSUER_CHANGED,
                    "issuer Secret " + issuerName + " holds root "
                            + issuer.get().root().describe()
                            + ", and cacerts stands on " + cacerts.ownRoot().describe()
                            + ". A root is never replaced in one step; put the former issuer back");
        }
        Optional<String> why = reissue(cacerts, issuer.get(), renewal, due);
        if (why.isPresent()) {
            return issue(issuer.get(), picture.bundle(), why.get(), observed(cacerts));
        }
        if (due) {
            return Verdict.refuse(
                    Reasons.ISSUER_EXPIRING,
                    "cacerts ends at " + cacerts.notAfter() + " and cannot be renewed: its issuer "
                            + issuer.get().certificate().describe() + " ends at "
                            + issuer.get().notAfter()
                            + "; renew the issuer");
        }
        return rootsOf(cacerts, observed(cacerts));
    }

    private Optional<String> reissue(Cacerts cacerts, Issuer issuer, Renewal renewal, boolean due) {
        if (due && renewal.gains(Issuance.notAfter(validity, issuer, picture.now()))) {
            return Optional.of("renewal");
        }
        if (cacerts.path().size() < 2 || !cacerts.path().get(1).equals(issuer.certificate())) {
            return Optional.of("the issuer has another certificate under the same root");
        }
        return KeyAlgorithms.matches(cacerts.signing(), wanted.keyAlgorithm())
                ? Optional.empty()
                : Optional.of("keyAlgorithm is now " + wanted.keyAlgorithm());
    }

    /** Adds what is missing; only when nothing is, removes what nobody asks for. Never both in one write. */
    private Verdict rootsOf(Cacerts cacerts, Condition ready) {
        TrustBundle present = picture.bundle();
        TrustBundle grown = present.grow(picture.peers().wanted());
        if (grown.roots().size() > present.roots().size()) {
            return writeRoots(cacerts, grown, "root added", ready);
        }
        Set<CaCertificate> unasked = Sentences.unasked(cacerts, picture.peers());
        if (unasked.isEmpty() || !picture.peers().undetermined().isEmpty()) {
            return Verdict.leave(ready);
        }
        try {
            return writeRoots(cacerts, present.shrink(unasked), "root removed", ready);
        } catch (Refused refused) {
            return Verdict.refuse(refused.flaw(), "Secret cacerts: " + refused.getMessage());
        }
    }

    private Verdict writeRoots(Cacerts cacerts, TrustBundle bundle, String why, Condition ready) {
        Map<String, byte[]> data = new HashMap<>();
        for (String key : List.of(Cacerts.CA_CERT, Cacerts.CA_KEY, Cacerts.CERT_CHAIN)) {
            Optional.ofNullable(picture.cacertsData().get(key)).ifPresent(value -> data.put(key, value));
        }
        data.put(Cacerts.ROOT_CERT, bundle.pem());
        return write(data, cacerts.ownRoot(), why, ready);
    }

    // ---- cacerts of ours, broken

    private Verdict repair(Reading.Flawed<Cacerts> flawed) {
        String broken = "Secret cacerts: " + flawed.message();
        if (flawed.flaw() == Flaw.NotYetValid) {
            return Verdict.refuse(flawed.flaw(), broken);
        }
        if (picture.issuer() instanceof Reading.Flawed<Issuer> issuer) {
            return Verdict.refuse(flawed.flaw(), broken + ". It cannot be made again: " + issuerText(issuer));
        }
        Optional<Issuer> issuer = picture.issuer().sound();
        if (issuer.isEmpty()) {
            return Verdict.refuse(flawed.flaw(), broken + ". It cannot be made again: " + issuerMissingText());
        }
        if (picture.istiod() instanceof IstiodRoots.Unreadable) {
            return unreadable();
        }
        if (picture.istiod() instanceof IstiodRoots.Running running
                && !running.roots().get(0).equals(issuer.get().root())) {
            return otherRoot(
                    running,
                    broken + "; it is not made again from root "
                            + issuer.get().root().describe());
        }
        return repairBase(issuer.get())
                .map(base -> issue(
                        issuer.get(),
                        base,
                        "repair: " + flawed.flaw(),
                        Condition.no(TrustPlan.TRUST_READY, flawed.flaw().name(), broken + ". It is being made again")))
                .orElseGet(() -> Verdict.refuse(
                        flawed.flaw(),
                        broken + ". It is not made again, for nothing shows that it stood on the issuer's root "
                                + issuer.get().root().describe() + "; if it did, delete Secret cacerts"));
    }

    /** The bundle to repair with: what stands there if that is the issuer's, else what istiod runs on. */
    private Optional<TrustBundle> repairBase(Issuer issuer) {
        TrustBundle present = picture.bundle();
        boolean presentIsOurs =
                !present.roots().isEmpty() && present.roots().get(0).equals(issuer.root());
        if (picture.istiod() instanceof IstiodRoots.Running running) {
            return Optional.of(
                    presentIsOurs && present.isClean()
                            ? present
                            : baseOf(running.pem(), running.roots()).grow(presentIsOurs ? present.roots() : List.of()));
        }
        if (presentIsOurs) {
            return Optional.of(baseOf(present.pem(), present.roots()));
        }
        boolean signedByIssuer =
                CaCertificate.readLenient(picture.cacertsData().getOrDefault(Cacerts.CA_CERT, new byte[0])).stream()
                        .anyMatch(signing -> signing.isSignedBy(issuer.certificate()));
        return present.roots().isEmpty() && signedByIssuer
                ? Optional.of(TrustBundle.of(List.of(issuer.root())))
                : Optional.empty();
    }

    /** The same bytes if they are clean, else the same roots written anew: a private key may stand between them. */
    private static TrustBundle baseOf(byte[] pem, List<CaCertificate> roots) {
        TrustBundle bundle = TrustBundle.of(pem);
        return bundle.isClean() ? bundle : TrustBundle.of(roots);
    }

    // ---- writing

    private Verdict issue(Issuer issuer, TrustBundle bundle, String why, Condition ready) {
        Issuance.Issued intermediate = Issuance.intermediate(
                picture.world().meshName(), wanted.keyAlgorithm(), validity, issuer, picture.now(), random);
        StringBuilder chain = new StringBuilder(intermediate.certificate().pem());
        // Without the root: a peer has it, or does not trust it.
        issuer.path().subList(0, issuer.path().size() - 1).forEach(ca -> chain.append(ca.pem()));
        return write(
                Map.of(
                        Cacerts.CA_CERT, Pem.bytes(intermediate.certificate().pem()),
                        Cacerts.CA_KEY, Pem.bytes(PrivateKeys.write(intermediate.key())),
                        Cacerts.CERT_CHAIN, Pem.bytes(chain.toString()),
                        Cacerts.ROOT_CERT, bundle.pem()),
                issuer.root(),
                why,
                ready);
    }

    /** The only way to a write: the whole Secret is verified as if a stranger had made it. */
    private Verdict write(Map<String, byte[]> data, CaCertificate ownRoot, String why, Condition ready) {
        if (picture.cacertsData().containsKey(Issuer.TLS_CRT)) {
            return Verdict.refuse(
                    Reasons.TLS_FORM,
                    "Secret cacerts has the keys tls.crt and tls.key, which istiod prefers to those that meshfed writes;"
                            + " nothing is written (" + why + "). Store it as ca-cert.pem, ca-key.pem, cert-chain.pem,"
                            + " root-cert.pem in a Secret of type Opaque");
        }
        try {
            Cacerts next = Cacerts.verify(data, picture.now(), random);
            if (!next.ownRoot().equals(ownRoot)) {
                throw new Refused(
                        Flaw.RootNotInBundle,
                        "it would stand on " + next.ownRoot().describe());
            }
        } catch (Refused refused) {
            return Verdict.refuse(
                    refused.flaw(),
                    "the new cacerts (" + why + ") does not verify and is not written: " + refused.getMessage());
        }
        return new Verdict(new TrustAction.WriteCacerts(data, why), ready, Optional.empty());
    }

    // ---- words

    private Condition observed(Cacerts cacerts) {
        return picture.istiod()
                .behind(cacerts)
                .map(lag -> Condition.no(TrustPlan.TRUST_READY, lag.reason(), lag.message()))
                .orElseGet(() -> Condition.yes(
                        TrustPlan.TRUST_READY,
                        picture.istiod() instanceof IstiodRoots.NotSeen ? Reasons.ISSUED : Reasons.VERIFIED,
                        Sentences.inForce(cacerts, picture)));
    }

    private static Verdict otherRoot(IstiodRoots.Running running, String then) {
        return Verdict.refuse(
                Reasons.RUNNING_ON_OTHER_ROOT,
                "istiod already runs on " + Fingerprints.list(running.roots()) + "; " + then
                        + ". Put the root that it runs on, with its key, into the issuer Secret, or set"
                        + " spec.trust.type: External");
    }

    private static Verdict unreadable() {
        return Verdict.refuse(
                Reasons.PUBLISHED_ROOTS_UNREADABLE,
                "no certificate can be read in ConfigMap istio-ca-root-cert, key root-cert.pem, so it is not known which"
                        + " root istiod runs on; nothing is written");
    }

    private String issuerText(Reading.Flawed<Issuer> flawed) {
        return "issuer Secret " + issuerName + ": " + flawed.message();
    }

    private String issuerMissingText() {
        return issuerName.isEmpty()
                ? "spec.trust.issuer.secretName is not set; name the issuer's Secret"
                : "issuer Secret " + issuerName + " does not exist; make it in the operator's namespace: kubectl -n"
                        + " meshfed-system create secret tls " + issuerName
                        + " --cert=root-cert.pem --key=root-key.pem";
    }
}
