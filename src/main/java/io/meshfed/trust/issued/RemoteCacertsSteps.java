package io.meshfed.trust.issued;

import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.cacerts.Renewal;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.crl.Revocation;
import io.meshfed.trust.rotation.CacertsWrite;
import io.meshfed.trust.rotation.ReissuePolicy;
import io.meshfed.trust.rotation.Rotation;
import io.meshfed.trust.rotation.TrustDecision;
import io.meshfed.trust.rotation.TrustMessages;
import io.meshfed.trust.world.Finding;
import io.meshfed.trust.world.PeerRootStatus;
import io.meshfed.trust.world.RemoteCacertsWorld;
import io.meshfed.trust.world.RootHistory;
import io.meshfed.trust.world.RotationMargin;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.Fingerprints;
import io.meshfed.trust.x509.RefusedMaterialException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The next step of a valid {@code cacerts} that this mesh issued for another one. One step per plan, and each either adds
 * roots, or issues, or removes roots.
 */
final class RemoteCacertsSteps {
    private final VerifiedTrust home;
    private final Cacerts own;
    private final RemoteCacertsWorld issued;
    private final VerifiedTrust theirs;
    private final CacertsWrite write;
    private final Revocation revocation;
    private final PeerRootStatus peers;

    RemoteCacertsSteps(
            VerifiedTrust home,
            Cacerts own,
            RemoteCacertsWorld issued,
            VerifiedTrust theirs,
            CacertsWrite write,
            Revocation revocation) {
        this.home = home;
        this.own = own;
        this.issued = issued;
        this.theirs = theirs;
        this.write = write;
        this.revocation = revocation;
        this.peers = new PeerRootStatus(home);
    }

    /** The root that this mesh signs under and the one that it is moving to, as far as its own bundle has them. */
    List<CaCertificate> wanted() {
        return Stream.concat(Stream.of(own.ownRoot()), home.signer().map(Issuer::root).stream())
                .distinct()
                .filter(home.bundle().roots()::contains)
                .toList();
    }

    TrustDecision next(Cacerts cacerts, PresentCacerts.Origin origin) {
        Renewal renewal = Renewal.spread(cacerts, home.spec().intermediate());
        TrustDecision step = step(cacerts, origin, renewal);
        Instant look = renewal.nextLook(home.now());
        return step.wakeAt().filter(look::isAfter).isPresent() ? step : step.wakingAt(look);
    }

    /** Since when the remote's roots have been the present ones, as far as this mesh saw; now if the report was lost. */
    Instant rootsSince(Cacerts cacerts) {
        return issued.before()
                .filter(report -> report.roots().equals(RemoteCacertsPlanner.fingerprints(cacerts)))
                .flatMap(report -> RootHistory.past(report.rootsSince(), home.now()))
                .orElse(home.now());
    }

    private TrustDecision step(Cacerts cacerts, PresentCacerts.Origin origin, Renewal renewal) {
        if (origin == PresentCacerts.Origin.HANDED_OVER && !home.history().knownAsOurs(cacerts.ownRoot())) {
            return TrustDecision.refuse(
                    TrustReason.RunningOnOtherRoot,
                    "the remote's Secret cacerts was handed over and its root is "
                            + cacerts.ownRoot().describe()
                            + ", under which this mesh never signed; the operator does not change it");
        }
        Finding observed = observed(cacerts);
        List<CaCertificate> missing = new ArrayList<>(wanted());
        missing.removeAll(theirs.bundle().roots());
        TrustDecision added = missing.isEmpty() ? TrustDecision.leave(observed) : add(cacerts, missing, observed);
        if (added.writes()) {
            return added;
        }
        TrustDecision signed = home.signer()
                .map(issuer -> issuer.root().equals(cacerts.ownRoot())
                        ? renew(cacerts, issuer, origin, renewal, added)
                        : move(cacerts, issuer, renewal, added))
                .orElseGet(() -> withoutIssuer(renewal, added));
        return signed.writes() || !missing.isEmpty() ? signed : remove(cacerts, signed);
    }

    private static Finding observed(Cacerts cacerts) {
        return Finding.yes(TrustReason.Issued, "the remote's " + TrustMessages.summary(cacerts));
    }

    private TrustDecision add(Cacerts cacerts, List<CaCertificate> missing, Finding observed) {
        if (!theirs.bundle().hasRoomFor(missing.get(0))) {
            return TrustDecision.refuse(
                    TrustReason.BundleFull,
                    "root " + missing.get(0).describe() + " does not fit into root-cert.pem of the remote's cacerts;"
                            + " remove roots from it that are no longer needed");
        }
        return change(
                cacerts,
                theirs.bundle().grow(missing),
                "root added",
                Finding.yes(
                        TrustReason.Rotating,
                        observed.message() + ". The operator is adding " + Fingerprints.list(missing)),
                TrustDecision.leave(observed));
    }

    private TrustDecision renew(
            Cacerts cacerts, Issuer issuer, PresentCacerts.Origin origin, Renewal renewal, TrustDecision otherwise) {
        Optional<String> why = ReissuePolicy.REMOTE.whyReissue(
                cacerts,
                issuer,
                new ReissuePolicy.Settings(
                        home.now(),
                        renewal,
                        write.nextNotAfter(issuer),
                        home.spec().intermediate().keyAlgorithm(),
                        revocation.keyToKeep().isPresent(),
                        // Where revocation is checked, this mesh waits for the new issuer's list and changes first.
                        revocation.keyToKeep().isEmpty() || own.path().contains(issuer.certificate()),
                        origin));
        if (why.isPresent()) {
            return write.issue(issuer, theirs.bundle(), why.get(), otherwise.finding());
        }
        return renewal.isDue(home.now())
                ? TrustDecision.leave(TrustMessages.issuerExpiring("the remote's cacerts", cacerts, issuer))
                : otherwise;
    }

