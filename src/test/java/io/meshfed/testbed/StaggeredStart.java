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
 * Keeps the processors busy, and not busier than does them good: where {@code meshfed.staggered} is set, a test class that
 * runs beside others starts when the processors have had time to spare for a moment, or no such class is running. JUnit
 * itself counts threads only, whatever those do.
 *
 * <p>Classes start one at a time, in their order. Those that run one after the other do not wait: they are never more than one.
 */
public final class StaggeredStart implements BeforeAllCallback {
    private static final String PARAMETER = "meshfed.staggered";
    private static final Namespace NAMESPACE = Namespace.create(StaggeredStart.class);

    /** The machine that tests run on. */
    interface Machine {
        /** Whether it has no time to spare; answers after having looked for a moment. */
        boolean isBusy() throws InterruptedException;
    }

    private static final class ThisMachine implements Machine {
        /** A second is to spare now and then even where a dozen classes together have no time for it. */
        private static final Duration MOMENT = Duration.ofSeconds(5);
        /** Of all processors. */
        private static final double BUSY = 0.9;

        private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

        @Override
        public boolean isBusy() throws InterruptedException {
            // It tells the load since it was asked before.
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

        /** Returns when a class may start, with what is to be closed when it is through. */
        AutoCloseable start() throws InterruptedException {
            next.acquire();
            try {
                while (running.get() > 0 && machine.isBusy()) {
                    // To look has taken a moment.
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
