package io.meshfed.apply;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Time that goes when told, in nanoseconds from anywhere. */
final class SteppingTime implements LongSupplier {
    private long now = Long.MAX_VALUE - 1;

    void step(Duration by) {
        now += by.toNanos();
    }

    @Override
    public long getAsLong() {
        return now;
    }
}
