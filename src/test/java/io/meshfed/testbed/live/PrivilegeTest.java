package io.meshfed.testbed.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshfed.testbed.TestbedException;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Tests that were not run must not look like tests that passed. */
class PrivilegeTest {
    private static final OptionalInt ROOT = OptionalInt.of(0);
    private static final OptionalInt SOMEBODY = OptionalInt.of(1000);

    @Test
    void rootAlwaysRunsThem() {
        assertThat(Privilege.judge("ScaleIT", ROOT, false).isDisabled()).isFalse();
        assertThat(Privilege.judge("ScaleIT", ROOT, true).isDisabled()).isFalse();
    }

    @Test
    void withoutRootTheyAreReportedAsNotRun() {
        var judgement = Privilege.judge("ScaleIT", SOMEBODY, false);

        assertThat(judgement.isDisabled()).isTrue();
        assertThat(judgement.getReason().orElseThrow()).contains("ScaleIT was not run", "root");
        assertThat(Privilege.judge("ScaleIT", OptionalInt.empty(), false).isDisabled())
                .isTrue();
    }

    @Test
    void inContinuousIntegrationThatIsAFailure() {
        assertThatThrownBy(() -> Privilege.judge("ScaleIT", SOMEBODY, true))
                .isInstanceOf(TestbedException.class)
                .hasMessageContaining("CI=true");
    }
}
