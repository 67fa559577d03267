package io.meshfed.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffsTest {
    private final Backoffs backoffs = Backoffs.ofWrites();

    @Test
    void pausesDoubleUpToHalfAMinuteAndBeginAnewAfterASuccess() {
        for (int seconds : new int[] {1, 2, 4, 8, 16, 30, 30}) {
            assertThat(backoffs.failed("one"))
                    .isBetween(Duration.ofMillis(seconds * 800L), Duration.ofSeconds(seconds));
        }
        assertThat(backoffs.failed("another")).isLessThanOrEqualTo(Duration.ofSeconds(1));
        backoffs.succeeded("one");
        assertThat(backoffs.failed("one")).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void whatFailedAtOnceIsNotRepeatedAtOnce() {
        List<Duration> pauses = IntStream.range(0, 50)
                .mapToObj(remote -> backoffs.failed("remote " + remote))
                .distinct()
                .toList();

        assertThat(pauses).hasSizeGreaterThan(10);
    }
}
