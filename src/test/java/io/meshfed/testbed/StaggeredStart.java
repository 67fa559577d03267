package io.meshfed.testbed;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Starts parallel test classes by processor load: with {@code meshfed.staggered}, the next class starts when the processors
 * were not fully busy for a moment, or when no other such class is running. JUnit itself only limits the number of threads.
 *
 * <p>Classes start one at a time, in their order. Classes that run in one thread do not wait here.
 */
public final class StaggeredStart implements BeforeAllCallback {
    private static final String PARAMETER = "meshfed.staggered";
    private static final Namespace NAMESPACE = Namespace.create(StaggeredStart.class);

    /** The machine that tests run on. */
    interface Machine {
        /** Whether its processors are busy, measured over a moment. */
        boolean isBusy() throws InterruptedException;
    }

    private static final class ThisMachine implements Machine {
        /** Shorter measurements find an idle second now and then even with a dozen running classes. */
        private static final Duration MOMENT = Duration.ofSeconds(5);
        /** Of all processors. */
        private static final double BUSY = 0.9;

        private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

        @Override
        public boolean isBusy() throws InterruptedException {
            // Returns the load since the previous call.
            system.getCpuLoad();
            Thread.sleep(MOMENT.toMillis());
            return system.getCpuLoad() > BUSY;
        }
    }

    /** The classes of a run. */
    static final class Classes {
        private final Machine machine;
        private final Semaphore next = new Semaphore(1, true);
        private final AtomicInteger running = new AtomicInteger();

        Classes(Machine machine) {
            this.machine = machine;
        }

        /** Waits until a class may start; the caller closes the result when the class has ended. */
        AutoCloseable start() throws InterruptedException {
            next.acquire();
            try {
                while (running.get() > 0 && machine.isBusy()) {
                    // isBusy() has waited for a moment.
                }
                running.incrementAndGet();
            } finally {
                next.release();
            }
            return running::decrementAndGet;
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) throws InterruptedException {
        boolean wanted =
                context.getConfigurationParameter(PARAMETER, Boolean::valueOf).orElse(false);
        if (wanted && !runsAfterOthers(context.getRequiredTestClass())) {
            Store run = context.getRoot().getStore(NAMESPACE);
            Classes classes =
                    run.getOrComputeIfAbsent(Classes.class, key -> new Classes(new ThisMachine()), Classes.class);
            // Closed when the class is through.
            context.getStore(NAMESPACE).put(StaggeredStart.class, classes.start());
        }
    }

    private static boolean runsAfterOthers(Class<?> testClass) {
        return AnnotationSupport.findAnnotation(testClass, Execution.class)
                .filter(execution -> execution.value() == ExecutionMode.SAME_THREAD)
                .isPresent();
    }
}
