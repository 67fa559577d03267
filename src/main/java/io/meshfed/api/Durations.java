package io.meshfed.api;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations in Go's notation, the one that Kubernetes, CEL and Istio read: {@code 2160h}, {@code 1h30m}, {@code 500ms}. */
public final class Durations {
    /** What the schema accepts: one or more of a whole number with h, m, s or ms. */
    public static final String PATTERN = "^([0-9]{1,6}(h|m|s|ms))+$";

    private static final Pattern TERM = Pattern.compile("([0-9]+)(ms|h|m|s)");

    private Durations() {}

    /**
     * Reads a Go duration.
     *
     * @throws IllegalArgumentException naming the text, if it is not of the form {@link #PATTERN}
     */
    public static Duration parse(String text) {
        if (!text.matches(PATTERN)) {
            throw new IllegalArgumentException("'" + text + "' is no duration; write for example 2160h, 5m or 30s");
        }
        Duration total = Duration.ZERO;
        Matcher term = TERM.matcher(text);
        while (term.find()) {
            long amount = Long.parseLong(term.group(1));
            total = total.plus(
                    switch (term.group(2)) {
                        case "h" -> Duration.ofHours(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        case "s" -> Duration.ofSeconds(amount);
                        default -> Duration.ofMillis(amount);
                    });
        }
        return total;
    }
}
