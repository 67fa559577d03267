package io.meshfed.trust.rotation;

import io.meshfed.api.CertManager;
import io.meshfed.api.MeshFederationStatus.Phase;
import io.meshfed.api.MeshFederationStatus.RotationStatus;
import io.meshfed.api.MeshFederationStatus.TrustStatus;
import io.meshfed.api.Trust;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.IntermediateSource;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.crl.Revocation;
import io.meshfed.trust.world.Finding;
import io.meshfed.trust.world.IstiodSettings;
import io.meshfed.trust.world.PeerRootStatus;
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
    private final VerifiedTrust trust;
    private final CacertsWrite write;
    private final Revocation revocation;
    private final Cacerts cacerts;
    private final RootHistory history;
    private final PeerRootStatus peers;
    private final BundleSteps steps;

    Rotation(
            VerifiedTrust trust,
            CacertsWrite write,
            Revocation revocation,
            Cacerts cacerts,
            RootHistory history,
            PeerRootStatus peers,
            BundleSteps steps) {
        this.trust = trust;
        this.write = write;
        this.revocation = revocation;
        this.cacerts = cacerts;
        this.history = history;
        this.peers = peers;
        this.steps = steps;
    }

    /** TrustReady while a rotation waits: True if that ends by itself. */
    public static Finding condition(PeerRootStatus.Wait wait, Finding otherwise) {
        boolean byItself = wait.reason() == TrustReason.Rotating || wait.reason() == TrustReason.WaitingForPeer;
        return byItself
                ? Finding.yes(wait.reason(), otherwise.message() + ". Waiting: " + wait.what())
                : Finding.no(wait.reason(), wait.what());
    }

    /** The next step. The issuer's root is another than the one that {@code cacerts} stands on. */
    TrustDecision judge(IntermediateSource issuer) {
        CaCertificate to = issuer.root();
        boolean added = trust.bundle().roots().contains(to);
        if (!isWanted(to, added)) {
            return steps.next(Finding.no(TrustReason.IssuerChanged, notWanted(to)));
        }
        Phase phase = added ? Phase.AwaitTrust : Phase.AddRoot;
        Optional<PeerRootStatus.Wait> missing = missingSetting(trust, to);
        if (missing.isPresent()) {
            return waiting(phase, to, missing.get());
        }
        if (!added) {
            return add(to);
        }
        Finding observed = TrustMessages.observed(cacerts, trust);
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
                        : write.issue(issuer, trust.bundle(), "signing under the root of the new issuer", observed))
                .rotating(progress(Phase.Sign, to, Optional.empty()));
    }

    /**
     * A root is a decision: the content of a Secret that changed by itself starts nothing. What was begun goes on, even
     * if the memory of its beginning is lost.
     */
    private boolean isWanted(CaCertificate to, boolean added) {
        Optional<TrustStatus> before = trust.world().before();
        Optional<String> former = before.flatMap(status -> Optional.ofNullable(status.issuer()));
        boolean renamed = former.filter(name -> !trust.issuerName().equals(Optional.of(name)))
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
                || trust.world()
                        .cacerts()
                        .filter(c -> c.origin() == PresentCacerts.Origin.HANDED_OVER)
                        .isPresent();
        return trust.spec().existingCA() == Trust.ExistingCa.Migrate && (former.isEmpty() || madeElsewhere);
    }

    /** What comes by cert-manager stands on the root of the spec, where that gives one. */
    private boolean isNamedInSpec(CaCertificate to) {
        return trust.spec().type() == Trust.Type.CertManager
                && Optional.ofNullable(trust.spec().certManager())
                        .map(CertManager::root)
                        .map(root -> CaCertificate.readLenient(Pem.bytes(root.pem())))
                        .filter(List.of(to)::equals)
                        .isPresent();
    }

    private String notWanted(CaCertificate to) {
        String start = TrustMessages.source(trust) + " stands on root " + to.describe() + ", and cacerts on "
                + cacerts.ownRoot().describe() + ". ";
        if (trust.spec().type() == Trust.Type.CertManager) {
            return start + "To move the mesh to that root, give it as spec.trust.certManager.root.pem, or name another"
                    + " issuer in spec.trust.certManager.issuerRef; else put the issuer back on the former root";
        }
        return trust.world()
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
    static Optional<PeerRootStatus.Wait> missingSetting(VerifiedTrust trust, CaCertificate to) {
        IstiodSettings istiod = trust.world().istiod();
        // What istiod did take, it does not need leave for.
        if (istiod.multiroot().filter(on -> !on).isPresent() && !trust.istiod().runsOn(to)) {
            return Optional.of(new PeerRootStatus.Wait(
                    TrustReason.MultirootMissing,
                    "a rotation needs ISTIO_MULTIROOT_MESH=true on istiod (Helm: pilot.env), else istiod refuses the"
                            + " bundle with both roots"));
        }
        if (trust.spec().rotation().xdsAgent() == Trust.XdsAgent.NotRequired
                || istiod.xdsAgent().orElse(false)) {
            return Optional.empty();
        }
        return Optional.of(new PeerRootStatus.Wait(
                TrustReason.XdsAgentMissing,
                (istiod.xdsAgent().isPresent() ? "" : "istiod's mesh config cannot be read; ")
                        + "a rotation needs PROXY_CONFIG_XDS_AGENT: \"true\" in mesh config, key"
                        + " defaultConfig.proxyMetadata, and workloads started since, so that proxies learn a new root while"
                        + " they run; or set spec.trust.rotation.xdsAgent: NotRequired to rely on the waits"));
    }

    private TrustDecision add(CaCertificate to) {
        Finding ready = Finding.yes(
                TrustReason.Rotating,
                "root " + to.describe() + " is being added to cacerts beside "
                        + cacerts.ownRoot().describe());
        if (!trust.bundle().hasRoomFor(to)) {
            return waiting(
                    Phase.AddRoot,
                    to,
                    new PeerRootStatus.Wait(
                            TrustReason.BundleFull,
                            "root " + to.describe()
                                    + " does not fit into root-cert.pem of cacerts; remove roots that are"
                                    + " no longer needed"));
        }
        if (!revocation.admits(to)) {
            return waiting(
                    Phase.AddRoot,
                    to,
                    new PeerRootStatus.Wait(
                            TrustReason.CrlIncomplete,
                            "there is no valid revocation list of " + to.describe()
                                    + "; put one into the ConfigMap of spec.trust.crl"));
        }
        TrustDecision decision = steps.add(to, ready);
        if (decision.writes()) {
            return decision.rotating(progress(Phase.AddRoot, to, Optional.empty()));
        }
        Finding why = decision.finding().holds() ? TrustMessages.observed(cacerts, trust) : decision.finding();
        return TrustDecision.leave(why).rotating(progress(Phase.AddRoot, to, Optional.of(why.message())));
    }

    private Optional<PeerRootStatus.Wait> ownWorkloads(CaCertificate to) {
        if (history.isEverywhere(to)) {
            return Optional.empty();
        }
        Optional<Instant> at = history.everywhereAt(to);
        if (at.filter(cacerts.notAfter()::isBefore).isPresent()) {
            return Optional.of(new PeerRootStatus.Wait(
                    TrustReason.IssuerChanged,
                    "the intermediate ends at " + cacerts.notAfter() + ", before every workload accepts root "
                            + to.describe() + " (" + at.get() + "), and only the former issuer can renew it: put the"
                            + " former issuer back until it has"));
        }
        return Optional.of(new PeerRootStatus.Wait(
                TrustReason.Rotating,
                at.map(moment ->
                                "every workload of this mesh accepts root " + to.describe() + " from " + moment + " on")
                        .orElse("istiod has not been seen yet (no ConfigMap istio-ca-root-cert)")));
    }

    /** While a rotation waits, other meshes' roots come and go as ever. */
    private TrustDecision waiting(Phase phase, CaCertificate to, PeerRootStatus.Wait wait) {
        Finding observed = TrustMessages.observed(cacerts, trust);
        Finding ready = observed.holds() || !condition(wait, observed).holds() ? condition(wait, observed) : observed;
        return steps.next(ready).rotating(progress(phase, to, Optional.of(wait.what())));
    }

    private RotationProgress progress(Phase phase, CaCertificate to, Optional<String> waitingFor) {
        return new RotationProgress(cacerts.ownRoot(), to, phase, waitingFor);
    }
}
