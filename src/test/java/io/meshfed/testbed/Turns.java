package io.meshfed.testbed;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Clusters and operators start in turns: one for each processor at a time, and one more for when they wait. Starts are most
 * of what tests compute; all at once they only push each other off the processors.
 */
final class Turns {
    private static final Semaphore FREE = new Semaphore(Runtime.getRuntime().availableProcessors() + 1, true);

    private Turns() {}

    /** Starts something when it is its turn; that is over when it has started. Nothing in it may wait for a turn. */
    static <T> T take(Supplier<T> start) {
        FREE.acquireUninterruptibly();
        try {
            return start.get();
        } finally {
            FREE.release();
        }
    }
}
