package io.meshfed.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A long-running child with its log in a file. It inherits only PATH, HOME and TMPDIR from this JVM's environment, so
 * that no kubeconfig or proxy setting of the user leaks into a test.
 */
public final class ChildProcess implements AutoCloseable {

    private static final long POLL_MILLIS = 50;
    private static final int LOG_TAIL_LINES = 25;

    private final String name;
    private final Path log;
    private final Process process;

    private ChildProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts a process in a folder; standard output and error go to {@code <folder>/<name>.log}, appended.
     *
     * @param name for the log and for messages
     * @param folder working directory
     * @param environment more variables
     * @param command program and arguments
     */
    public static ChildProcess start(String name, Path folder, Map<String, String> environment, List<String> command) {
        Path log = folder.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().retainAll(List.of("PATH", "HOME", "TMPDIR"));
        // Our binaries end when their standard input closes, which happens however this JVM ends.
        builder.environment().put("MESHFED_LIFELINE", "stdin");
        builder.environment().putAll(environment);
        try {
            return new ChildProcess(name, log, Processes.track(builder.start()));
        } catch (IOException e) {
            throw new TestbedException("Cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process still runs (a stopped one does). */
    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Waits until the process is ready.
     *
     * @param ready asked about twenty times a second
     * @param timeout how long to wait at most
     * @throws TestbedException with the end of the log, when the process ends or the time is over
     */
    public void awaitReady(BooleanSupplier ready, Duration timeout) {
        Instant deadline = Instant.now().plus(timeout);
        try {
            while (!ready.getAsBoolean()) {
                if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new TestbedException(name + " ended with code " + process.exitValue()
                            + " while it was starting; the end of its log:\n" + logTail());
                }
                if (Instant.now().isAfter(deadline)) {
                    throw new TestbedException(name + " was not ready after " + timeout.toSeconds()
                            + " s; the end of its log:\n" + logTail());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("Interrupted while waiting for " + name, e);
        }
    }

    /** The last lines of the log. */
    public String logTail() {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            List<String> all = lines.toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - LOG_TAIL_LINES), all.size()));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    /** Freezes the process: its connections stay open and nothing answers. */
    public void freeze() {
        signal("STOP");
    }

    /** Lets a frozen process go on. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start();
            if (kill.waitFor() != 0) {
                throw new TestbedException("Cannot send SIG" + signal + " to " + name);
            }
        } catch (IOException e) {
            throw new TestbedException("Cannot send SIG" + signal + " to " + name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("Interrupted while signalling " + name, e);
        }
    }

    /**
     * Asks the process to end (SIGTERM) and waits until it is gone.
     *
     * @return how long it took
     * @throws TestbedException if it still runs after {@code patience}
     */
    public Duration terminate(Duration patience) {
        Instant start = Instant.now();
        process.destroy();
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TestbedException(name + " still runs " + patience.toSeconds()
                        + " s after SIGTERM; the end of its log:\n" + logTail());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("Interrupted while waiting for the end of " + name, e);
        }
        return Duration.between(start, Instant.now());
    }

    /** Asks the process to end (SIGTERM) and does not wait. */
    public void signalEnd() {
        // Not process.destroy(), which also closes the pipe on which a child may see that this JVM is gone.
        process.toHandle().destroy();
    }

    /** Ends the process at once (SIGKILL) and waits until it is gone. */
    @Override
    public void close() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
