package io.meshfed.reconcile;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Makes many requests within a while into one run. */
final class Coalescer {
    private final Executor later;
    private final Runnable run;
    private final AtomicBoolean pending = new AtomicBoolean();

    /** @param lag from the first request to the run */
    Coalescer(Duration lag, Runnable run) {
        this.later = CompletableFuture.delayedExecutor(lag.toMillis(), TimeUnit.MILLISECONDS);
        this.run = run;
    }

    void soon() {
        if (pending.compareAndSet(false, true)) {
            later.execute(() -> {
                pending.set(false);
                run.run();
            });
        }
    }
}
