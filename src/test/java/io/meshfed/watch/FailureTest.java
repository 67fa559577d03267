package io.meshfed.watch;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.meshfed.api.condition.ConnectionReason;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailureTest {
    @ParameterizedTest
    @EnumSource(names = {"SecretMissing", "Connecting", "Connected"})
    void aReasonThatIsNoFailureIsRefused(ConnectionReason reason) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Failure(reason, "m", Instant.EPOCH));
    }
}
