package io.meshfed.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One of the pinned Go modules below {@code src}, and what can be had from it with the {@code go} tool. */
public final class GoModule {

    private static final int REMEMBERED_LINES = 25;

    private final Path folder;

    /** @param folder of its {@code go.mod} */
    public GoModule(Path folder) {
        this.folder = folder;
    }

    /** Fails with one sentence when this machine's Go cannot build the module. */
    public void requireGo() {
        String wanted = versionOf("go");
        try {
            run(List.of("env", "GOVERSION"), line -> {});
        } catch (TestbedException e) {
            throw new TestbedException(
                    "The test control planes are built with Go " + wanted
                            + " or newer, and the go command on the PATH is missing or older: install it and run again",
                    e);
        }
    }

    /** The version that go.mod pins for a module path (or for {@code go} itself). */
    public String versionOf(String path) {
        Matcher line = Pattern.compile("(?m)^\\s*(?:require )?" + Pattern.quote(path) + " (\\S+)$")
                .matcher(read(folder.resolve("go.mod")));
        if (!line.find()) {
            throw new TestbedException(folder.resolve("go.mod") + " pins no version of " + path);
        }
        return line.group(1);
    }

    /**
     * Builds main packages into a folder, with a progress line every few seconds.
     *
     * @param into where the binaries go, named after their packages
     * @param linkerFlags more flags for the linker
     * @param packages main packages, relative to the module
     * @param what they are called in the progress lines
     */
    public void build(Path into, String linkerFlags, List<String> packages, String what) {
        List<String> arguments = new ArrayList<>(
                List.of("build", "-v", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w " + linkerFlags, "-o"));
        arguments.add(into + "/");
        arguments.addAll(packages);
        runWithProgress(arguments, what);
    }

    /**
     * Compiles into Go's build cache what the module's tests import, and compiles and vets the tests, with a progress line
     * every few seconds. Runs none.
     *
     * @param what is imported, as the progress lines call it
     */
    void compileForTests(String what) {
        List<String> arguments = new ArrayList<>(List.of("build", "-v", "-trimpath", "-buildvcs=false"));
        run(List.of("list", "-f", "{{join .TestImports \"\\n\"}}", "./..."), line -> {
            if (!line.isEmpty() && !line.startsWith("go: ")) {
                arguments.add(line);
            }
        });
        runWithProgress(arguments, what);
        runWithProgress(
                List.of("test", "-run=^$", "-trimpath", "-buildvcs=false", "./..."),
                "the tests of " + folder.getFileName());
    }

    private void runWithProgress(List<String> arguments, String what) {
        try (BuildProgress progress = new BuildProgress(what)) {
            run(arguments, progress);
            progress.done();
        }
    }

    /**
     * Runs every test of the module. Go's cache of test results is passed by: it does not see files outside the module.
     *
     * @return each test and subtest with its outcome, in order of their ends; one that failed is no exception
     * @throws TestbedException if the tests cannot be compiled or end early
     */
    public List<GoTest> test() {
        GoTestEvents events = new GoTestEvents();
        List<String> arguments = List.of("test", "-json", "-trimpath", "-buildvcs=false", "-count=1", "./...");
        Outcome outcome = execute(arguments, events);
        List<GoTest> tests = events.finished();
        boolean explained = tests.stream().anyMatch(test -> !test.passed());
        if (tests.isEmpty() || outcome.exitCode() != 0 && !explained) {
            throw new TestbedException("`go test` in " + folder + " ended without saying which test failed:\n"
                    + events.outsideOfTests() + String.join("\n", outcome.lastLines()));
        }
        return tests;
    }

    /** Fetches modules as go.mod and go.sum pin them, and gives the folder of each. */
    public Map<String, Path> download(List<String> modules) {
        List<String> arguments = new ArrayList<>(List.of("mod", "download", "-json"));
        arguments.addAll(modules);
        StringBuilder output = new StringBuilder();
        run(arguments, line -> output.append(line).append('\n'));
        Map<String, Path> folders = new LinkedHashMap<>();
        try (var documents =
                Serialization.jsonMapper().readerFor(JsonNode.class).<JsonNode>readValues(output.toString())) {
            while (documents.hasNext()) {
                JsonNode module = documents.next();
                folders.put(
                        module.path("Path").asText(), Path.of(module.path("Dir").asText()));
            }
        } catch (IOException e) {
            throw new TestbedException("go mod download answered something else than JSON: " + output, e);
        }
        return folders;
    }

    private record Outcome(int exitCode, List<String> lastLines) {}

    private void run(List<String> arguments, Consumer<String> lines) {
        Outcome outcome = execute(arguments, lines);
        if (outcome.exitCode() != 0) {
            throw new TestbedException("`go " + String.join(" ", arguments) + "` failed in " + folder
                    + " (is the Go module proxy reachable?):\n" + String.join("\n", outcome.lastLines()));
        }
    }

    private Outcome execute(List<String> arguments, Consumer<String> lines) {
        List<String> command = new ArrayList<>(List.of("go"));
        command.addAll(arguments);
        Deque<String> last = new ArrayDeque<>();
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
            // No C compiler needed, and no go.work of a surrounding folder.
            builder.environment().putAll(Map.of("CGO_ENABLED", "0", "GOWORK", "off"));
            Process go = Processes.track(builder.start());
            try (BufferedReader output = go.inputReader()) {
                for (String line = output.readLine(); line != null; line = output.readLine()) {
                    lines.accept(line);
                    if (last.size() == REMEMBERED_LINES) {
                        last.removeFirst();
                    }
                    last.addLast(line);
                }
            }
            return new Outcome(go.waitFor(), List.copyOf(last));
        } catch (IOException e) {
            throw new TestbedException("The go command cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("Interrupted while waiting for go", e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new TestbedException("Cannot read " + file, e);
        }
    }
}
