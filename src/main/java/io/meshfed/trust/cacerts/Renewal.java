package io.meshfed.trust.cacerts;

import io.meshfed.api.Durations;
import io.meshfed.api.Trust;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;

/**
 * When an intermediate is renewed.
 *
 * @param dueAt from then on it is due
 * @param notAfter end of its life, or of its issuer's if that is earlier
 */
public record Renewal(Instant dueAt, Instant notAfter) {
    /** A renewal that extends the life by less than this would be due again at once, forever. */
    private static final Duration LEAST_GAIN = Duration.ofHours(1);

    /**
     * @param renewBefore how long before the end; if that is longer than the whole life (the issuer expires soon, or the
     *     spec contradicts itself), the last third of the life
     */
    static Renewal of(Cacerts cacerts, Duration renewBefore) {
        Duration life = Duration.between(cacerts.signing().notBefore(), cacerts.notAfter());
        Duration before = renewBefore.compareTo(life) < 0 ? renewBefore : life.dividedBy(3);
        return new Renewal(cacerts.notAfter().minus(before), cacerts.notAfter());
    }

    /** By {@code spec.trust.intermediate.renewBefore}. */
    public static Renewal of(Cacerts cacerts, Trust.Intermediate spec) {
        return of(cacerts, Durations.parse(spec.renewBefore()));
    }

    /** The same, spread as {@link #spread(Cacerts, Duration)} says. */
    public static Renewal spread(Cacerts cacerts, Trust.Intermediate spec) {
        return spread(cacerts, Durations.parse(spec.renewBefore()));
    }

    /**
     * Earlier by up to a tenth, so that intermediates which were issued for many meshes at the same time are not all renewed
     * at the same time. The serial number decides, because it is random and does not change.
     */
    static Renewal spread(Cacerts cacerts, Duration renewBefore) {
        Renewal plain = of(cacerts, renewBefore);
        long tenth = Duration.between(plain.dueAt(), plain.notAfter()).toSeconds() / 10;
        long earlier = cacerts.signing()
                .x509()
                .getSerialNumber()
                .mod(BigInteger.valueOf(tenth + 1))
                .longValue();
        Instant dueAt = plain.dueAt().minusSeconds(earlier);
        Instant middle = cacerts.signing()
                .notBefore()
                .plus(Duration.between(cacerts.signing().notBefore(), plain.dueAt())
                        .dividedBy(2));
        return new Renewal(dueAt.isBefore(middle) ? middle : dueAt, plain.notAfter());
    }

    /** When half of the time for a renewal has passed, so that its absence is a problem. */
    public Renewal overdue() {
        return new Renewal(notAfter.minus(Duration.between(dueAt, notAfter).dividedBy(2)), notAfter);
    }

    public boolean isDue(Instant now) {
        return !now.isBefore(dueAt);
    }

    public boolean gains(Instant nextNotAfter) {
        return nextNotAfter.isAfter(notAfter.plus(LEAST_GAIN));
    }

    /** The next time at which something changes although nothing else happens. */
    public Instant nextLook(Instant now) {
        return isDue(now) ? notAfter.plusSeconds(1) : dueAt;
    }
}
