package io.meshfed.trust.world;

import io.meshfed.api.MeshFederationStatus.RootRecord;
import io.meshfed.api.MeshFederationStatus.TrustStatus;
import io.meshfed.api.Trust;
import io.meshfed.trust.x509.CaCertificate;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Since when istiod publishes each root of this mesh, since when this mesh no longer signs under it, and what follows from
 * that now. It is kept in the status. If the status is lost, all waits start again, so that every answer stays safe.
 *
 * @see <a href="../../../../../../docs/adr/0005-root-rotation.md">ADR 5</a>
 */
public final class RootHistory {
    /** Roots of the bundle come first, then roots that are still to be added. */
    private static final int MAX_ENTRIES = 96;

    private final Map<CaCertificate, Entry> entries;
    private final Duration delay;
    private final Instant now;
    private final boolean managed;

    /** @param ours this mesh signs or signed under the root, or is going to */
    private record Entry(Optional<Instant> publishedSince, Optional<Instant> idleSince, boolean ours) {}

    private RootHistory(Map<CaCertificate, Entry> entries, Duration delay, Instant now, boolean managed) {
        this.entries = entries;
        this.delay = delay;
        this.now = now;
        this.managed = managed;
    }

    /**
     * What a history is updated from.
     *
     * @param roots the roots of this mesh: those of {@code cacerts}, or, if that is lost, those that istiod publishes
     * @param ownRoot the root of {@code cacerts}; empty if that is lost
     * @param target the root of the issuer; empty: it cannot be read, or this mesh has no issuer
     * @param requested the roots that RemoteMeshes ask to trust
     */
    record Observation(
            List<CaCertificate> roots,
            Optional<CaCertificate> ownRoot,
            Optional<CaCertificate> target,
            IstiodRoots istiod,
            Set<CaCertificate> requested) {}

    /** The history in the status, updated with what is observed now. */
    static RootHistory of(TrustWorld world, Observation observed, Instant now) {
        Map<String, RootRecord> before = world.before().map(TrustStatus::history).orElse(List.of()).stream()
                .collect(Collectors.toMap(RootRecord::sha256, Function.identity(), (one, other) -> one));
        boolean managed = world.spec().type() != Trust.Type.External;
        Optional<CaCertificate> target = observed.target().filter(root -> managed);
        // Without a readable issuer the target of a rotation is unknown, so no further root counts as idle.
        boolean targetKnown = !managed || target.isPresent();
        Set<CaCertificate> all = new LinkedHashSet<>(observed.roots());
        target.ifPresent(all::add);
        all.addAll(observed.requested());
        Map<CaCertificate, Entry> entries = new LinkedHashMap<>();
        for (CaCertificate root : all) {
            boolean active = observed.ownRoot().filter(root::equals).isPresent()
                    || target.filter(root::equals).isPresent();
            Optional<RootRecord> record = Optional.ofNullable(before.get(root.sha256()));
            Optional<Instant> published = record.flatMap(r -> past(r.publishedSince(), now));
            Optional<Instant> idle = record.flatMap(r -> past(r.idleSince(), now));
            boolean wasOurs = record.map(r -> !Boolean.FALSE.equals(r.ours()))
                    .orElse(!observed.requested().contains(root));
            active |= !targetKnown && wasOurs && idle.isEmpty();
            entries.put(
                    root,
                    new Entry(
                            observed.istiod().runsOn(root) ? published.or(() -> Optional.of(now)) : Optional.empty(),
                            active ? Optional.empty() : idle.or(() -> Optional.of(now)),
                            active || wasOurs));
        }
        return new RootHistory(entries, PropagationDelay.of(world.spec().rotation(), world.istiod()), now, managed);
    }

    /** A recorded time; one in the future was written with another clock, and counts as now. */
    public static Optional<Instant> past(String time, Instant now) {
        try {
            return Optional.ofNullable(time).map(Instant::parse).map(t -> t.isAfter(now) ? now : t);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** When every workload of this mesh accepts the root, if istiod keeps publishing it; empty: it does not publish it. */
    public Optional<Instant> everywhereAt(CaCertificate root) {
        return entry(root).flatMap(Entry::publishedSince).map(since -> since.plus(delay));
    }

    /** Whether every workload of this mesh accepts the root. */
    public boolean isEverywhere(CaCertificate root) {
        return everywhereAt(root).filter(at -> !now.isBefore(at)).isPresent();
    }

    /** When no workload of this mesh has a certificate under the root any more; empty: this mesh signs under it. */
    public Optional<Instant> unusedAt(CaCertificate root) {
        Optional<Entry> entry = entry(root);
        if (entry.filter(e -> !e.ours()).isPresent()) {
            return Optional.of(Instant.EPOCH);
        }
        return entry.flatMap(Entry::idleSince).map(since -> since.plus(delay));
    }

    /** Whether a workload of this mesh may have a certificate under the root. */
    public boolean mayBeInUse(CaCertificate root) {
        return unusedAt(root).filter(at -> !now.isBefore(at)).isEmpty();
    }

    /** Whether this mesh signs, signed or is going to sign under the root; true for a root that is not recorded. */
    public boolean maybeOurs(CaCertificate root) {
        return entry(root).map(Entry::ours).orElse(true);
    }

    /** The same, but false for a root that is not recorded. */
    public boolean knownAsOurs(CaCertificate root) {
        return entry(root).map(Entry::ours).orElse(false);
    }

    /** Whether this mesh signs under the root or is going to. */
    private boolean isActive(CaCertificate root) {
        return entry(root).filter(e -> e.idleSince().isEmpty()).isPresent();
    }

    private Optional<Entry> entry(CaCertificate root) {
        return Optional.ofNullable(entries.get(root));
    }

    /** The next time at which an answer changes although nothing else happens. */
    public Optional<Instant> nextChange() {
        return entries.keySet().stream()
                .flatMap(root -> Stream.of(everywhereAt(root), unusedAt(root)))
                .flatMap(Optional::stream)
                .filter(at -> at.isAfter(now))
                .min(Instant::compareTo);
    }

    /** For {@code status.trust.history}. */
    public List<RootRecord> records() {
        return entries.entrySet().stream()
                .limit(MAX_ENTRIES)
                .map(e -> new RootRecord(
                        e.getKey().sha256(),
                        e.getKey().notAfter().toString(),
                        e.getValue().publishedSince().map(Instant::toString).orElse(null),
                        e.getValue().idleSince().map(Instant::toString).orElse(null),
                        e.getValue().ours()))
                .toList();
    }

    /**
     * Roots that this mesh does not sign under, is not going to, and that no RemoteMesh asks for. Empty with type External:
     * there the operator does not decide what is in {@code cacerts}.
     */
    public Set<CaCertificate> unrequested(Collection<CaCertificate> bundle, PeerRoots peers) {
        if (!managed) {
            return Set.of();
        }
        return bundle.stream()
                .filter(root -> !isActive(root) && !peers.wanted().contains(root))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
