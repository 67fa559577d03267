package io.meshfed.api;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations in Go's notation, which Kubernetes, CEL and Istio read: {@code 2160h}, {@code 1h30m}, {@code 500ms}. The
 * {@code Duration.parse} of fabric8 reads another notation: it takes days and weeks, and no fractions.
 */
public final class Durations {
    /** What the schema accepts: one or more whole numbers, each with h, m, s or ms. */
    public static final String PATTERN = "^([0-9]{1,6}(h|m|s|ms))+$";

    private static final Pattern TERM = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(h|ms|m|s|us|[µμ]s|ns)");

    /** Nanoseconds of each unit. */
    private static final Map<String, BigDecimal> UNITS = Map.of(
            "h", BigDecimal.valueOf(3_600_000_000_000L),
            "m", BigDecimal.valueOf(60_000_000_000L),
            "s", BigDecimal.valueOf(1_000_000_000),
            "ms", BigDecimal.valueOf(1_000_000),
            "us", BigDecimal.valueOf(1_000),
            "µs", BigDecimal.valueOf(1_000),
            "μs", BigDecimal.valueOf(1_000),
            "ns", BigDecimal.ONE);

    private static final BigDecimal SECOND = BigDecimal.valueOf(1_000_000_000);

    private Durations() {}

    /**
     * Reads a duration that a custom resource has.
     *
     * @throws IllegalArgumentException naming the text, if it is not of the form {@link #PATTERN}
     */
    public static Duration parse(String text) {
        return Optional.of(text)
                .filter(value -> value.matches(PATTERN))
                .flatMap(Durations::parseGo)
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + text + "' is not a duration; write for example 2160h, 5m or 30s"));
    }

    /**
     * Reads a duration that the configuration of a Go program has: with fractions, such as {@code 1.5h}, and smaller units.
     *
     * @return empty if the text is not a duration without a sign
     */
    public static Optional<Duration> parseGo(String text) {
        Matcher term = TERM.matcher(text);
        BigDecimal nanos = BigDecimal.ZERO;
        int end = 0;
        while (term.find() && term.start() == end) {
            nanos = nanos.add(new BigDecimal(term.group(1)).multiply(UNITS.get(term.group(2))));
            end = term.end();
        }
        if (end == 0 || end < text.length()) {
            return Optional.empty();
        }
        BigDecimal[] parts = nanos.divideAndRemainder(SECOND);
        return Optional.of(Duration.ofSeconds(parts[0].longValue(), parts[1].longValue()));
    }
}
