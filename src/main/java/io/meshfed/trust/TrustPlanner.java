package io.meshfed.trust;

import io.meshfed.api.ExportedMesh;
import io.meshfed.api.MeshFederationStatus.TrustStatus;
import io.meshfed.api.Trust;
import io.meshfed.api.condition.CaDefect;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.cacerts.Renewal;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.crl.CrlPlan;
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
 * Decides what to do about {@code cacerts}: generate an issuer, issue, renew, add or remove a root, or nothing, and why. A
 * plan has at most one write; the next plan, made after the operator saw that write, takes the next step. A plan never
 * throws because of the content of a Secret or a PEM: material that cannot be used is refused with a reason in a condition.
 *
 * <p>Usage: {@link #verify} once per reconciliation, then {@link #plan} for this mesh, or {@link #issue} for a remote
 * whose {@code cacerts} this mesh issues.
 */
public final class TrustPlanner {
    /** A wrong clock is corrected without an event, so the operator checks again after this. */
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

    /**
     * Verifies everything that is known, at the time of the clock. This is the expensive part: it checks the signatures of
     * all certificates and keys.
     *
     * @return to be used within the same reconciliation only: all plans that are made from it are plans for the time at
     *     which it was made
     */
    public VerifiedTrust verify(TrustWorld world) {
        return VerifiedTrust.of(world, clock.instant(), random);
    }

    /** Plans this mesh's own {@code cacerts}. */
    public TrustPlan plan(VerifiedTrust trust) {
        Revocation revocation = new Revocation(trust, random);
        TrustDecision decision = trust.spec().type() == Trust.Type.External
                ? ExternalTrust.decide(trust)
                : ManagedTrust.decide(trust, revocation, random);
        Optional<Cacerts> valid = trust.cacerts().valid();
        CrlPlan lists = revocation.current();
        List<CaCertificate> roots = TrustBundle.ownRootFirst(trust.bundle().roots(), valid);
        return new TrustPlan(
                decision.action(),
                lists.finding(decision.finding()).as(ConditionType.TrustReady),
                valid.map(cacerts -> status(trust, cacerts, roots, decision.rotation(), revocation)),
                TrustedCondition.of(trust),
                roots.stream()
                        .filter(root -> root.pem().length() <= PeerRoots.MAX_PEM_BYTES)
                        .map(root -> publicRoot(root, trust))
                        .toList(),
                trust.istiod().publicly(trust.world().cacerts().map(PresentCacerts::uid)),
                revocation.published(),
                wakeAt(decision, trust, lists.wakeAt()));
    }

    /**
     * Plans the {@code cacerts} of another mesh.
     *
     * @param remote name of a RemoteMesh in the verified world, whose {@code cacerts} this mesh issues
     * @throws java.util.NoSuchElementException if there is no such RemoteMesh
     */
    public RemoteCacertsPlan issue(VerifiedTrust home, String remote) {
        RemoteRoots requested = home.world().remotes().stream()
                .filter(r -> r.remote().equals(remote))
                .findFirst()
                .orElseThrow();
        return RemoteCacertsPlanner.plan(home, requested, requested.issued().orElseThrow(), random);
    }

    private static TrustStatus status(
            VerifiedTrust trust,
            Cacerts cacerts,
            List<CaCertificate> roots,
            Optional<RotationProgress> rotation,
            Revocation revocation) {
        Optional<TrustStatus> before = trust.world().before();
        boolean ofThisIssuer = trust.spec().type() != Trust.Type.External
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
                (ofThisIssuer ? trust.issuerName() : before.flatMap(b -> Optional.ofNullable(b.issuer()))).orElse(null),
                rotation.map(progress ->
                                progress.status(before.map(TrustStatus::rotation), trust.now(), trust.history()))
                        .orElse(null),
                trust.history().records(),
                revocation.records());
    }

    /** Empty if the operator does not write {@code cacerts}: only its owner knows when it is renewed. */
    private static Optional<Instant> renewal(VerifiedTrust trust, Cacerts cacerts) {
        boolean written = trust.spec().type() != Trust.Type.External
                && trust.world().cacerts().filter(PresentCacerts::writable).isPresent();
        return written
                ? Optional.of(Renewal.of(cacerts, trust.spec().intermediate()).dueAt())
                : Optional.empty();
    }

    /** Without a valid {@code cacerts} it is not known which roots are accepted and used, so these fields are left out. */
    private static ExportedMesh.PublicRoot publicRoot(CaCertificate root, VerifiedTrust trust) {
        Optional<RootHistory> history = trust.cacerts().valid().map(cacerts -> trust.history());
        return new ExportedMesh.PublicRoot(
                root.sha256(),
                root.pem(),
                history.map(known -> known.isEverywhere(root)
                                && !known.unrequested(List.of(root), trust.peers())
                                        .contains(root))
                        .orElse(null),
                history.map(known -> known.mayBeInUse(root)).orElse(null));
    }

    private static Optional<Instant> wakeAt(TrustDecision decision, VerifiedTrust trust, Optional<Instant> lists) {
        Optional<Instant> clockRetry = decision.finding().reason() == CaDefect.NotYetValid
                ? Optional.of(trust.now().plus(CLOCK_RETRY))
                : Optional.empty();
        // A certificate is still valid at its notAfter, so check a second later.
        Optional<Instant> peers = trust.peers().nextExpiry().map(end -> end.plusSeconds(1));
        Optional<Instant> history =
                trust.cacerts().valid().flatMap(cacerts -> trust.history().nextChange());
        return Stream.of(decision.wakeAt(), clockRetry, peers, lists, history)
                .flatMap(Optional::stream)
                .filter(moment -> moment.isAfter(trust.now()))
                .min(Instant::compareTo);
    }
}
