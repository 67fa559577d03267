package io.meshfed.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RepairBudgetTest {
    private final SteppingTime time = new SteppingTime();
    private final RepairBudget budget = new RepairBudget(time);

    @Test
    void tenRepairsAreFreeAndTheEleventhWaitsAMinute() {
        assertThat(taken("a", 10)).isEqualTo(10);

        assertThat(take("a")).contains(Duration.ofMinutes(1));
    }

    @Test
    void thePauseEndsAndDoesNotTrickle() {
        taken("a", 11);
        time.step(Duration.ofSeconds(59));
        assertThat(take("a")).contains(Duration.ofSeconds(1));

        time.step(Duration.ofSeconds(2));

        assertThat(taken("a", 10)).isEqualTo(10);
    }

    @Test
    void slowRepairsNeverRunOut() {
        for (int i = 0; i < 100; i++) {
            assertThat(take("a")).as("repair %d", i).isEmpty();
            time.step(Duration.ofSeconds(7));
        }
    }

    /** A write that fails is no quarrel with anybody. */
    @Test
    void repairsThatWereNotDoneCostNothing() {
        for (int i = 0; i < 100; i++) {
            assertThat(budget.pause("a")).as("attempt %d", i).isEmpty();
        }
    }

    @Test
    void oneObjectIsNotAnother() {
        taken("a", 11);

        assertThat(take("b")).isEmpty();
    }

    @Test
    void whatIsForgottenStartsAnew() {
        taken("a", 11);

        budget.forget("a");

        assertThat(take("a")).isEmpty();
    }

    private Optional<Duration> take(String key) {
        Optional<Duration> pause = budget.pause(key);
        if (pause.isEmpty()) {
            budget.count(key);
        }
        return pause;
    }

    private long taken(String key, int tries) {
        return IntStream.range(0, tries).filter(i -> take(key).isEmpty()).count();
    }
}
