package io.meshfed.testbed;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Keeps the processors busy, and not busier than does them good: a test class waits until it has its shares out of
 * {@code meshfed.shares}, where that is set. JUnit itself counts threads only, whatever those do.
 *
 * <p>A class that computes has two, a {@link MostlyWaiting} one gives one of them back once it has started what it needs.
 * Those that run one after the other have none: they are never more than one at a time.
 */
public final class ProcessorShares implements BeforeAllCallback, BeforeEachCallback {
    private static final String PARAMETER = "meshfed.shares";
    private static final Namespace NAMESPACE = Namespace.create(ProcessorShares.class);
    private static final int COMPUTING = 2;
    private static final int WAITING = 1;

    /** What a class has; gone with it. */
    private static final class Held implements AutoCloseable {
        private final Semaphore shares;
        private final AtomicInteger number = new AtomicInteger(COMPUTING);

        Held(Semaphore shares) {
            this.shares = shares;
        }

        void reduce(int to) {
            shares.release(number.getAndSet(to) - to);
        }

        @Override
        public void close() {
            reduce(0);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) throws InterruptedException {
        Optional<Integer> all = context.getConfigurationParameter(PARAMETER, Integer::valueOf);
        if (all.isPresent() && !runsAfterOthers(context.getRequiredTestClass())) {
            Semaphore shares = context.getRoot()
                    .getStore(NAMESPACE)
                    .getOrComputeIfAbsent(Semaphore.class, key -> shares(all.get()), Semaphore.class);
            shares.acquire(COMPUTING);
            context.getStore(NAMESPACE).put(Held.class, new Held(shares));
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Held held = context.getStore(NAMESPACE).get(Held.class, Held.class);
        if (held != null && AnnotationSupport.isAnnotated(context.getRequiredTestClass(), MostlyWaiting.class)) {
            held.reduce(WAITING);
        }
    }

    private static Semaphore shares(int all) {
        if (all < COMPUTING) {
            throw new TestbedException("it.shares is " + all + ", and a test class has " + COMPUTING
                    + ": set -Dit.shares=" + COMPUTING + " or more");
        }
        return new Semaphore(all, true);
    }

    private static boolean runsAfterOthers(Class<?> testClass) {
        return AnnotationSupport.findAnnotation(testClass, Execution.class)
                .filter(execution -> execution.value() == ExecutionMode.SAME_THREAD)
                .isPresent();
    }
}
