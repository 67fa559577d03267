package io.meshfed.trust.world;

import io.meshfed.api.MeshFederationStatus.RootRecord;
import io.meshfed.api.MeshFederationStatus.TrustStatus;
import io.meshfed.api.Trust;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.IntermediateSource;
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
 * Since when each root of this mesh is published, and since when it is idle; and what follows from that now. Every
 * answer errs on the safe side, and so does a history that was lost: all waits begin anew.
 *
 * @see <a href="../../../../../../docs/adr/0005-root-rotation.md">ADR 5</a>
 */
public final class RootHistory {
    /** Roots of the bundle first, then those that are to come. */
    private static final int MAX_ENTRIES = 96;

    private final Map<CaCertificate, Entry> entries;
    private final Duration dwell;
    private final Instant now;
    private final boolean managed;

    private record Entry(Optional<Instant> publishedSince, Optional<Instant> idleSince, boolean ours) {}

    private RootHistory(Map<CaCertificate, Entry> entries, Duration dwell, Instant now, boolean managed) {
        this.entries = entries;
        this.dwell = dwell;
        this.now = now;
        this.managed = managed;
    }

    /** The history of a mesh that signs with {@code cacerts}: the former one, brought up to date. */
    public static RootHistory of(VerifiedTrust trust, Cacerts cacerts) {
        return of(trust, cacerts.roots(), Optional.of(cacerts.ownRoot()));
    }

    /** Of a mesh whose {@code cacerts} is gone: of the roots that its istiod publishes. */
    public static RootHistory of(VerifiedTrust trust, IstiodRoots.Running running) {
        return of(trust, running.roots(), Optional.empty());
    }

    private static RootHistory of(VerifiedTrust trust, List<CaCertificate> roots, Optional<CaCertificate> ownRoot) {
        Map<String, RootRecord> before = trust.world().before().map(TrustStatus::history).orElse(List.of()).stream()
                .collect(Collectors.toMap(RootRecord::sha256, Function.identity(), (one, other) -> one));
        boolean managed = trust.spec().type() != Trust.Type.External;
        Optional<CaCertificate> target =
                managed ? trust.issuer().valid().map(IntermediateSource::root) : Optional.empty();
        // Without a readable issuer nobody can say where the mesh is going, so nothing becomes idle that was not.
        boolean targetKnown = !managed || target.isPresent();
        Set<CaCertificate> asked = trust.peers().wanted();
        Set<CaCertificate> all = new LinkedHashSet<>(roots);
        target.ifPresent(all::add);
        all.addAll(asked);
        Map<CaCertificate, Entry> entries = new LinkedHashMap<>();
        for (CaCertificate root : all) {
            boolean active = ownRoot.filter(root::equals).isPresent()
                    || target.filter(root::equals).isPresent();
            Optional<RootRecord> record = Optional.ofNullable(before.get(root.sha256()));
            Optional<Instant> published = record.flatMap(r -> past(r.publishedSince(), trust.now()));
            Optional<Instant> idle = record.flatMap(r -> past(r.idleSince(), trust.now()));
            boolean wasOurs = record.map(r -> !Boolean.FALSE.equals(r.ours())).orElse(!asked.contains(root));
            active |= !targetKnown && wasOurs && idle.isEmpty();
            entries.put(
                    root,
                    new Entry(
                            trust.istiod().runsOn(root)
                                    ? published.or(() -> Optional.of(trust.now()))
                                    : Optional.empty(),
                            active ? Optional.empty() : idle.or(() -> Optional.of(trust.now())),
                            active || wasOurs));
        }
        return new RootHistory(
                entries,
                PropagationDelay.of(trust.spec().rotation(), trust.world().istiod()),
                trust.now(),
                managed);
    }

    /** A time that can be counted from; one in the future was written by another clock and is as good as none. */
    public static Optional<Instant> past(String time, Instant now) {
        try {
            return Optional.ofNullable(time).map(Instant::parse).map(t -> t.isAfter(now) ? now : t);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** When every workload of this mesh has the root, if istiod goes on publishing it; empty: it does not now. */
    public Optional<Instant> everywhereAt(CaCertificate root) {
        return entry(root).flatMap(Entry::publishedSince).map(since -> since.plus(dwell));
    }

    public boolean isEverywhere(CaCertificate root) {
        return everywhereAt(root).filter(at -> !now.isBefore(at)).isPresent();
    }

    /** When no workload of this mesh has a certificate under the root any more; empty: this mesh signs under it. */
    public Optional<Instant> unusedAt(CaCertificate root) {
        Optional<Entry> entry = entry(root);
        if (entry.filter(e -> !e.ours()).isPresent()) {
            return Optional.of(Instant.EPOCH);
        }
        return entry.flatMap(Entry::idleSince).map(since -> since.plus(dwell));
    }

    public boolean mayBeInUse(CaCertificate root) {
        return unusedAt(root).filter(at -> !now.isBefore(at)).isEmpty();
    }

    /** Whether this mesh ever signed under it, or may have, or is going to. */
    public boolean ours(CaCertificate root) {
        return entry(root).map(Entry::ours).orElse(true);
    }

    /** Whether it stands in the history, and this mesh ever signed under it, or is going to. */
    public boolean knownAsOurs(CaCertificate root) {
        return entry(root).map(Entry::ours).orElse(false);
    }

    /** Whether this mesh signs under it or is going to. */
    boolean active(CaCertificate root) {
        return entry(root).filter(e -> e.idleSince().isEmpty()).isPresent();
    }

    private Optional<Entry> entry(CaCertificate root) {
        return Optional.ofNullable(entries.get(root));
    }

    /** The next moment at which an answer changes without an event. */
    public Optional<Instant> nextChange() {
        return entries.keySet().stream()
                .flatMap(root -> Stream.of(everywhereAt(root), unusedAt(root)))
                .flatMap(Optional::stream)
                .filter(at -> at.isAfter(now))
                .min(Instant::compareTo);
    }

    /** For the status. */
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
     * Those that this mesh neither signs under nor is going to, and that no RemoteMesh asks for. Where somebody else makes
     * {@code cacerts} none leaves until it is gone.
     */
    public Set<CaCertificate> leaving(Collection<CaCertificate> bundle, PeerRoots peers) {
        if (!managed) {
            return Set.of();
        }
        return bundle.stream()
                .filter(root -> !active(root) && !peers.wanted().contains(root))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
