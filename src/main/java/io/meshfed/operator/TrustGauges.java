package io.meshfed.operator;

import io.meshfed.api.MeshFederationStatus.CrlRecord;
import io.meshfed.api.MeshFederationStatus.Phase;
import io.meshfed.api.MeshFederationStatus.RootRecord;
import io.meshfed.api.MeshFederationStatus.RotationStatus;
import io.meshfed.api.MeshFederationStatus.TrustStatus;
import io.meshfed.api.RemoteMeshStatus.RemoteTrustStatus;
import io.meshfed.operator.ObjectGauges.Lifetime;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Gauges of a mesh's trust: lifetimes of certificates and revocation lists, and the phase of a rotation. */
final class TrustGauges {
    private TrustGauges() {}

    /** The gauges of this mesh's {@code cacerts}. */
    static void put(TrustStatus trust, ObjectGauges gauges) {
        time(trust.intermediateNotAfter())
                .map(end -> new Lifetime("intermediate", end)
                        .startingAt(time(trust.intermediateNotBefore()))
                        .renewedAt(time(trust.intermediateRenewal())))
                .ifPresent(gauges::put);
        List<String> roots = trust.roots();
        if (!roots.isEmpty()) {
            time(trust.rootNotAfter())
                    .map(end -> new Lifetime("root", end).withFingerprint(roots.get(0)))
                    .ifPresent(gauges::put);
            trust.history().stream()
                    .filter(record -> roots.indexOf(record.sha256()) > 0)
                    .forEach(record -> trustedRoot(record, gauges));
        }
        trust.crl().forEach(list -> list(list, gauges));
        rotation(Optional.ofNullable(trust.rotation()), gauges);
    }

    /** The gauges of a {@code cacerts} that this mesh issues for another mesh. */
    static void put(RemoteTrustStatus trust, ObjectGauges gauges) {
        Optional.ofNullable(trust.issued())
                .flatMap(issued -> time(issued.notAfter())
                        .map(end -> new Lifetime("issued-intermediate", end).renewedAt(time(issued.renewal()))))
                .ifPresent(gauges::put);
        Optional.ofNullable(trust.credential())
                .flatMap(credential -> time(credential.notAfter())
                        .map(end -> new Lifetime("writer-credential", end).startingAt(time(credential.notBefore()))))
                .ifPresent(gauges::put);
    }

    private static void list(CrlRecord list, ObjectGauges gauges) {
        String[] labels = {
            "issuer", list.issuer(), "key", Optional.ofNullable(list.key()).orElse("")
        };
        Optional<Instant> end = time(list.nextUpdate());
        end.ifPresent(e -> gauges.put("meshfed.crl.expiry.timestamp.seconds", e.getEpochSecond(), labels));
        time(list.neededUntil())
                .ifPresent(at -> gauges.put("meshfed.crl.needed.timestamp.seconds", at.getEpochSecond(), labels));
        time(list.thisUpdate())
                .flatMap(since -> end.map(e -> Duration.between(since, e).toSeconds()))
                .ifPresent(life -> gauges.put("meshfed.crl.lifetime.seconds", life, labels));
    }

    private static void trustedRoot(RootRecord record, ObjectGauges gauges) {
        time(record.notAfter())
                .map(end -> new Lifetime("trusted-root", end).withFingerprint(record.sha256()))
                .ifPresent(gauges::put);
    }

    private static void rotation(Optional<RotationStatus> rotation, ObjectGauges gauges) {
        for (Phase phase : Phase.values()) {
            boolean now = rotation.filter(r -> r.phase() == phase).isPresent();
            gauges.put("meshfed.rotation.phase", now ? 1 : 0, "phase", phase.name());
        }
        rotation.flatMap(r -> time(r.since()))
                .ifPresent(since -> gauges.put("meshfed.rotation.since.timestamp.seconds", since.getEpochSecond()));
        rotation.flatMap(r -> time(r.dwellEnds()))
                .ifPresent(end -> gauges.put("meshfed.rotation.dwell.end.timestamp.seconds", end.getEpochSecond()));
    }

    /** A time in a status may be malformed: any client with the right to write the status may have written it. */
    private static Optional<Instant> time(String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
