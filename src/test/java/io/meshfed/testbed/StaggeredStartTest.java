package io.meshfed.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshfed.testbed.StaggeredStart.Classes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StaggeredStartTest {
    private final AtomicInteger looks = new AtomicInteger();

    private boolean always() throws InterruptedException {
        looks.incrementAndGet();
        Thread.sleep(1);
        return true;
    }

    private static CompletableFuture<AutoCloseable> started(Classes classes) {
        CompletableFuture<AutoCloseable> started = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                started.complete(classes.start());
            } catch (InterruptedException e) {
                started.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return started;
    }

    @Test
    void theOnlyClassDoesNotWait() throws Exception {
        Classes classes = new Classes(this::always);

        classes.start().close();
        classes.start().close();

        assertThat(looks).hasValue(0);
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
        CompletableFuture<AutoCloseable> second = started(classes);
        await().until(() -> looks.get() > 5);
        assertThat(second).isNotDone();

        first.close();

        await().until(second::isDone);
    }
}
