package io.meshfed.trust.issued;

import io.meshfed.api.Durations;
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
 * The {@code cacerts} of another mesh, made from this one's issuer. That mesh follows this one: it gets a root when this
 * mesh has it, is signed under it after this mesh, and gives an old one up before this mesh does.
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
        Revocation revocation = Revocation.elsewhere(theirs, home, random);
        this.write = new CacertsWrite(theirs, revocation, random);
        this.steps = new RemoteCacertsSteps(home, own, issued, theirs, write, revocation);
    }

    /** Own root first. */
    static List<String> fingerprints(Cacerts cacerts) {
        return TrustBundle.ownRootFirst(cacerts.roots(), Optional.of(cacerts)).stream()
                .map(CaCertificate::sha256)
                .toList();
    }

    public static RemoteCacertsPlan plan(
            VerifiedTrust home, RemoteRoots remote, RemoteCacertsWorld issued, SecureRandom random) {
        Optional<TrustDecision> refusal = notReady(home);
        if (refusal.isPresent()) {
            return plan(home, refusal.get(), Optional.empty(), false);
        }
        RemoteCacertsPlanner planner =
                new RemoteCacertsPlanner(home, home.cacerts().valid().orElseThrow(), remote, issued, random);
        return plan(
                home,
                planner.judge(),
                planner.theirs
                        .cacerts()
                        .valid()
                        .filter(c -> planner.isWritable())
                        .map(planner::status),
                planner.theirs
                        .cacerts()
                        .valid()
                        .filter(cacerts ->
                                renewal(cacerts, home.spec().intermediate()).isDue(home.now()))
                        .isPresent());
    }

    private static RemoteCacertsPlan plan(
            VerifiedTrust home, TrustDecision decision, Optional<IssuedStatus> status, boolean due) {
        Finding said = decision.finding();
        Optional<Instant> history =
                home.cacerts().valid().flatMap(own -> RootHistory.of(home, own).nextChange());
        return new RemoteCacertsPlan(
                decision.action(),
                said.as(ConditionType.CacertsIssued),
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
                renewal(cacerts, home.spec().intermediate()).dueAt().toString(),
                fingerprints(cacerts),
                steps.rootsSince(cacerts).toString());
    }

    /** What must be mended in this mesh before anything is signed for another one. */
    private static Optional<TrustDecision> notReady(VerifiedTrust home) {
        if (home.spec().type() != Trust.Type.Managed) {
            return Optional.of(TrustDecision.refuse(
                    TrustReason.NotManaged,
                    "spec.trust.issueCacerts needs spec.trust.type: Managed in the MeshFederation here, for only who holds"
                            + " the issuer can sign. Until then the remote's cacerts is not renewed and follows no new"
                            + " root: set that type, or give the remote an issuer of its own and take"
                            + " spec.trust.issueCacerts out"));
        }
        if (home.issuer() instanceof Verified.Invalid<IntermediateSource> invalid) {
            return Optional.of(TrustDecision.refuse(invalid.defect(), TrustMessages.issuerInvalid(home, invalid)));
        }
        boolean ours = home.world().cacerts().filter(PresentCacerts::writable).isPresent();
        return ours && home.cacerts().valid().isPresent()
                ? Optional.empty()
                : Optional.of(TrustDecision.refuse(
                        TrustReason.WaitingForOwnTrust,
                        "this mesh's own cacerts must be in force first; see TrustReady of the MeshFederation"));
    }

    private boolean isWritable() {
        return issued.cacerts().filter(PresentCacerts::writable).isPresent();
    }

    private TrustDecision judge() {
        if (issued.cacerts().isEmpty()) {
            return first(false);
        }
        PresentCacerts present = issued.cacerts().get();
        if (present.data().containsKey(Cacerts.ISTIO_GENERATED)) {
            return TrustDecision.refuse(
                    TrustReason.IstioGenerated,
                    "the remote's Secret cacerts holds the key istio-generated: its istiod made it for a self-signed CA of"
                            + " its own, and it is left alone");
        }
        if (!present.writable()) {
            return TrustDecision.refuse(
                    TrustReason.ForeignCacerts,
                    "the remote's Secret cacerts was not made by this mesh and is left as it is. To hand it over, annotate"
                            + " it there " + Names.ADOPT + ": \"true\"; else take spec.trust.issueCacerts out");
        }
        if (present.data().isEmpty()) {
            return first(present.origin() == PresentCacerts.Origin.HANDED_OVER);
        }
        return theirs.cacerts() instanceof Verified.Invalid<Cacerts> invalid
                ? broken(invalid)
                : steps.valid(theirs.cacerts().valid().orElseThrow(), present.origin());
    }

    /** @param asked whether the remote's people laid out an empty Secret to be filled, which they do where none is in use */
    private TrustDecision first(boolean asked) {
        if (home.signer().isEmpty()) {
            return TrustDecision.refuse(
                    TrustReason.IssuerMissing, TrustMessages.sourceMissing(home).message());
        }
        Issuer issuer = home.signer().get();
        if (!issuer.root().equals(own.ownRoot())) {
            return TrustDecision.refuse(
                    TrustReason.Issuing,
                    "this mesh is on its way to root " + issuer.root().describe()
                            + "; the remote's first cacerts is made when it signs under it");
        }
        Finding issuing = Finding.no(TrustReason.Issuing, "the remote's Secret cacerts is being made from this issuer");
        if (issued.istiod().isPresent() && issued.istiod().get().seen()) {
            return runningOn(issuer)
                    .map(bundle -> asked || issued.istiodIsFresh()
                            ? write.issue(issuer, bundle, "first issue", issuing)
                            : ask())
                    .orElseGet(() -> TrustDecision.refuse(
                            TrustReason.RunningOnOtherRoot,
                            "istiod of the remote already runs on another root than "
                                    + issuer.root().describe()
                                    + ", as its catalogue says, so no cacerts is written there:"
                                    + " its workloads would not accept what it signs"));
        }
        if (issued.istiod().isEmpty() && !asked) {
            return TrustDecision.refuse(
                    TrustReason.PeerNotKnown,
                    "the remote has no cacerts, and it is not known whether its istiod already runs on a root of its own:"
                            + " let the credential of spec.cluster read its catalogue. Or, if istiod never ran there, lay"
                            + " out an empty Secret cacerts there, annotated " + Names.ADOPT + ": \"true\"");
        }
        return asked || issued.istiodIsFresh()
                ? write.issue(issuer, TrustBundle.of(steps.wanted()), "first issue", issuing)
                : ask();
    }

    /**
     * A catalogue tells nothing of its age. So an empty Secret is laid out first, which an istiod takes for none: once
     * the catalogue names that Secret, its words are younger than the question.
     */
    private TrustDecision ask() {
        return issued.cacerts().isEmpty()
                ? TrustDecision.act(
                        new TrustAction.WriteCacerts(Map.of(), "an empty Secret, to ask the remote's catalogue"),
                        Finding.no(
                                TrustReason.Issuing,
                                "an empty Secret cacerts is being laid out in the remote, to be filled when its catalogue"
                                        + " says, with that Secret in sight, what istiod runs on there"))
                : TrustDecision.refuse(
                        TrustReason.Issuing,
                        "an empty Secret cacerts stands in the remote, and is filled when its catalogue says, with that"
                                + " Secret in sight, what istiod runs on there. If that does not come within a minute, see"
                                + " that meshfed runs there, in this version; or, if istiod never ran there, annotate that"
                                + " Secret " + Names.ADOPT + ": \"true\"");
    }

    /** The roots that the remote's istiod runs on, if this mesh has them all and the issuer's is the one it signs under. */
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

    private TrustDecision broken(Verified.Invalid<Cacerts> invalid) {
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
                                + ". It is not made again, for istiod there runs on another" + " root than "
                                + issuer.get().root().describe())
                : InvalidCacerts.judge(theirs, write, invalid, needed());
        Finding said = decision.finding();
        return TrustDecision.act(decision.action(), said.withMessage("in the remote: " + said.message()));
    }

    /** What istiod there runs on, as far as this mesh has it; where nobody says, all that this mesh signs or signed under. */
    private List<CaCertificate> needed() {
        RootHistory history = RootHistory.of(home, own);
        return home.bundle().roots().stream()
                .filter(root -> issued.istiod()
                        .filter(ExportedMesh.Istiod::seen)
                        .map(istiod -> istiod.roots().contains(root.sha256()))
                        .orElseGet(() -> history.knownAsOurs(root)))
                .toList();
    }

    /** When the next intermediate is due. */
    static Renewal renewal(Cacerts cacerts, Trust.Intermediate wanted) {
        return Renewal.spread(cacerts, Durations.parse(wanted.renewBefore()));
    }
}
