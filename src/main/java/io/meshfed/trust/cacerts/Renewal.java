package io.meshfed.trust.cacerts;

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
    /** A renewal that brings less is none: it would be due again at once, for ever. */
    private static final Duration LEAST_GAIN = Duration.ofHours(1);

    /**
     * @param renewBefore how long before the end; if that is longer than the whole life (an issuer that ends soon, or a
     *     spec that contradicts itself), the last third of the life
     */
    public static Renewal of(Cacerts cacerts, Duration renewBefore) {
        Duration life = Duration.between(cacerts.signing().notBefore(), cacerts.notAfter());
        Duration before = renewBefore.compareTo(life) < 0 ? renewBefore : life.dividedBy(3);
        return new Renewal(cacerts.notAfter().minus(before), cacerts.notAfter());
    }

    /**
     * The same, earlier by up to a tenth: what was made at one time for many meshes does not fall due at one time. By the
     * serial number, which is random and stays the same at each look.
     */
    public static Renewal spread(Cacerts cacerts, Duration renewBefore) {
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

    /** When half of the time for a renewal is over and somebody should look why there was none. */
    public Renewal overdue() {
        return new Renewal(notAfter.minus(Duration.between(dueAt, notAfter).dividedBy(2)), notAfter);
    }

    public boolean isDue(Instant now) {
        return !now.isBefore(dueAt);
    }

    public boolean gains(Instant nextNotAfter) {
        return nextNotAfter.isAfter(notAfter.plus(LEAST_GAIN));
    }

    /** The next moment at which something changes without an event. */
    public Instant nextLook(Instant now) {
        return isDue(now) ? notAfter.plusSeconds(1) : dueAt;
    }
}
