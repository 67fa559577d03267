package io.meshfed.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.RemoteMesh;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DeletionDeadlineTest {
    private long nanos = Long.MAX_VALUE - 1;
    private final DeletionDeadline deadline = new DeletionDeadline(() -> nanos, Duration.ofMinutes(1));

    @Test
    void waitingEndsAfterAMinute() {
        assertThat(deadline.passed(deletedAt("a", Instant.now()))).isFalse();
        pass(Duration.ofSeconds(59));
        assertThat(deadline.passed(deletedAt("a", Instant.now()))).isFalse();

        pass(Duration.ofSeconds(1));

        assertThat(deadline.passed(deletedAt("a", Instant.now()))).isTrue();
        assertThat(deadline.passed(deletedAt("b", Instant.now()))).isFalse();
    }

    /** The API server's clock and ours need not agree: neither may make the waiting longer, or skip it. */
    @Test
    void theTimeOfTheDeletionIsNotBelieved() {
        Instant ahead = Instant.now().plus(Duration.ofHours(1));
        Instant behind = Instant.now().minus(Duration.ofHours(1));
        assertThat(deadline.passed(deletedAt("a", ahead))).isFalse();
        assertThat(deadline.passed(deletedAt("b", behind))).isFalse();

        pass(Duration.ofMinutes(1));

        assertThat(deadline.passed(deletedAt("a", ahead))).isTrue();
    }

    @Test
    void anotherResourceOfThatNameStartsAnew() {
        deadline.passed(deletedAt("a", Instant.now()));
        pass(Duration.ofMinutes(2));

        deadline.forget(deletedAt("a", Instant.now()));

        assertThat(deadline.passed(deletedAt("a", Instant.now()))).isFalse();
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    private static RemoteMesh deletedAt(String uid, Instant time) {
        RemoteMesh remote = new RemoteMesh();
        remote.getMetadata().setUid(uid);
        remote.getMetadata().setDeletionTimestamp(time.toString());
        return remote;
    }
}
