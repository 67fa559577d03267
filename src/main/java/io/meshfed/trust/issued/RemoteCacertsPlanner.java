package io.meshfed.trust.issued;

import io.meshfed.api.ExportedMesh;
import io.meshfed.api.Names;
import io.meshfed.api.RemoteMeshStatus.IssuedStatus;
import io.meshfed.api.Trust;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.IntermediateSource;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.cacerts.Renewal;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.crl.Revocation;
import io.meshfed.trust.rotation.CacertsWrite;
import io.meshfed.trust.rotation.InvalidCacerts;
import io.meshfed.trust.rotation.TrustAction;
import io.meshfed.trust.rotation.TrustDecision;
import io.meshfed.trust.rotation.TrustMessages;
import io.meshfed.trust.world.Finding;
import io.meshfed.trust.world.RemoteCacertsWorld;
import io.meshfed.trust.world.RemoteRoots;
import io.meshfed.trust.world.RootHistory;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.Verified;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Plans the {@code cacerts} of another mesh, which this mesh issues. That mesh follows this one: it gets a new root after
 * this mesh has it, signs under it after this mesh does, and gives up an old one before this mesh does.
 *
 * @see <a href="../../../../../../docs/adr/0009-cacerts-for-another-mesh.md">ADR 9</a>
 */
public final class RemoteCacertsPlanner {
    private final VerifiedTrust home;
    private final Cacerts own;
    private final RemoteCacertsWorld issued;
    private final VerifiedTrust theirs;
    private final CacertsWrite write;
    private final RemoteCacertsSteps steps;

    private RemoteCacertsPlanner(
            VerifiedTrust home, Cacerts own, RemoteRoots remote, RemoteCacertsWorld issued, SecureRandom random) {
        this.home = home;
        this.own = own;
        this.issued = issued;
        this.theirs = home.ofRemote(remote.remote(), issued.cacerts(), random);
        Revocation revocation = Revocation.ofRemote(theirs, home, random);
        this.write = new CacertsWrite(theirs, revocation, random);
        this.steps = new RemoteCacertsSteps(home, own, issued, theirs, write, revocation);
    }

    /** Fingerprints of the roots, own root first. */
    static List<String> fingerprints(Cacerts cacerts) {
        return TrustBundle.ownRootFirst(cacerts.roots(), Optional.of(cacerts)).stream()
                .map(CaCertificate::sha256)
                .toList();
    }

    /**
     * Plans the Secret of one remote.
     *
     * @param home the verified trust of this mesh
     * @param issued what is known of the remote's Secret
     */
    public static RemoteCacertsPlan plan(
            VerifiedTrust home, RemoteRoots remote, RemoteCacertsWorld issued, SecureRandom random) {
        Optional<TrustDecision> refusal = notReady(home);
        if (refusal.isPresent()) {
            return plan(home, refusal.get(), Optional.empty(), false);
        }
        RemoteCacertsPlanner planner =
                new RemoteCacertsPlanner(home, home.cacerts().valid().orElseThrow(), remote, issued, random);
        Optional<Cacerts> present = planner.theirs.cacerts().valid();
        return plan(
                home,
                planner.decide(),
                present.filter(cacerts -> planner.isWritable()).map(planner::status),
                present.map(planner::renewal)
                        .filter(renewal -> renewal.isDue(home.now()))
                        .isPresent());
    }

    private static RemoteCacertsPlan plan(
            VerifiedTrust home, TrustDecision decision, Optional<IssuedStatus> status, boolean due) {
        Optional<Instant> history =
                home.cacerts().valid().flatMap(own -> home.history().nextChange());
        return new RemoteCacertsPlan(
                decision.action(),
                decision.finding().as(ConditionType.CacertsIssued),
                status,
                due,
                Stream.of(decision.wakeAt(), history)
                        .flatMap(Optional::stream)
                        .filter(home.now()::isBefore)
                        .min(Instant::compareTo));
    }

