package io.meshfed.operator;

import io.meshfed.api.MeshFederationStatus.CrlRecord;
import io.meshfed.api.MeshFederationStatus.Phase;
import io.meshfed.api.MeshFederationStatus.RootRecord;
import io.meshfed.api.MeshFederationStatus.RotationStatus;
import io.meshfed.api.MeshFederationStatus.TrustStatus;
import io.meshfed.api.RemoteMeshStatus.RemoteTrustStatus;
import io.meshfed.operator.ObjectGauges.Ending;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What ends when in a mesh's trust, and where a rotation stands. */
final class TrustGauges {
    private TrustGauges() {}

    static void put(TrustStatus trust, ObjectGauges figures) {
        time(trust.intermediateNotAfter())
                .map(end -> new Ending("intermediate", end)
                        .livingSince(time(trust.intermediateNotBefore()))
                        .renewedAt(time(trust.intermediateRenewal())))
                .ifPresent(figures::put);
        List<String> roots = trust.roots();
        if (!roots.isEmpty()) {
            time(trust.rootNotAfter())
                    .map(end -> new Ending("root", end).withFingerprint(roots.get(0)))
                    .ifPresent(figures::put);
            trust.history().stream()
                    .filter(record -> roots.indexOf(record.sha256()) > 0)
                    .forEach(record -> trusted(record, figures));
        }
        trust.crl().forEach(list -> list(list, figures));
        rotation(Optional.ofNullable(trust.rotation()), figures);
    }

    /** Of a {@code cacerts} that is made for another mesh. */
    static void put(RemoteTrustStatus trust, ObjectGauges figures) {
        Optional.ofNullable(trust.issued())
                .flatMap(issued -> time(issued.notAfter())
                        .map(end -> new Ending("issued-intermediate", end).renewedAt(time(issued.renewal()))))
                .ifPresent(figures::put);
        Optional.ofNullable(trust.credential())
                .flatMap(credential -> time(credential.notAfter())
                        .map(end -> new Ending("writer-credential", end).livingSince(time(credential.notBefore()))))
                .ifPresent(figures::put);
    }

    private static void list(CrlRecord list, ObjectGauges figures) {
        String[] labels = {
            "issuer", list.issuer(), "key", Optional.ofNullable(list.key()).orElse("")
        };
        Optional<Instant> end = time(list.nextUpdate());
        end.ifPresent(e -> figures.put("meshfed.crl.expiry.timestamp.seconds", e.getEpochSecond(), labels));
        time(list.neededUntil())
                .ifPresent(at -> figures.put("meshfed.crl.needed.timestamp.seconds", at.getEpochSecond(), labels));
        time(list.thisUpdate())
                .flatMap(since -> end.map(e -> Duration.between(since, e).toSeconds()))
                .ifPresent(life -> figures.put("meshfed.crl.lifetime.seconds", life, labels));
    }

    private static void trusted(RootRecord record, ObjectGauges figures) {
        time(record.notAfter())
                .map(end -> new Ending("trusted-root", end).withFingerprint(record.sha256()))
                .ifPresent(figures::put);
    }

    private static void rotation(Optional<RotationStatus> rotation, ObjectGauges figures) {
        for (Phase phase : Phase.values()) {
            boolean now = rotation.filter(r -> r.phase() == phase).isPresent();
            figures.put("meshfed.rotation.phase", now ? 1 : 0, "phase", phase.name());
        }
        rotation.flatMap(r -> time(r.since()))
                .ifPresent(since -> figures.put("meshfed.rotation.since.timestamp.seconds", since.getEpochSecond()));
        rotation.flatMap(r -> time(r.dwellEnds()))
                .ifPresent(end -> figures.put("meshfed.rotation.dwell.end.timestamp.seconds", end.getEpochSecond()));
    }

    /** A status is what somebody wrote into it. */
    private static Optional<Instant> time(String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