    /** To another root: after this mesh, and only once every workload of every mesh accepts that root. */
    private TrustDecision move(Cacerts cacerts, Issuer issuer, Renewal renewal, TrustDecision otherwise) {
        CaCertificate to = issuer.root();
        if (!theirs.bundle().roots().contains(to)) {
            return wanted().contains(to)
                    ? unlessDue(
                            renewal,
                            cacerts,
                            otherwise,
                            "root " + to.describe() + " must be in the remote's bundle first")
                    : waiting(
                            cacerts,
                            renewal,
                            otherwise,
                            rotating("root " + to.describe() + " must be in this mesh's bundle first"));
        }
        if (!to.equals(own.ownRoot())) {
            return waiting(
                    cacerts, renewal, otherwise, rotating("this mesh must sign under " + to.describe() + " first"));
        }
        if (!home.history().isEverywhere(to)) {
            return waiting(
                    cacerts,
                    renewal,
                    otherwise,
                    rotating(home.history()
                            .everywhereAt(to)
                            .map(at -> "every workload of this mesh accepts " + to.describe() + " from " + at + " on")
                            .orElse("every workload of this mesh must accept " + to.describe() + " first")));
        }
        return peers.notAccepting(to)
                .map(wait -> waiting(cacerts, renewal, otherwise, wait))
                .orElseGet(() -> write.issue(
                        issuer, theirs.bundle(), "signing under the root of the issuer", otherwise.finding()));
    }

    private static PeerRootStatus.Wait rotating(String what) {
        return new PeerRootStatus.Wait(TrustReason.Rotating, what);
    }

    private TrustDecision waiting(Cacerts cacerts, Renewal renewal, TrustDecision otherwise, PeerRootStatus.Wait wait) {
        TrustDecision waits = TrustDecision.leave(Rotation.finding(wait, otherwise.finding()));
        return unlessDue(
                renewal, cacerts, otherwise.wakeAt().map(waits::wakingAt).orElse(waits), wait.what());
    }

    /** Waiting is a problem once the intermediate must be renewed, which only the former issuer can do. */
    private TrustDecision unlessDue(Renewal renewal, Cacerts cacerts, TrustDecision otherwise, String wait) {
        return renewal.isDue(home.now())
                ? TrustDecision.refuse(
                        TrustReason.IssuerChanged,
                        "the remote's cacerts expires at " + cacerts.notAfter() + ", and until the rotation ends only"
                                + " the issuer under " + cacerts.ownRoot().describe()
                                + " can renew it: put that issuer back until it has done so. Waiting: " + wait)
                : otherwise;
    }

    private TrustDecision withoutIssuer(Renewal renewal, TrustDecision otherwise) {
        return renewal.isDue(home.now())
                ? TrustDecision.refuse(
                        TrustReason.IssuerMissing,
                        otherwise.finding().message() + "; it cannot be renewed: "
                                + TrustMessages.sourceMissing(home).message())
                : otherwise;
    }

    /**
     * A root that this mesh gave up is removed from the remote's bundle first, then from its own. Roots that never were
     * this mesh's own are kept: they belong to the administrators of the remote.
     */
    private TrustDecision remove(Cacerts cacerts, TrustDecision otherwise) {
        if (!home.peers().undetermined().isEmpty()) {
            return otherwise;
        }
        Set<CaCertificate> removed = home.history().unrequested(theirs.bundle().roots(), home.peers()).stream()
                .filter(root -> home.history().knownAsOurs(root) && !root.equals(cacerts.ownRoot()))
                .filter(root -> !home.history().mayBeInUse(root)
                        && peers.maybeUsing(root).isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (removed.isEmpty()) {
            return otherwise;
        }
        try {
            return change(cacerts, theirs.bundle().shrink(removed), "root removed", otherwise.finding(), otherwise);
        } catch (RefusedMaterialException refused) {
            return TrustDecision.refuse(refused.defect(), "the remote's Secret cacerts: " + refused.getMessage());
        }
    }

    /** Waits while the remote's istiod could see this change and the last one as one that both adds and removes roots. */
    private TrustDecision change(
            Cacerts cacerts, TrustBundle next, String why, Finding finding, TrustDecision otherwise) {
        Optional<Set<String>> running = runningOn(cacerts);
        if (running.isPresent()) {
            Set<String> wanted =
                    next.roots().stream().map(CaCertificate::sha256).collect(Collectors.toSet());
            return running.get().containsAll(wanted) || wanted.containsAll(running.get())
                    ? write.bundle(cacerts, next, why, finding)
                    : held(
                            otherwise,
                            why + " once the remote's catalogue reports that istiod has read the last change");
        }
        Instant at = RotationMargin.after(rootsSince(cacerts), home.spec().rotation());
        return home.now().isBefore(at)
                ? held(
                                otherwise,
                                why + " at " + at
                                        + ": the roots of the remote's istiod are not known, and by then it has"
                                        + " read the last change")
                        .wakingAt(at)
                : write.bundle(cacerts, next, why, finding);
    }

    private static TrustDecision held(TrustDecision otherwise, String what) {
        return otherwise.finding().holds()
                ? TrustDecision.leave(Rotation.finding(rotating(what), otherwise.finding()))
                : otherwise;
    }

    /**
     * Fingerprints of the roots that the remote's istiod runs on; empty: its catalogue does not say, or istiod does not run
     * on this Secret.
     */
    private Optional<Set<String>> runningOn(Cacerts cacerts) {
        return issued.istiod()
                .filter(istiod -> istiod.roots().contains(cacerts.ownRoot().sha256()))
                .map(istiod -> Set.copyOf(istiod.roots()));
    }
}
