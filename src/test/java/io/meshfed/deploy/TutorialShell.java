package io.meshfed.deploy;

import io.meshfed.testbed.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One bash in which block after block is run, as in a terminal: functions and variables stay. */
final class TutorialShell implements AutoCloseable {
    private static final Duration LONGEST_BLOCK = Duration.ofMinutes(4);
    private static final String FAILED = "::failed: ";
    private static final String END = "::end";

    private final Path folder;
    private final Process bash;
    private final Writer commands;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private TutorialShell(Path folder, Process bash) {
        this.folder = folder;
        this.bash = bash;
        this.commands = bash.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(this::read, "tutorial-shell");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts the shell.
     *
     * @param folder working directory
     * @param environment all of it, but for the search path's end
     */
    static TutorialShell start(Path folder, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder("bash", "--noprofile", "--norc")
                .directory(folder.toFile())
                .redirectErrorStream(true);
        String path = builder.environment().get("PATH");
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().merge("PATH", path, (own, system) -> own + ":" + system);
        try {
            TutorialShell shell = new TutorialShell(folder, Processes.track(builder.start()));
            // A command that fails says so, also in a loop, a function or a pipe; a terminal would go on too.
            shell.send("set -Eo pipefail; trap 'echo \"" + FAILED + "$BASH_COMMAND\"' ERR");
            return shell;
        } catch (IOException e) {
            throw new UncheckedIOException("The tutorial is written for bash, and bash cannot be run", e);
        }
    }

    /**
     * Runs a block.
     *
     * @return all that it printed
     * @throws AssertionError if one of its commands failed, with what was printed
     */
    String run(Tutorial.Block block) {
        StringBuilder printed = new StringBuilder();
        try {
            Path file = Files.writeString(folder.resolve("block.sh"), block.text());
            // From a file, so that no command takes the next block for its input.
            send("source " + file + " </dev/null; echo; echo " + END);
            for (String line = next(block, printed); !line.equals(END); line = next(block, printed)) {
                printed.append(line).append('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (printed.indexOf(FAILED) >= 0) {
            throw new AssertionError(block + ": a command failed\n" + printed);
        }
        return printed.toString();
    }

    private String next(Tutorial.Block block, StringBuilder printed) {
        try {
            String line = lines.poll(LONGEST_BLOCK.toSeconds(), TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError(block + ": does not end\n" + printed);
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in " + block, e);
        }
    }

    private void send(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
    }

    private void read() {
        try (var output = bash.inputReader(StandardCharsets.UTF_8)) {
            List<String> ends = List.of("::the shell has ended", END);
            output.lines().forEach(lines::add);
            lines.addAll(ends);
        } catch (IOException | UncheckedIOException e) {
            lines.add(FAILED + e.getMessage());
            lines.add(END);
        }
    }

    @Override
    public void close() {
        bash.descendants().forEach(ProcessHandle::destroyForcibly);
        bash.destroyForcibly();
    }
}
