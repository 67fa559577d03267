package io.meshfed.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private final Attempts attempts = new Attempts();

    @Test
    void waitsDoubleUpToHalfAMinuteAndBeginAnewAfterASuccess() {
        for (int seconds : new int[] {1, 2, 4, 8, 16, 30, 30}) {
            assertThat(attempts.failed("one"))
                    .isBetween(Duration.ofMillis(seconds * 800L), Duration.ofSeconds(seconds));
        }
        assertThat(attempts.failed("another")).isLessThanOrEqualTo(Duration.ofSeconds(1));
        attempts.succeeded("one");
        assertThat(attempts.failed("one")).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void whatFailedAtOneMomentIsNotTriedAgainAtOneMoment() {
        List<Duration> waits = IntStream.range(0, 50)
                .mapToObj(remote -> attempts.failed("remote " + remote))
                .distinct()
                .toList();

        assertThat(waits).hasSizeGreaterThan(10);
    }
}
