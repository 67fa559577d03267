package io.meshfed.trust.rotation;

import io.meshfed.api.CertManager;
import io.meshfed.api.MeshFederationStatus.Phase;
import io.meshfed.api.MeshFederationStatus.RotationStatus;
import io.meshfed.api.MeshFederationStatus.TrustStatus;
import io.meshfed.api.Trust;
import io.meshfed.api.condition.Condition;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.IntermediateSource;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.crl.Revocation;
import io.meshfed.trust.world.IstiodSettings;
import io.meshfed.trust.world.PeerRootStatus;
import io.meshfed.trust.world.Reasons;
import io.meshfed.trust.world.RootHistory;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.Pem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * From the root that {@code cacerts} stands on to the issuer's: the new root goes into the bundle, and only when every
 * workload here and in the other meshes accepts it for sure is anything signed under it.
 *
 * @see <a href="../../../../../../docs/adr/0005-root-rotation.md">ADR 5</a>
 */
public final class Rotation {
    private final VerifiedTrust picture;
    private final CacertsWrite write;
    private final Revocation revocation;
    private final Cacerts cacerts;
    private final RootHistory ledger;
    private final PeerRootStatus peers;
    private final BundleSteps steps;

    Rotation(
            VerifiedTrust picture,
            CacertsWrite write,
            Revocation revocation,
            Cacerts cacerts,
            RootHistory ledger,
            PeerRootStatus peers,
            BundleSteps steps) {
        this.picture = picture;
        this.write = write;
        this.revocation = revocation;
        this.cacerts = cacerts;
        this.ledger = ledger;
        this.peers = peers;
        this.steps = steps;
    }

    /** TrustReady while a rotation waits: True if that ends by itself. */
    public static Condition condition(PeerRootStatus.Wait wait, Condition otherwise) {
        boolean byItself =
                wait.reason().equals(Reasons.ROTATING) || wait.reason().equals(Reasons.WAITING_FOR_PEER);
        return byItself
                ? Condition.yes(Reasons.TRUST_READY, wait.reason(), otherwise.message() + ". Waiting: " + wait.what())
                : Condition.no(Reasons.TRUST_READY, wait.reason(), wait.what());
    }

    /** The next step. The issuer's root is another than the one that {@code cacerts} stands on. */
    TrustDecision judge(IntermediateSource issuer) {
        CaCertificate to = issuer.root();
        boolean added = picture.bundle().roots().contains(to);
        if (!isWanted(to, added)) {
            return steps.next(Condition.no(Reasons.TRUST_READY, Reasons.ISSUER_CHANGED, notWanted(to)));
        }
        Phase phase = added ? Phase.AwaitTrust : Phase.AddRoot;
        Optional<PeerRootStatus.Wait> missing = missingSetting(picture, to);
        if (missing.isPresent()) {
            return waiting(phase, to, missing.get());
        }
        if (!added) {
            return add(to);
        }
        Condition observed = TrustMessages.observed(cacerts, picture);
        if (!observed.holds()) {
            return steps.next(observed).rotating(progress(phase, to, Optional.of(observed.message())));
        }
        Optional<PeerRootStatus.Wait> wait = ownWorkloads(to).or(() -> peers.notAccepting(to));
        if (wait.isPresent()) {
            return waiting(phase, to, wait.get());
        }
        TrustDecision first = steps.next(observed);
        return (first.writes()
                        ? first
                        : write.issue(issuer, picture.bundle(), "signing under the root of the new issuer", observed))
                .rotating(progress(Phase.Sign, to, Optional.empty()));
    }

    /**
     * A root is a decision: the content of a Secret that changed by itself starts nothing. What was begun goes on, even
     * if the memory of its beginning is lost.
     */
    private boolean isWanted(CaCertificate to, boolean added) {
        Optional<TrustStatus> before = picture.world().before();
        Optional<String> former = before.flatMap(status -> Optional.ofNullable(status.issuer()));
        boolean renamed = former.filter(name -> !picture.issuerName().equals(Optional.of(name)))
                .isPresent();
        boolean begun = before.map(TrustStatus::rotation)
                .map(RotationStatus::to)
                .filter(to.sha256()::equals)
                .isPresent();
        return isMigrating(former) || isNamedInSpec(to) || renamed || begun || (added && former.isEmpty());
    }

    /**
     * Migrate is the decision to bring a mesh over once. Left in the spec it says nothing of what the issuer becomes later,
     * unless somebody else's {@code cacerts} or istiod's own CA came back meanwhile.
     */
    private boolean isMigrating(Optional<String> former) {
        boolean madeElsewhere = cacerts.path().size() == 1
                || picture.world()
                        .cacerts()
                        .filter(c -> c.origin() == PresentCacerts.Origin.HANDED_OVER)
                        .isPresent();
        return picture.spec().existingCA() == Trust.ExistingCa.Migrate && (former.isEmpty() || madeElsewhere);
    }

    /** What comes by cert-manager stands on the root of the spec, where that gives one. */
    private boolean isNamedInSpec(CaCertificate to) {
        return picture.spec().type() == Trust.Type.CertManager
                && Optional.ofNullable(picture.spec().certManager())
                        .map(CertManager::root)
                        .map(root -> CaCertificate.readLenient(Pem.bytes(root.pem())))
                        .filter(List.of(to)::equals)
                        .isPresent();
    }

