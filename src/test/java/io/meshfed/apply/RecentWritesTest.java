package io.meshfed.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecentWritesTest {
    private final SteppingTime time = new SteppingTime();
    private final RecentWrites memory = new RecentWrites(time);

    @Test
    void aCacheThatIsBehindIsNotBelieved() {
        memory.written("k", version("20"), "h");

        assertThat(memory.newest("k", Optional.of(version("9")))).contains(version("20"));
        assertThat(memory.newest("k", Optional.of(version("21")))).contains(version("21"));
        // Caught up once, it is not asked again.
        assertThat(memory.newest("k", Optional.of(version("9")))).contains(version("9"));
    }

    /** With ten thousand imports it would hold every object a second time. */
    @Test
    void whatTheCachesShowIsNotKept() {
        memory.written("k", version("20"), "h");
        memory.seen("k", version("19"));
        assertThat(memory.ahead()).isEqualTo(1);

        memory.seen("k", version("20"));

        assertThat(memory.ahead()).isZero();
        assertThat(memory.wasInPlace("k", "h")).isTrue();
    }

    @Test
    void whatTheCacheDoesNotHaveMustBeRead() {
        memory.written("k", version("20"), "h");

        assertThat(memory.newest("k", Optional.empty())).isEmpty();
    }

    /** After a restore of etcd versions start lower; the memory must not rule for ever. */
    @Test
    void anAnswerIsForgottenAfterAMinute() {
        memory.written("k", version("20"), "h");

        time.step(Duration.ofSeconds(61));

        assertThat(memory.newest("k", Optional.of(version("9")))).contains(version("9"));
    }

    @Test
    void theHashStaysUntilForgotten() {
        memory.written("k", version("20"), "h");
        assertThat(memory.wasInPlace("k", "h")).isTrue();
        assertThat(memory.wasInPlace("k", "other")).isFalse();

        memory.forget("k");

        assertThat(memory.wasInPlace("k", "h")).isFalse();
    }

    private static ConfigMap version(String version) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName("a")
                .withResourceVersion(version)
                .endMetadata()
                .build();
    }
}
