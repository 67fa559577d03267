package io.meshfed.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RepairBudgetTest {
    private final SteppingClock clock = new SteppingClock();
    private final RepairBudget budget = new RepairBudget(clock);

    @Test
    void tenRepairsAreFreeAndTheEleventhWaitsAMinute() {
        assertThat(taken("a", 10)).isEqualTo(10);

        assertThat(budget.take("a")).contains(Duration.ofMinutes(1));
    }

    @Test
    void thePauseEndsAndDoesNotTrickle() {
        taken("a", 11);
        clock.step(Duration.ofSeconds(59));
        assertThat(budget.take("a")).contains(Duration.ofSeconds(1));

        clock.step(Duration.ofSeconds(2));

        assertThat(taken("a", 10)).isEqualTo(10);
    }

    @Test
    void slowRepairsNeverRunOut() {
        for (int i = 0; i < 100; i++) {
            assertThat(budget.take("a")).as("repair %d", i).isEmpty();
            clock.step(Duration.ofSeconds(7));
        }
    }

    @Test
    void oneObjectIsNotAnother() {
        taken("a", 11);

        assertThat(budget.take("b")).isEmpty();
    }

    @Test
    void whatIsForgottenStartsAnew() {
        taken("a", 11);

        budget.forget("a");

        assertThat(budget.take("a")).isEmpty();
    }

    private long taken(String key, int tries) {
        return IntStream.range(0, tries).filter(i -> budget.take(key).isEmpty()).count();
    }
}