    private String notWanted(CaCertificate to) {
        String start = TrustMessages.source(picture) + " stands on root " + to.describe() + ", and cacerts on "
                + cacerts.ownRoot().describe() + ". ";
        if (picture.spec().type() == Trust.Type.CertManager) {
            return start + "To move the mesh to that root, give it as spec.trust.certManager.root.pem, or name another"
                    + " issuer in spec.trust.certManager.issuerRef; else put the issuer back on the former root";
        }
        return picture.world()
                        .cacerts()
                        .filter(c -> c.origin() == PresentCacerts.Origin.OURS)
                        .isPresent()
                ? start + "To move the mesh to another root, put that root into a Secret of another name and set"
                        + " spec.trust.issuer.secretName to it; else put the former root back"
                : start
                        + "Set spec.trust.existingCA: Migrate to move the mesh from one to the other, or put the root that"
                        + " it stands on into the issuer Secret";
    }

    /** What istiod must be set to before anything is done with the root. */
    static Optional<PeerRootStatus.Wait> missingSetting(VerifiedTrust picture, CaCertificate to) {
        IstiodSettings istiod = picture.world().istiod();
        // What istiod did take, it does not need leave for.
        if (istiod.multiroot().filter(on -> !on).isPresent()
                && !picture.istiod().runsOn(to)) {
            return Optional.of(new PeerRootStatus.Wait(
                    Reasons.MULTIROOT_MISSING,
                    "a rotation needs ISTIO_MULTIROOT_MESH=true on istiod (Helm: pilot.env), else istiod refuses the"
                            + " bundle with both roots"));
        }
        if (picture.spec().rotation().xdsAgent() == Trust.XdsAgent.NotRequired
                || istiod.xdsAgent().orElse(false)) {
            return Optional.empty();
        }
        return Optional.of(new PeerRootStatus.Wait(
                Reasons.XDS_AGENT_MISSING,
                (istiod.xdsAgent().isPresent() ? "" : "istiod's mesh config cannot be read; ")
                        + "a rotation needs PROXY_CONFIG_XDS_AGENT: \"true\" in mesh config, key"
                        + " defaultConfig.proxyMetadata, and workloads started since, so that proxies learn a new root while"
                        + " they run; or set spec.trust.rotation.xdsAgent: NotRequired to rely on the waits"));
    }

    private TrustDecision add(CaCertificate to) {
        Condition ready = Condition.yes(
                Reasons.TRUST_READY,
                Reasons.ROTATING,
                "root " + to.describe() + " is being added to cacerts beside "
                        + cacerts.ownRoot().describe());
        if (!picture.bundle().hasRoomFor(to)) {
            return waiting(
                    Phase.AddRoot,
                    to,
                    new PeerRootStatus.Wait(
                            Reasons.BUNDLE_FULL,
                            "root " + to.describe()
                                    + " does not fit into root-cert.pem of cacerts; remove roots that are"
                                    + " no longer needed"));
        }
        if (!revocation.admits(to)) {
            return waiting(
                    Phase.AddRoot,
                    to,
                    new PeerRootStatus.Wait(
                            Reasons.CRL_INCOMPLETE,
                            "there is no valid revocation list of " + to.describe()
                                    + "; put one into the ConfigMap of spec.trust.crl"));
        }
        TrustDecision verdict = steps.add(to, ready);
        if (verdict.writes()) {
            return verdict.rotating(progress(Phase.AddRoot, to, Optional.empty()));
        }
        Condition why = verdict.ready().holds() ? TrustMessages.observed(cacerts, picture) : verdict.ready();
        return TrustDecision.leave(why).rotating(progress(Phase.AddRoot, to, Optional.of(why.message())));
    }

    private Optional<PeerRootStatus.Wait> ownWorkloads(CaCertificate to) {
        if (ledger.isEverywhere(to)) {
            return Optional.empty();
        }
        Optional<Instant> at = ledger.everywhereAt(to);
        if (at.filter(cacerts.notAfter()::isBefore).isPresent()) {
            return Optional.of(new PeerRootStatus.Wait(
                    Reasons.ISSUER_CHANGED,
                    "the intermediate ends at " + cacerts.notAfter() + ", before every workload accepts root "
                            + to.describe() + " (" + at.get() + "), and only the former issuer can renew it: put the"
                            + " former issuer back until it has"));
        }
        return Optional.of(new PeerRootStatus.Wait(
                Reasons.ROTATING,
                at.map(moment ->
                                "every workload of this mesh accepts root " + to.describe() + " from " + moment + " on")
                        .orElse("istiod has not been seen yet (no ConfigMap istio-ca-root-cert)")));
    }

    /** While a rotation waits, other meshes' roots come and go as ever. */
    private TrustDecision waiting(Phase phase, CaCertificate to, PeerRootStatus.Wait wait) {
        Condition observed = TrustMessages.observed(cacerts, picture);
        Condition ready = observed.holds() || !condition(wait, observed).holds() ? condition(wait, observed) : observed;
        return steps.next(ready).rotating(progress(phase, to, Optional.of(wait.what())));
    }

    private RotationProgress progress(Phase phase, CaCertificate to, Optional<String> waitingFor) {
        return new RotationProgress(cacerts.ownRoot(), to, phase, waitingFor);
    }
}
