package io.meshfed.trust;

import io.meshfed.api.Durations;
import io.meshfed.api.ExportedMesh;
import io.meshfed.api.MeshFederationStatus.TrustStatus;
import io.meshfed.api.Trust;
import io.meshfed.api.condition.CaDefect;
import io.meshfed.api.condition.Condition;
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

    /** Plans from one picture of the world; reads nothing else but the clock and the random source. */
    public TrustPlan plan(TrustWorld world) {
        VerifiedTrust picture = VerifiedTrust.of(world, clock.instant(), random);
        Revocation revocation = new Revocation(picture, random);
        TrustDecision verdict = world.spec().type() == Trust.Type.External
                ? ExternalTrust.judge(picture)
                : ManagedTrust.judge(picture, revocation, random);
        Optional<Cacerts> inForce = picture.cacerts().sound();
        Optional<RootHistory> ledger = inForce.map(cacerts -> RootHistory.of(picture, cacerts));
        Revocation.Judgement lists = revocation.standing();
        List<CaCertificate> roots = TrustBundle.ownRootFirst(picture.bundle().roots(), inForce);
        return new TrustPlan(
                verdict.action(),
                lists.ready(verdict.ready()),
                inForce.map(cacerts -> status(picture, cacerts, roots, verdict.rotation(), revocation)),
                picture.peers().trusted(picture),
                roots.stream()
                        .filter(root -> root.pem().length() <= PeerRoots.MAX_PEM_BYTES)
                        .map(root -> publicRoot(root, picture, ledger))
                        .toList(),
                picture.istiod().publicly(world.cacerts().map(PresentCacerts::uid)),
                revocation.shown(),
                wakeAt(verdict, picture, ledger, lists.wakeAt()));
    }

    /**
     * Plans the {@code cacerts} of another mesh, from the same picture of this one.
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
            VerifiedTrust picture,
            Cacerts cacerts,
            List<CaCertificate> roots,
            Optional<RotationProgress> rotation,
            Revocation revocation) {
        Optional<TrustStatus> before = picture.world().before();
        boolean onTheIssuersRoot = picture.spec().type() != Trust.Type.External
                && picture.issuer()
                        .sound()
                        .filter(issuer -> issuer.root().equals(cacerts.ownRoot()))
                        .isPresent();
        return new TrustStatus(
                roots.stream().map(CaCertificate::sha256).toList(),
                cacerts.signing().subject(),
                cacerts.signing().x509().getSerialNumber().toString(16),
                cacerts.signing().notBefore().toString(),
                cacerts.signing().notAfter().toString(),
                renewal(picture, cacerts).map(Instant::toString).orElse(null),
                cacerts.ownRoot().notAfter().toString(),
                (onTheIssuersRoot ? picture.issuerName() : before.flatMap(b -> Optional.ofNullable(b.issuer())))
                        .orElse(null),
                rotation.map(progress -> progress.status(
                                before.map(TrustStatus::rotation), picture.now(), RootHistory.of(picture, cacerts)))
                        .orElse(null),
                RootHistory.of(picture, cacerts).records(),
                revocation.records());
    }

    /** Whoever else makes {@code cacerts} knows when. */
    private static Optional<Instant> renewal(VerifiedTrust picture, Cacerts cacerts) {
        boolean made = picture.spec().type() != Trust.Type.External
                && picture.world().cacerts().filter(PresentCacerts::writable).isPresent();
        return made
                ? Optional.of(Renewal.of(
                                cacerts,
                                Durations.parse(picture.spec().intermediate().renewBefore()))
                        .dueAt())
                : Optional.empty();
    }

    /** What nobody can say while {@code cacerts} does not verify is left open. */
    private static ExportedMesh.PublicRoot publicRoot(
            CaCertificate root, VerifiedTrust picture, Optional<RootHistory> ledger) {
        return new ExportedMesh.PublicRoot(
                root.sha256(),
                root.pem(),
                ledger.map(known -> known.isEverywhere(root)
                                && !known.leaving(List.of(root), picture.peers())
                                        .contains(root))
                        .orElse(null),
                ledger.map(known -> known.mayBeInUse(root)).orElse(null));
    }

    private static Optional<Instant> wakeAt(
            TrustDecision verdict, VerifiedTrust picture, Optional<RootHistory> ledger, Optional<Instant> lists) {
        Condition ready = verdict.ready();
        Optional<Instant> clockRetry = ready.reason().equals(CaDefect.NotYetValid.name())
                ? Optional.of(picture.now().plus(CLOCK_RETRY))
                : Optional.empty();
        // A certificate is still valid at its notAfter, so look a second later.
        Optional<Instant> peers = picture.peers().nextExpiry().map(end -> end.plusSeconds(1));
        return Stream.of(verdict.wakeAt(), clockRetry, peers, lists, ledger.flatMap(RootHistory::nextChange))
                .flatMap(Optional::stream)
                .filter(moment -> moment.isAfter(picture.now()))
                .min(Instant::compareTo);
    }
}
