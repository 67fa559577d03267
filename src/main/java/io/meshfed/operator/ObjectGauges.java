package io.meshfed.operator;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The gauges of one object, each with its labels {@code kind} and {@code name}. */
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
     * Something that ends on a day, which somebody must renew in time.
     *
     * @param certificate which one of the object's
     * @param sha256 its fingerprint, where there may be several; else empty
     */
    record Ending(
            String certificate, String sha256, Instant until, Optional<Instant> since, Optional<Instant> renewal) {
        /** Enough to tell the roots of a bundle apart, and to find one in a spec. */
        private static final int SHORT = 16;

        Ending(String certificate, Instant until) {
            this(certificate, "", until, Optional.empty(), Optional.empty());
        }

        Ending withFingerprint(String whole) {
            return new Ending(certificate, whole.substring(0, Math.min(SHORT, whole.length())), until, since, renewal);
        }

        Ending livingSince(Optional<Instant> moment) {
            return new Ending(certificate, sha256, until, moment, renewal);
        }

        Ending renewedAt(Optional<Instant> moment) {
            return new Ending(certificate, sha256, until, since, moment);
        }
    }

    void put(Ending ending) {
        String[] labels = {"certificate", ending.certificate(), "sha256", ending.sha256()};
        put("meshfed.certificate.expiry.timestamp.seconds", ending.until().getEpochSecond(), labels);
        ending.since()
                .ifPresent(since -> put(
                        "meshfed.certificate.lifetime.seconds",
                        Duration.between(since, ending.until()).toSeconds(),
                        labels));
        ending.renewal()
                .ifPresent(at -> put("meshfed.certificate.renewal.timestamp.seconds", at.getEpochSecond(), labels));
    }
}
