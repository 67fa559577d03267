package io.meshfed.testbed;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Limits how many clusters and operators start at the same time: one per processor, and one more, because a start also waits.
 * Starts use most of the processor time of the tests; more of them at once make each slower and none faster.
 */
final class StartSlots {
    private static final Semaphore FREE = new Semaphore(Runtime.getRuntime().availableProcessors() + 1, true);

    private StartSlots() {}

    /** Runs a start as soon as a slot is free, and frees the slot when it returns. A start must not take a second slot. */
    static <T> T take(Supplier<T> start) {
        FREE.acquireUninterruptibly();
        try {
            return start.get();
        } finally {
            FREE.release();
        }
    }
}
