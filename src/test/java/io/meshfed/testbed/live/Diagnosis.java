package io.meshfed.testbed.live;

import io.meshfed.testbed.TestbedException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The output after a failed test: the ends of all logs, and the endpoints that the proxies know. */
final class Diagnosis {
    private static final int LINES = 25;
    private static final List<String> OF_THE_CLUSTER = List.of("operator", "netbed");

    private final LiveMeshes meshes;

    private Diagnosis(LiveMeshes meshes) {
        this.meshes = meshes;
    }

    static Diagnosis of(LiveMeshes meshes) {
        return new Diagnosis(meshes);
    }

    void print(PrintStream out) {
        for (LiveMesh mesh : meshes.all()) {
            out.println(
                    "==== mesh " + mesh.name() + ", logs in " + mesh.cluster().folder());
            OF_THE_CLUSTER.forEach(name -> tail(out, mesh.cluster().folder().resolve(name + ".log")));
            mesh.kubelet().pods().forEach(pod -> pod(out, pod));
        }
    }

    private static void pod(PrintStream out, RunningPod pod) {
        try (Stream<Path> files = Files.list(pod.sandbox().folder())) {
            files.filter(file -> file.toString().endsWith(".log"))
                    .filter(file -> !file.getFileName().toString().startsWith("app"))
                    .sorted()
                    .forEach(file -> tail(out, file));
        } catch (IOException e) {
            out.println("---- pod " + pod.sandbox().name() + " has no logs: " + e);
        }
        if (pod.hasProxy()) {
            try {
                out.println("---- endpoints that " + pod.sandbox().name() + " knows");
                new ProxyView(pod)
                        .page("/clusters")
                        .lines()
                        .filter(line -> line.startsWith("outbound") && line.contains("::health_flags::"))
                        .filter(line -> !line.contains(".istio-system.") && !line.contains("kubernetes.default"))
                        .forEach(out::println);
            } catch (TestbedException e) {
                out.println(e.getMessage());
            }
        }
    }

    private static void tail(PrintStream out, Path log) {
        if (!Files.exists(log)) {
            return;
        }
        out.println("---- the end of " + log);
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            List<String> all = lines.toList();
            all.subList(Math.max(0, all.size() - LINES), all.size()).forEach(out::println);
        } catch (IOException e) {
            out.println("cannot be read: " + e);
        }
    }
}