    private IssuedStatus status(Cacerts cacerts) {
        return new IssuedStatus(
                cacerts.signing().subject(),
                cacerts.signing().x509().getSerialNumber().toString(16),
                cacerts.notAfter().toString(),
                renewal(cacerts).dueAt().toString(),
                fingerprints(cacerts),
                steps.rootsSince(cacerts).toString());
    }

    private Renewal renewal(Cacerts cacerts) {
        return Renewal.spread(cacerts, home.spec().intermediate());
    }

    /** What must be corrected in this mesh before it signs for another one. */
    private static Optional<TrustDecision> notReady(VerifiedTrust home) {
        if (home.spec().type() != Trust.Type.Managed) {
            return Optional.of(TrustDecision.refuse(
                    TrustReason.NotManaged,
                    "spec.trust.issueCacerts needs spec.trust.type: Managed in the MeshFederation of this mesh, because only"
                            + " then the operator has an issuer to sign with. Until then the remote's cacerts is not"
                            + " renewed and takes part in no rotation: set that type, or give the remote an issuer of"
                            + " its own and remove spec.trust.issueCacerts"));
        }
        if (home.issuer() instanceof Verified.Invalid<IntermediateSource> invalid) {
            return Optional.of(TrustDecision.refuse(invalid.defect(), TrustMessages.issuerInvalid(home, invalid)));
        }
        boolean ours = home.world().cacerts().filter(PresentCacerts::writable).isPresent();
        return ours && home.cacerts().valid().isPresent()
                ? Optional.empty()
                : Optional.of(
                        TrustDecision.refuse(
                                TrustReason.WaitingForOwnTrust,
                                "this mesh's own cacerts must first be valid and written by the operator: see TrustReady of the MeshFederation"));
    }

    private boolean isWritable() {
        return issued.cacerts().filter(PresentCacerts::writable).isPresent();
    }

    private TrustDecision decide() {
        if (issued.cacerts().isEmpty()) {
            return first(false);
        }
        PresentCacerts present = issued.cacerts().get();
        if (present.data().containsKey(Cacerts.ISTIO_GENERATED)) {
            return TrustDecision.refuse(
                    TrustReason.IstioGenerated,
                    "the remote's Secret cacerts has the key istio-generated: its istiod created the Secret for a self-signed"
                            + " CA, and the operator does not change it");
        }
        if (!present.writable()) {
            return TrustDecision.refuse(
                    TrustReason.ForeignCacerts,
                    "the remote's Secret cacerts was not created by this mesh, and the operator does not change it. To hand"
                            + " it over, annotate it in the remote cluster with " + Names.ADOPT
                            + ": \"true\"; otherwise remove spec.trust.issueCacerts");
        }
        if (present.data().isEmpty()) {
            return first(present.origin() == PresentCacerts.Origin.HANDED_OVER);
        }
        return theirs.cacerts() instanceof Verified.Invalid<Cacerts> invalid
                ? invalid(invalid)
                : steps.next(theirs.cacerts().valid().orElseThrow(), present.origin());
    }

    /** @param approved the remote's administrators created an empty Secret to be filled, so no other CA is in use there */
    private TrustDecision first(boolean approved) {
        if (home.signer().isEmpty()) {
            return TrustDecision.refuse(
                    TrustReason.IssuerMissing, TrustMessages.sourceMissing(home).message());
        }
        Issuer issuer = home.signer().get();
        if (!issuer.root().equals(own.ownRoot())) {
            return TrustDecision.refuse(
                    TrustReason.Issuing,
                    "this mesh is moving to root " + issuer.root().describe()
                            + "; the remote's first cacerts is issued once this mesh signs under that root");
        }
        Finding issuing = Finding.no(TrustReason.Issuing, "the operator is creating the remote's Secret cacerts");
        if (issued.istiod().isPresent() && issued.istiod().get().seen()) {
            return runningOn(issuer)
                    .map(bundle -> approved || issued.istiodIsFresh()
                            ? write.issue(issuer, bundle, "first issue", issuing)
                            : createEmpty())
                    .orElseGet(() -> TrustDecision.refuse(
                            TrustReason.RunningOnOtherRoot,
                            "the remote's catalogue reports that its istiod already runs on another root than "
                                    + issuer.root().describe()
                                    + ", so the operator writes no cacerts: the remote's workloads would not accept"
                                    + " certificates under this root"));
        }
        if (issued.istiod().isEmpty() && !approved) {
            return TrustDecision.refuse(
                    TrustReason.PeerNotKnown,
                    "the remote has no cacerts, and the operator cannot see whether its istiod already runs on another root:"
                            + " permit the credential of spec.cluster to read the remote's catalogue. Or, if istiod never"
                            + " ran there, create an empty Secret cacerts in the remote cluster, annotated with "
                            + Names.ADOPT + ": \"true\"");
        }
        return approved || issued.istiodIsFresh()
                ? write.issue(issuer, TrustBundle.of(steps.wanted()), "first issue", issuing)
                : createEmpty();
    }

