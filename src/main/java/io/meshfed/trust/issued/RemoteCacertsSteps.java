package io.meshfed.trust.issued;

import io.meshfed.api.Durations;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.cacerts.Renewal;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.crl.Revocation;
import io.meshfed.trust.rotation.CacertsWrite;
import io.meshfed.trust.rotation.Rotation;
import io.meshfed.trust.rotation.TrustDecision;
import io.meshfed.trust.rotation.TrustMessages;
import io.meshfed.trust.world.Finding;
import io.meshfed.trust.world.PeerRootStatus;
import io.meshfed.trust.world.RemoteCacertsWorld;
import io.meshfed.trust.world.RootHistory;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.Fingerprints;
import io.meshfed.trust.x509.KeyAlgorithms;
import io.meshfed.trust.x509.RefusedMaterialException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The next step of a {@code cacerts} that was made for another mesh and verifies: at most one, and in one direction. */
final class RemoteCacertsSteps {
    private final VerifiedTrust home;
    private final Cacerts own;
    private final RemoteCacertsWorld issued;
    private final VerifiedTrust theirs;
    private final CacertsWrite write;
    private final Revocation revocation;
    private final RootHistory history;
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
        this.history = RootHistory.of(home, own);
        this.peers = new PeerRootStatus(home);
    }

    /** The roots that this mesh signs under or is going to, as far as it has taken them into its own bundle. */
    List<CaCertificate> wanted() {
        return Stream.concat(Stream.of(own.ownRoot()), home.signer().map(Issuer::root).stream())
                .distinct()
                .filter(home.bundle().roots()::contains)
                .toList();
    }

    TrustDecision valid(Cacerts cacerts, PresentCacerts.Origin origin) {
        Renewal renewal = RemoteCacertsPlanner.renewal(cacerts, home.spec().intermediate());
        TrustDecision step = step(cacerts, origin, renewal);
        Instant look = renewal.nextLook(home.now());
        return step.wakeAt().filter(look::isAfter).isPresent() ? step : step.wakingAt(look);
    }

    /** Since when the roots there are what they are, as far as this mesh saw; a report that was lost makes it now. */
    Instant rootsSince(Cacerts cacerts) {
        return issued.before()
                .filter(report -> report.roots().equals(RemoteCacertsPlanner.fingerprints(cacerts)))
                .flatMap(report -> RootHistory.past(report.rootsSince(), home.now()))
                .orElse(home.now());
    }

    private TrustDecision step(Cacerts cacerts, PresentCacerts.Origin origin, Renewal renewal) {
        if (origin == PresentCacerts.Origin.HANDED_OVER && !history.knownAsOurs(cacerts.ownRoot())) {
            return TrustDecision.refuse(
                    TrustReason.RunningOnOtherRoot,
                    "the remote's Secret cacerts was handed over and stands on "
                            + cacerts.ownRoot().describe()
                            + ", which this mesh does not sign under; it is left as it is");
        }
        Finding observed = observed(cacerts);
        List<CaCertificate> missing = new ArrayList<>(wanted());
        missing.removeAll(theirs.bundle().roots());
        TrustDecision grown = missing.isEmpty() ? TrustDecision.leave(observed) : grow(cacerts, missing, observed);
        if (grown.writes()) {
            return grown;
        }
        TrustDecision signed = home.signer()
                .map(issuer -> issuer.root().equals(cacerts.ownRoot())
                        ? renew(cacerts, issuer, origin, renewal, grown)
                        : move(cacerts, issuer, renewal, grown))
                .orElseGet(() -> withoutIssuer(renewal, grown));
        return signed.writes() || !missing.isEmpty() ? signed : shrink(cacerts, signed);
    }

    private static Finding observed(Cacerts cacerts) {
        return Finding.yes(
                TrustReason.Issued,
                "the remote's Secret cacerts verifies: " + cacerts.signing().describe() + " is valid until "
                        + cacerts.notAfter() + ", own root " + cacerts.ownRoot().describe() + ", "
                        + (cacerts.roots().size() == 1
                                ? "1 root"
                                : cacerts.roots().size() + " roots") + " in all");
    }

    private TrustDecision grow(Cacerts cacerts, List<CaCertificate> missing, Finding observed) {
        if (!theirs.bundle().hasRoomFor(missing.get(0))) {
            return TrustDecision.refuse(
                    TrustReason.BundleFull,
                    "root " + missing.get(0).describe() + " does not fit into root-cert.pem of the remote's cacerts;"
                            + " remove roots there that are no longer needed");
        }
        return change(
                cacerts,
                theirs.bundle().grow(missing),
                "root added",
                Finding.yes(
                        TrustReason.Rotating,
                        observed.message() + ". " + Fingerprints.list(missing) + " is being added"),
                TrustDecision.leave(observed));
    }

    private TrustDecision renew(
            Cacerts cacerts, Issuer issuer, PresentCacerts.Origin origin, Renewal renewal, TrustDecision otherwise) {
        boolean due = renewal.isDue(home.now());
        Optional<String> why = due && renewal.gains(write.nextNotAfter(issuer))
                ? Optional.of("renewal")
                : otherwise(cacerts, issuer, origin);
        if (why.isPresent()) {
            return write.issue(issuer, theirs.bundle(), why.get(), otherwise.finding());
        }
        return due
                ? TrustDecision.refuse(
                        TrustReason.IssuerExpiring,
                        "the remote's cacerts ends at " + cacerts.notAfter()
                                + " and a renewal would bring nothing: its issuer "
                                + issuer.certificate().describe() + " ends at " + issuer.notAfter()
                                + "; renew the issuer")
                : otherwise;
    }

    private Optional<String> otherwise(Cacerts cacerts, Issuer issuer, PresentCacerts.Origin origin) {
        if (origin == PresentCacerts.Origin.HANDED_OVER) {
            // Its key was made by somebody else.
            return Optional.of("handed over");
        }
        // Where revocation is checked here, this mesh waits for the list of a new issuer, and goes first.
        boolean mayFollow = revocation.keyToKeep().isEmpty() || own.path().contains(issuer.certificate());
        if (mayFollow && (cacerts.path().size() < 2 || !cacerts.path().get(1).equals(issuer.certificate()))) {
            return Optional.of("the issuer has another certificate under the same root");
        }
        return revocation.keyToKeep().isPresent()
                        || KeyAlgorithms.matches(
                                cacerts.signing(), home.spec().intermediate().keyAlgorithm())
                ? Optional.empty()
                : Optional.of(
                        "keyAlgorithm is now " + home.spec().intermediate().keyAlgorithm());
    }

    /** To another root: after this mesh, and only when every workload everywhere accepts it for sure. */
    private TrustDecision move(Cacerts cacerts, Issuer issuer, Renewal renewal, TrustDecision otherwise) {
        CaCertificate to = issuer.root();
        if (!theirs.bundle().roots().contains(to)) {
            return wanted().contains(to)
                    ? unless(renewal, cacerts, otherwise, "root " + to.describe() + " is added there first")
                    : waiting(
                            cacerts, renewal, otherwise, rotating("this mesh takes root " + to.describe() + " first"));
        }
        if (!to.equals(own.ownRoot())) {
            return waiting(cacerts, renewal, otherwise, rotating("this mesh signs under " + to.describe() + " first"));
        }
        if (!history.isEverywhere(to)) {
            return waiting(
                    cacerts,
                    renewal,
                    otherwise,
                    rotating("every workload of this mesh accepts " + to.describe()
                            + history.everywhereAt(to)
                                    .map(at -> " from " + at + " on")
                                    .orElse(" first")));
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
        TrustDecision waits = TrustDecision.leave(Rotation.condition(wait, otherwise.finding()));
        return unless(renewal, cacerts, otherwise.wakeAt().map(waits::wakingAt).orElse(waits), wait.what());
    }

    /** Unless the end of the intermediate is near, which only another issuer can renew. */
    private TrustDecision unless(Renewal renewal, Cacerts cacerts, TrustDecision otherwise, String wait) {
        return renewal.isDue(home.now())
                ? TrustDecision.refuse(
                        TrustReason.IssuerChanged,
                        "the remote's cacerts ends at " + cacerts.notAfter() + ", and only the issuer of "
                                + cacerts.ownRoot().describe() + " can renew it before the rotation ends: put"
                                + " that one back until it has. Waiting: " + wait)
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

    /** What this mesh gave up leaves there first. A root that is none of this mesh's own is none of its business. */
    private TrustDecision shrink(Cacerts cacerts, TrustDecision otherwise) {
        if (!home.peers().undetermined().isEmpty()) {
            return otherwise;
        }
        Set<CaCertificate> gone = history.leaving(theirs.bundle().roots(), home.peers()).stream()
                .filter(root -> history.knownAsOurs(root) && !root.equals(cacerts.ownRoot()))
                .filter(root ->
                        !history.mayBeInUse(root) && peers.maybeUsing(root).isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (gone.isEmpty()) {
            return otherwise;
        }
        try {
            return change(cacerts, theirs.bundle().shrink(gone), "root removed", otherwise.finding(), otherwise);
        } catch (RefusedMaterialException refused) {
            return TrustDecision.refuse(refused.defect(), "the remote's Secret cacerts: " + refused.getMessage());
        }
    }

    /** Not while the remote's istiod might see this change and the last as one that both adds and removes. */
    private TrustDecision change(
            Cacerts cacerts, TrustBundle next, String why, Finding ready, TrustDecision otherwise) {
        Optional<Set<String>> running = runningOn(cacerts);
        if (running.isPresent()) {
            Set<String> wanted =
                    next.roots().stream().map(CaCertificate::sha256).collect(Collectors.toSet());
            return running.get().containsAll(wanted) || wanted.containsAll(running.get())
                    ? write.bundle(cacerts, next, why, ready)
                    : held(otherwise, why + " when istiod there has taken the last change, as its catalogue will say");
        }
        Instant at =
                rootsSince(cacerts).plus(Durations.parse(home.spec().rotation().margin()));
        return home.now().isBefore(at)
                ? held(
                                otherwise,
                                why + " at " + at + ": what istiod there runs on is not known, and by then it has taken"
                                        + " the last change")
                        .wakingAt(at)
                : write.bundle(cacerts, next, why, ready);
    }

    private static TrustDecision held(TrustDecision otherwise, String what) {
        return otherwise.finding().holds()
                ? TrustDecision.leave(Rotation.condition(rotating(what), otherwise.finding()))
                : otherwise;
    }

    /** Fingerprints of the roots that istiod there runs on; empty: nobody says, or it does not run on this Secret. */
    private Optional<Set<String>> runningOn(Cacerts cacerts) {
        return issued.istiod()
                .filter(istiod -> istiod.roots().contains(cacerts.ownRoot().sha256()))
                .map(istiod -> Set.copyOf(istiod.roots()));
    }
}
