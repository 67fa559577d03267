package io.meshfed.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({"2160h, PT2160H", "1h30m, PT1H30M", "5m, PT5M", "500ms, PT0.5S", "1m500ms, PT1M0.5S", "0s, PT0S"})
    void theNotationOfTheSchema(String text, Duration duration) {
        assertThat(Durations.parse(text)).isEqualTo(duration);
        assertThat(Durations.parseGo(text)).contains(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "h", "1.5h", "10us", "1d", "-1h", "1h ", "1234567h"})
    void nothingElseIsADurationOfTheSchema(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.parse(text))
                .withMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "1.5h, PT1H30M",
        "1.5s, PT1.5S",
        "10us, PT0.00001S",
        "10µs, PT0.00001S",
        "7ns, PT0.000000007S",
        "1h0.5m, PT1H30S",
        "1d,",
        "1w,",
        "-1h,",
        "1h 30m,",
        "h5,"
    })
    void goTakesFractionsAndSmallUnitsToo(String text, @Nullable Duration duration) {
        assertThat(Durations.parseGo(text).orElse(null)).isEqualTo(duration);
    }
}
