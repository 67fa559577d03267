package io.meshfed.testbed;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The openssl program of this machine. */
public final class OpensslProgram {
    private final Path folder;

    /** @param folder where it runs and may leave files */
    public OpensslProgram(Path folder) {
        this.folder = folder;
    }

    /** The end of a command. */
    public record Result(int code, String output) {}

    /** Without the program there is nothing to test; where tests must not be skipped (CI=true) this is a failure. */
    public static void assumePresent() {
        boolean there;
        try {
            there = new ProcessBuilder("openssl", "version").start().waitFor() == 0;
        } catch (IOException e) {
            there = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("Interrupted while looking for openssl", e);
        }
        if (!there && "true".equals(System.getenv("CI"))) {
            throw new AssertionError(
                    "the openssl program is missing; install it: without it nothing but our own code has"
                            + " looked at certificates and cacerts");
        }
        assumeTrue(there, "the openssl program is missing, so these tests are skipped");
    }

    /** Runs it to its end. */
    public Result run(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(arguments);
        try {
            Path output = Files.createTempFile(folder, "openssl", ".txt");
            Process process = Processes.track(new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start());
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new TestbedException("openssl " + arguments.get(0) + " does not end");
            }
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("Interrupted while openssl ran", e);
        }
    }
}
