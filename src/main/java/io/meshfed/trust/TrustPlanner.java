package io.meshfed.trust;

import io.meshfed.api.Durations;
import io.meshfed.api.ExportedMesh;
import io.meshfed.api.MeshFederationStatus.TrustStatus;
import io.meshfed.api.Trust;
import io.meshfed.api.condition.CaDefect;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.cacerts.Renewal;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.crl.Revocation;
import io.meshfed.trust.issued.RemoteCacertsPlan;
import io.meshfed.trust.issued.RemoteCacertsPlanner;
import io.meshfed.trust.rotation.ExternalTrust;
import io.meshfed.trust.rotation.ManagedTrust;
import io.meshfed.trust.rotation.RotationProgress;
import io.meshfed.trust.rotation.TrustDecision;
import io.meshfed.trust.world.PeerRoots;
import io.meshfed.trust.world.RemoteRoots;
import io.meshfed.trust.world.RootHistory;
import io.meshfed.trust.world.TrustWorld;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Says what to do about {@code cacerts}: make an issuer, issue, renew, add or remove a root, or leave it and say why.
 * At most one write per plan; the next plan, made after that write was seen, goes on. A plan never throws for what
 * stands in a Secret or a PEM: whatever cannot be used is refused by name in a condition.
 */
public final class TrustPlanner {
    /** While a clock is wrong no event will come; look again after this. */
    private static final Duration CLOCK_RETRY = Duration.ofMinutes(10);

    private final Clock clock;
    private final SecureRandom random;

    /**
     * @param clock decides what is valid and what is due
     * @param random source of keys, serials and signatures
     */
    public TrustPlanner(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /** Plans from one trust of the world; reads nothing else but the clock and the random source. */
    public TrustPlan plan(TrustWorld world) {
        VerifiedTrust trust = VerifiedTrust.of(world, clock.instant(), random);
        Revocation revocation = new Revocation(trust, random);
        TrustDecision decision = world.spec().type() == Trust.Type.External
                ? ExternalTrust.judge(trust)
                : ManagedTrust.judge(trust, revocation, random);
        Optional<Cacerts> inForce = trust.cacerts().valid();
        Optional<RootHistory> history = inForce.map(cacerts -> RootHistory.of(trust, cacerts));
        Revocation.Judgement lists = revocation.standing();
        List<CaCertificate> roots = TrustBundle.ownRootFirst(trust.bundle().roots(), inForce);
        return new TrustPlan(
                decision.action(),
                lists.ready(decision.finding()).as(ConditionType.TrustReady),
                inForce.map(cacerts -> status(trust, cacerts, roots, decision.rotation(), revocation)),
                trust.peers().trusted(trust),
                roots.stream()
                        .filter(root -> root.pem().length() <= PeerRoots.MAX_PEM_BYTES)
                        .map(root -> publicRoot(root, trust, history))
                        .toList(),
                trust.istiod().publicly(world.cacerts().map(PresentCacerts::uid)),
                revocation.shown(),
                wakeAt(decision, trust, history, lists.wakeAt()));
    }

    /**
     * Plans the {@code cacerts} of another mesh, from the same trust of this one.
     *
     * @param remote name of a RemoteMesh in {@code world} whose {@code cacerts} is made here and can be read
     */
    public RemoteCacertsPlan issue(TrustWorld world, String remote) {
        VerifiedTrust home = VerifiedTrust.of(world, clock.instant(), random);
        RemoteRoots asked = world.remotes().stream()
                .filter(r -> r.remote().equals(remote))
                .findFirst()
                .orElseThrow();
        return RemoteCacertsPlanner.plan(home, asked, asked.issued().orElseThrow(), random);
    }

    private static TrustStatus status(
            VerifiedTrust trust,
            Cacerts cacerts,
            List<CaCertificate> roots,
            Optional<RotationProgress> rotation,
            Revocation revocation) {
        Optional<TrustStatus> before = trust.world().before();
        boolean onTheIssuersRoot = trust.spec().type() != Trust.Type.External
                && trust.issuer()
                        .valid()
                        .filter(issuer -> issuer.root().equals(cacerts.ownRoot()))
                        .isPresent();
        return new TrustStatus(
                roots.stream().map(CaCertificate::sha256).toList(),
                cacerts.signing().subject(),
                cacerts.signing().x509().getSerialNumber().toString(16),
                cacerts.signing().notBefore().toString(),
                cacerts.signing().notAfter().toString(),
                renewal(trust, cacerts).map(Instant::toString).orElse(null),
                cacerts.ownRoot().notAfter().toString(),
                (onTheIssuersRoot ? trust.issuerName() : before.flatMap(b -> Optional.ofNullable(b.issuer())))
                        .orElse(null),
                rotation.map(progress -> progress.status(
                                before.map(TrustStatus::rotation), trust.now(), RootHistory.of(trust, cacerts)))
                        .orElse(null),
                RootHistory.of(trust, cacerts).records(),
                revocation.records());
    }

    /** Whoever else makes {@code cacerts} knows when. */
    private static Optional<Instant> renewal(VerifiedTrust trust, Cacerts cacerts) {
        boolean made = trust.spec().type() != Trust.Type.External
                && trust.world().cacerts().filter(PresentCacerts::writable).isPresent();
        return made
                ? Optional.of(Renewal.of(
                                cacerts,
                                Durations.parse(trust.spec().intermediate().renewBefore()))
                        .dueAt())
                : Optional.empty();
    }

    /** What nobody can say while {@code cacerts} does not verify is left open. */
    private static ExportedMesh.PublicRoot publicRoot(
            CaCertificate root, VerifiedTrust trust, Optional<RootHistory> history) {
        return new ExportedMesh.PublicRoot(
                root.sha256(),
                root.pem(),
                history.map(known -> known.isEverywhere(root)
                                && !known.leaving(List.of(root), trust.peers()).contains(root))
                        .orElse(null),
                history.map(known -> known.mayBeInUse(root)).orElse(null));
    }

    private static Optional<Instant> wakeAt(
            TrustDecision decision, VerifiedTrust trust, Optional<RootHistory> history, Optional<Instant> lists) {
        Optional<Instant> clockRetry = decision.finding().reason() == CaDefect.NotYetValid
                ? Optional.of(trust.now().plus(CLOCK_RETRY))
                : Optional.empty();
        // A certificate is still valid at its notAfter, so look a second later.
        Optional<Instant> peers = trust.peers().nextExpiry().map(end -> end.plusSeconds(1));
        return Stream.of(decision.wakeAt(), clockRetry, peers, lists, history.flatMap(RootHistory::nextChange))
                .flatMap(Optional::stream)
                .filter(moment -> moment.isAfter(trust.now()))
                .min(Instant::compareTo);
    }
}
