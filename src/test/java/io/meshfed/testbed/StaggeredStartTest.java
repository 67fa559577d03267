package io.meshfed.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshfed.testbed.StaggeredStart.Classes;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StaggeredStartTest {
    private final AtomicInteger looks = new AtomicInteger();

    private boolean always() throws InterruptedException {
        looks.incrementAndGet();
        Thread.sleep(1);
        return true;
    }

    @Test
    void theOnlyClassDoesNotWait() throws Exception {
        Classes classes = new Classes(() -> {
            throw new AssertionError("it must not wait");
        });

        classes.start().close();
        classes.start().close();
    }

    @Test
    void theNextClassStartsWhenThereIsTimeToSpare() throws Exception {
        Classes classes = new Classes(() -> looks.incrementAndGet() < 3);

        classes.start();
        classes.start();

        assertThat(looks).hasValue(3);
    }

    @Test
    void onABusyMachineTheNextClassStartsWhenThoseBeforeItAreThrough() throws Exception {
        Classes classes = new Classes(this::always);
        AutoCloseable first = classes.start();
        FutureTask<AutoCloseable> second = new FutureTask<>(classes::start);
        new Thread(second).start();
        await().until(() -> looks.get() > 5);
        assertThat(second).isNotDone();

        first.close();

        await().until(second::isDone);
    }
}