    /**
     * A catalogue does not say how old it is. So the operator creates an empty Secret first, which istiod treats as none:
     * once the catalogue names the UID of that Secret, what it says is newer than the Secret.
     */
    private TrustDecision createEmpty() {
        return issued.cacerts().isEmpty()
                ? TrustDecision.act(
                        new TrustAction.WriteCacerts(Map.of(), "an empty Secret, to ask the remote's catalogue"),
                        Finding.no(
                                TrustReason.Issuing,
                                "creating an empty Secret cacerts in the remote cluster; it is filled once the remote's"
                                        + " ExportedMesh reports which roots istiod uses"))
                : TrustDecision.refuse(
                        TrustReason.Issuing,
                        "the remote has an empty Secret cacerts; it is filled once the remote's ExportedMesh names that Secret"
                                + " and reports which roots istiod uses. If this lasts longer than a minute, check that"
                                + " meshfed runs in the remote cluster, in this version; or, if istiod never ran there,"
                                + " annotate that Secret with " + Names.ADOPT + ": \"true\"");
    }

    /** The roots of the remote's istiod, if this mesh has all of them and istiod signs under the issuer's. */
    private Optional<TrustBundle> runningOn(Issuer issuer) {
        List<CaCertificate> running = new ArrayList<>();
        for (String sha256 : issued.istiod().orElseThrow().roots()) {
            Optional<CaCertificate> known = home.bundle().roots().stream()
                    .filter(root -> root.sha256().equals(sha256))
                    .findFirst();
            if (known.isEmpty()) {
                return Optional.empty();
            }
            running.add(known.get());
        }
        return running.isEmpty() || !running.get(0).equals(issuer.root())
                ? Optional.empty()
                : Optional.of(TrustBundle.of(running));
    }

    private TrustDecision invalid(Verified.Invalid<Cacerts> invalid) {
        Optional<Issuer> issuer = home.signer();
        boolean elsewhere = issuer.isPresent()
                && issued.istiod()
                        .filter(istiod -> istiod.seen()
                                && !istiod.roots().contains(issuer.get().root().sha256()))
                        .isPresent();
        TrustDecision decision = elsewhere
                ? TrustDecision.refuse(
                        TrustReason.RunningOnOtherRoot,
                        "Secret cacerts: " + invalid.message()
                                + ". It is not issued again, because istiod runs on another root than "
                                + issuer.get().root().describe())
                : InvalidCacerts.decide(theirs, write, invalid, needed());
        return TrustDecision.act(
                decision.action(),
                decision.finding()
                        .withMessage("in the remote: " + decision.finding().message()));
    }

    /** The roots of the remote's istiod that this mesh has; where the catalogue does not say, all of this mesh's own. */
    private List<CaCertificate> needed() {
        RootHistory history = home.history();
        return home.bundle().roots().stream()
                .filter(root -> issued.istiod()
                        .filter(ExportedMesh.Istiod::seen)
                        .map(istiod -> istiod.roots().contains(root.sha256()))
                        .orElseGet(() -> history.knownAsOurs(root)))
                .toList();
    }
}
