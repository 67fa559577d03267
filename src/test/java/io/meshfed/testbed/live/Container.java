package io.meshfed.testbed.live;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.testbed.ChildProcess;
import io.meshfed.testbed.Processes;
import io.meshfed.testbed.TestbedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** A process in a pod's network namespace, with a root of its own: {@code netbed run}. */
final class Container {

    private Container() {}

    /**
     * Starts a container; its output goes to {@code <folder>/<name>.log}, appended.
     *
     * @param name of the container
     */
    static ChildProcess start(String name, Path folder, ContainerSpec spec) {
        Path log = folder.resolve(name + ".log");
        try {
            if (!Files.exists(log)) {
                Files.createFile(log);
                // Envoy opens /dev/stdout again, as the user that it runs as.
                Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-rw-rw-"));
            }
            return ChildProcess.start(name, folder, Map.of(), command(write(name, folder, spec)));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the log of " + name, e);
        }
    }

    /** The end of a container that was waited for. */
    record Outcome(int exitCode, String output) {}

    /**
     * Starts a container whose output is wanted: not in a log, but by the caller, who also ends it.
     *
     * @param name for its files; errors go to {@code <folder>/<name>.log}
     */
    static Process startPiped(String name, Path folder, ContainerSpec spec) {
        try {
            return Processes.track(new ProcessBuilder(command(write(name, folder, spec)))
                    .directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.appendTo(
                            folder.resolve(name + ".log").toFile()))
                    .start());
        } catch (IOException e) {
            throw new TestbedException("Cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    /** Runs a container to its end. */
    static Outcome run(String name, Path folder, ContainerSpec spec) {
        Process process = startPiped(name, folder, spec);
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Outcome(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read what " + name + " says", e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new TestbedException("Interrupted while waiting for " + name, e);
        }
    }

    private static List<String> command(Path spec) {
        return List.of(NetBed.program().toString(), "run", spec.toString());
    }

    private static Path write(String name, Path folder, ContainerSpec spec) {
        try {
            Files.createDirectories(folder);
            return Files.writeString(
                    folder.resolve(name + ".json"), Serialization.jsonMapper().writeValueAsString(spec));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write what " + name + " is to be", e);
        }
    }
}
