package io.meshfed.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(5));

    @Test
    void pausesDoubleUpToTheCap() {
        for (int millis : new int[] {500, 1000, 2000, 4000, 5000, 5000}) {
            assertThat(backoff.next()).isBetween(Duration.ofMillis(millis * 8L / 10), Duration.ofMillis(millis));
        }
    }

    @Test
    void aSuccessBeginsAnew() {
        backoff.next();
        backoff.next();

        backoff.reset();

        assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(500));
    }

    @Test
    void thePauseStaysAtTheCapForever() {
        for (int attempt = 0; attempt < 10_000; attempt++) {
            backoff.next();
        }

        assertThat(backoff.next()).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(5));
    }
}
