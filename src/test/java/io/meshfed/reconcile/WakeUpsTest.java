package io.meshfed.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshfed.api.CrdYaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page "Who wakes whom" says what the router does. */
class WakeUpsTest {
    private static final Duration DELAY = Duration.ofMillis(20);

    static List<WakeUps.Case> cases() {
        return WakeUps.cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aChangeWakesExactlyWhomThePageNames(WakeUps.Case row) {
        RouterWorld world = WakeUps.world();
        ChangeRouter router = new ChangeRouter(world, world.triggers(), RouterWorld.OPERATOR, DELAY, DELAY);

        row.happens().accept(router);

        await().pollDelay(DELAY.multipliedBy(5))
                .untilAsserted(() -> assertThat(world.woken).as(row.change()).containsExactlyElementsOf(row.members()));
    }

    @Test
    void everyGroupIsUsed() {
        assertThat(WakeUps.unused()).isEmpty();
    }

    @Test
    void thePageListsTheCases() throws IOException {
        assertThat(Files.readString(Path.of(WakeUps.PAGE)))
                .as("%s differs from the cases; rewrite it with: %s", WakeUps.PAGE, CrdYaml.COMMAND)
                .isEqualTo(WakeUps.page());
    }
}
