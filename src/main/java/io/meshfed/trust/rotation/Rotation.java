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
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.Pem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Moves a mesh from the root of {@code cacerts} to the issuer's. The new root is added to the bundle first; nothing is signed
 * under it until all workloads of this mesh and of the other meshes accept it.
 *
 * @see <a href="../../../../../../docs/adr/0005-root-rotation.md">ADR 5</a>
 */
public final class Rotation {
    private final VerifiedTrust trust;
    private final CacertsWrite write;
    private final Revocation revocation;
    private final Cacerts cacerts;
    private final PeerRootStatus peers;
    private final BundleSteps steps;

    Rotation(
            VerifiedTrust trust,
            CacertsWrite write,
            Revocation revocation,
            Cacerts cacerts,
            PeerRootStatus peers,
            BundleSteps steps) {
        this.trust = trust;
        this.write = write;
        this.revocation = revocation;
        this.cacerts = cacerts;
        this.peers = peers;
        this.steps = steps;
    }

    /** The finding while a rotation waits: True if the wait ends without help. */
    public static Finding finding(PeerRootStatus.Wait wait, Finding otherwise) {
        boolean byItself = wait.reason() == TrustReason.Rotating || wait.reason() == TrustReason.WaitingForPeer;
        return byItself
                ? Finding.yes(wait.reason(), otherwise.message() + ". Waiting: " + wait.what())
                : Finding.no(wait.reason(), wait.what());
    }

    /** The next step. The issuer's root must differ from that of {@code cacerts}. */
    TrustDecision decide(IntermediateSource issuer) {
        CaCertificate to = issuer.root();
        boolean added = trust.bundle().roots().contains(to);
        if (!isRequested(to, added)) {
            return steps.next(Finding.no(TrustReason.IssuerChanged, notRequested(to)));
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
     * A new root is a decision of the user: a Secret whose content changed starts no rotation. A rotation that has begun
     * continues, even if the status that recorded its beginning is lost.
     */
    private boolean isRequested(CaCertificate to, boolean added) {
        Optional<TrustStatus> before = trust.world().before();
        Optional<String> former = before.flatMap(status -> Optional.ofNullable(status.issuer()));
        boolean renamed = former.filter(name -> !trust.issuerName().equals(Optional.of(name)))
                .isPresent();
        boolean begun = before.map(TrustStatus::rotation)
                .map(RotationStatus::to)
                .filter(to.sha256()::equals)
                .isPresent();
        return CaMigration.startsRotation(trust, cacerts, former)
                || isNamedInSpec(to)
                || renamed
                || begun
                || (added && former.isEmpty());
    }

    /** With cert-manager the spec may name the root itself. */
    private boolean isNamedInSpec(CaCertificate to) {
        return trust.spec().type() == Trust.Type.CertManager
                && Optional.ofNullable(trust.spec().certManager())
                        .map(CertManager::root)
                        .map(root -> CaCertificate.readLenient(Pem.bytes(root.pem())))
                        .filter(List.of(to)::equals)
                        .isPresent();
    }

    private String notRequested(CaCertificate to) {
        String start = "the root of " + TrustMessages.source(trust) + " is " + to.describe()
                + ", and that of cacerts is " + cacerts.ownRoot().describe() + ". ";
        if (trust.spec().type() == Trust.Type.CertManager) {
            return start
                    + "To move the mesh to the issuer's root, give that root as spec.trust.certManager.root.pem, or name"
                    + " another issuer in spec.trust.certManager.issuerRef; otherwise put the issuer back under the former"
                    + " root";
        }
        return trust.world()
                        .cacerts()
                        .filter(c -> c.origin() == PresentCacerts.Origin.OURS)
                        .isPresent()
                ? start + "To move the mesh to another root, put that root into a Secret of another name and set"
                        + " spec.trust.issuer.secretName to it; otherwise put the former root back"
                : start + "Set spec.trust.existingCA: Migrate to move the mesh to the issuer's root, or put the root of"
                        + " cacerts and its key into the issuer Secret";
    }

    /** What must be set on istiod before anything is done with the root. */
    static Optional<PeerRootStatus.Wait> missingSetting(VerifiedTrust trust, CaCertificate to) {
        IstiodSettings istiod = trust.world().istiod();
        // If istiod already uses this root, the setting is not required.
        if (istiod.multiroot().filter(on -> !on).isPresent() && !trust.istiod().runsOn(to)) {
            return Optional.of(new PeerRootStatus.Wait(
                    TrustReason.MultirootMissing,
                    "a rotation needs ISTIO_MULTIROOT_MESH=true on istiod (Helm: pilot.env); without it istiod refuses the"
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
                        + " defaultConfig.proxyMetadata, and workloads that started after it was set, so that running"
                        + " proxies receive a new root; or set spec.trust.rotation.xdsAgent: NotRequired to rely on the"
                        + " waits"));
    }

    private TrustDecision add(CaCertificate to) {
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
        TrustDecision decision = steps.add(
                to,
                Finding.yes(
                        TrustReason.Rotating,
                        "the operator is adding root " + to.describe() + " to cacerts, beside "
                                + cacerts.ownRoot().describe()));
        if (decision.writes()) {
            return decision.rotating(progress(Phase.AddRoot, to, Optional.empty()));
        }
        Finding why = decision.finding().holds() ? TrustMessages.observed(cacerts, trust) : decision.finding();
        return TrustDecision.leave(why).rotating(progress(Phase.AddRoot, to, Optional.of(why.message())));
    }

    private Optional<PeerRootStatus.Wait> ownWorkloads(CaCertificate to) {
        if (trust.history().isEverywhere(to)) {
            return Optional.empty();
        }
        Optional<Instant> at = trust.history().everywhereAt(to);
        if (at.filter(cacerts.notAfter()::isBefore).isPresent()) {
            return Optional.of(new PeerRootStatus.Wait(
                    TrustReason.IssuerChanged,
                    "the intermediate expires at " + cacerts.notAfter() + ", before every workload accepts root "
                            + to.describe() + " (" + at.get() + "), and only the former issuer can renew it: put the"
                            + " former issuer back until it has done so"));
        }
        return Optional.of(new PeerRootStatus.Wait(
                TrustReason.Rotating,
                at.map(moment ->
                                "every workload of this mesh accepts root " + to.describe() + " from " + moment + " on")
                        .orElse("istiod has not been seen yet (no ConfigMap istio-ca-root-cert)")));
    }

    /** While a rotation waits, roots of other meshes are added and removed as usual. */
    private TrustDecision waiting(Phase phase, CaCertificate to, PeerRootStatus.Wait wait) {
        Finding observed = TrustMessages.observed(cacerts, trust);
        Finding waits = finding(wait, observed);
        return steps.next(observed.holds() || !waits.holds() ? waits : observed)
                .rotating(progress(phase, to, Optional.of(wait.what())));
    }

    private RotationProgress progress(Phase phase, CaCertificate to, Optional<String> waitingFor) {
        return new RotationProgress(cacerts.ownRoot(), to, phase, waitingFor);
    }
}
