package io.meshfed.reconcile;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Combines the requests within a period into one run. */
final class Coalescer {
    private final Executor later;
    private final Runnable run;
    private final AtomicBoolean pending = new AtomicBoolean();

    /** @param delay from the first request to the run */
    Coalescer(Duration delay, Runnable run) {
        this.later = CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS);
        this.run = run;
    }

    void schedule() {
        if (pending.compareAndSet(false, true)) {
            later.execute(() -> {
                pending.set(false);
                run.run();
            });
        }
    }
}
