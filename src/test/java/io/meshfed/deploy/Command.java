package io.meshfed.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The end of a command.
 *
 * @param exitCode zero for success
 * @param output what it wrote to its standard output
 * @param errors what it wrote to its standard error
 */
record Command(int exitCode, String output, String errors) {
    /** Runs a command in the root of the project, with {@code input} on its standard input. */
    static Command run(List<String> command, String input) {
        try {
            Path in = Files.createTempFile("command", ".in");
            Path out = Files.createTempFile("command", ".out");
            Path err = Files.createTempFile("command", ".err");
            try {
                Files.writeString(in, input);
                int exitCode = new ProcessBuilder(command)
                        .redirectInput(in.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start()
                        .waitFor();
                return new Command(
                        exitCode,
                        Files.readString(out, StandardCharsets.UTF_8),
                        Files.readString(err, StandardCharsets.UTF_8));
            } finally {
                Files.delete(in);
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + command.get(0), e);
        }
    }
}
