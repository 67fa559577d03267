package io.meshfed.operator;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The gauges of one object. Each has the labels {@code kind} and {@code name}. */
final class ObjectGauges {
    private final Tags own;
    private final Map<Meter.Id, Double> values = new HashMap<>();

    ObjectGauges(String kind, String name) {
        this.own = Tags.of("kind", kind, "name", name);
    }

    Map<Meter.Id, Double> values() {
        return values;
    }

    void put(String gauge, double value, String... labels) {
        values.put(new Meter.Id(gauge, own.and(labels), null, null, Meter.Type.GAUGE), value);
    }

    /**
     * The lifetime of a certificate or credential, which must be renewed in time.
     *
     * @param certificate which certificate of the object, such as {@code intermediate}
     * @param sha256 start of its fingerprint if the object may have several of them, else empty
     * @param until when it expires
     * @param since when its lifetime started, if it is known
     * @param renewal when it is due for renewal, if the operator or cert-manager renews it
     */
    record Lifetime(
            String certificate, String sha256, Instant until, Optional<Instant> since, Optional<Instant> renewal) {
        /** Enough hex digits to distinguish the roots of a bundle, and to find one in a spec. */
        private static final int FINGERPRINT_DIGITS = 16;

        Lifetime(String certificate, Instant until) {
            this(certificate, "", until, Optional.empty(), Optional.empty());
        }

        Lifetime withFingerprint(String sha256) {
            String start = sha256.substring(0, Math.min(FINGERPRINT_DIGITS, sha256.length()));
            return new Lifetime(certificate, start, until, since, renewal);
        }

        Lifetime startingAt(Optional<Instant> start) {
            return new Lifetime(certificate, sha256, until, start, renewal);
        }

        Lifetime renewedAt(Optional<Instant> moment) {
            return new Lifetime(certificate, sha256, until, since, moment);
        }
    }

    void put(Lifetime lifetime) {
        String[] labels = {"certificate", lifetime.certificate(), "sha256", lifetime.sha256()};
        put("meshfed.certificate.expiry.timestamp.seconds", lifetime.until().getEpochSecond(), labels);
        lifetime.since()
                .ifPresent(since -> put(
                        "meshfed.certificate.lifetime.seconds",
                        Duration.between(since, lifetime.until()).toSeconds(),
                        labels));
        lifetime.renewal()
                .ifPresent(at -> put("meshfed.certificate.renewal.timestamp.seconds", at.getEpochSecond(), labels));
    }
}
