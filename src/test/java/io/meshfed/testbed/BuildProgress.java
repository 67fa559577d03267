package io.meshfed.testbed;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Prints the progress of {@code go build -v} every few seconds, because a first build takes minutes. */
final class BuildProgress implements Consumer<String>, AutoCloseable {

    private static final int SECONDS_BETWEEN_LINES = 5;

    /** A build from Go's cache ends sooner and prints nothing. */
    private static final int SILENT_SECONDS = 2;

    /** The go command prints one import path per package that it compiles. */
    private static final Pattern PACKAGE = Pattern.compile("[A-Za-z0-9._~/-]+");

    private final String what;
    private final Instant start = Instant.now();
    private final AtomicInteger packages = new AtomicInteger();
    private volatile boolean announced;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "testbed-progress");
        thread.setDaemon(true);
        return thread;
    });

    BuildProgress(String what) {
        this.what = what;
        clock.schedule(this::announce, SILENT_SECONDS, TimeUnit.SECONDS);
        clock.scheduleAtFixedRate(
                () -> show("building " + what + ": " + packages + " packages compiled after " + seconds() + " s"),
                SECONDS_BETWEEN_LINES,
                SECONDS_BETWEEN_LINES,
                TimeUnit.SECONDS);
    }

    @Override
    public void accept(String line) {
        if (PACKAGE.matcher(line).matches()) {
            packages.incrementAndGet();
        }
    }

    private void announce() {
        announced = true;
        show("building " + what + "; the first build on a machine takes minutes, and its result is cached");
    }

    void done() {
        if (announced) {
            show("built " + what + " in " + seconds() + " s");
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private long seconds() {
        return Duration.between(start, Instant.now()).toSeconds();
    }

    private static void show(String message) {
        System.err.println("testbed: " + message);
    }
}
