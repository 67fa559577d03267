package io.meshfed.testbed;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * How operators are started: as the image does it, with {@code java -jar}, until as many were started as come with a few
 * test classes. The others share what a JVM makes of the same jars, which is half of the work of a start: an archive of
 * classes (JEP 350), written meanwhile by an operator of its own. It knows only classes of the class path, so all jars are
 * on that.
 */
final class OperatorClasses {
    private static final int OF_A_FEW_CLASSES = 6;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Path APPLICATION =
            Repository.root().resolve("target/quarkus-app").toAbsolutePath();
    private static final Path JAR = APPLICATION.resolve("quarkus-run.jar");
    private static final Path ARCHIVE = APPLICATION.resolveSibling("operator.jsa");

    /** What makes an operator load what most of them load. */
    private static final String DECLARATION =
            """
            apiVersion: meshfed.io/v1alpha1
            kind: MeshFederation
            metadata: {name: classes}
            spec:
              mesh: {network: classes-network, trustDomain: classes.local}
              trust: {issuer: {secretName: mesh-root-ca, generate: true}}
            ---
            apiVersion: meshfed.io/v1alpha1
            kind: RemoteMesh
            metadata: {name: west}
            spec: {network: west-network, trustDomain: west.local, gateway: {addresses: [172.18.128.10]}}
            ---
            apiVersion: meshfed.io/v1alpha1
            kind: ImportedService
            metadata: {name: shop, namespace: default}
            spec:
              from: [{remote: west}]
              ports: [{name: http, port: 8080, appProtocol: http}]
              serviceAccounts: [shop]
            """;

    private static final AtomicInteger STARTED = new AtomicInteger();
    private static volatile Optional<Path> archive = Optional.empty();

    private OperatorClasses() {}

    /**
     * The command for the next operator.
     *
     * @throws TestbedException if the jar was not built
     */
    static List<String> command() {
        if (!Files.exists(JAR)) {
            throw new TestbedException("The operator's jar is missing; build it with: ./mvnw package -DskipUTs");
        }
        if (STARTED.incrementAndGet() == OF_A_FEW_CLASSES) {
            Thread writer = new Thread(OperatorClasses::write, "operator-classes");
            writer.setDaemon(true);
            writer.start();
        }
        return archive.map(file -> onClassPath("-XX:SharedArchiveFile=" + file))
                .orElse(List.of(Processes.java(), "-jar", JAR.toString()));
    }

    private static void write() {
        try {
            Path unfinished = ARCHIVE.resolveSibling("unfinished.jsa");
            try (Mesh mesh = Mesh.example(Cluster.start(ClusterOptions.named("classes")), "west", "172.18.64.")) {
                OperatorProcess operator = OperatorProcess.start(
                        mesh.cluster(),
                        mesh.installation(),
                        () -> onClassPath("-XX:ArchiveClassesAtExit=" + unfinished));
                mesh.cluster().applyYaml(DECLARATION);
                mesh.untilFederated();
                Mesh.until("the import", () -> Mesh.holds(mesh.imported("default", "shop"), "Ready"));
                operator.terminate(PATIENCE);
            }
            Files.move(unfinished, ARCHIVE, StandardCopyOption.ATOMIC_MOVE);
            archive = Optional.of(ARCHIVE);
        } catch (IOException | RuntimeException e) {
            System.err.println("testbed: operators start without an archive of classes: " + e.getMessage());
        }
    }

    private static List<String> onClassPath(String option) {
        return List.of(
                Processes.java(),
                option,
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-cp",
                String.join(File.pathSeparator, classPath()),
                "io.quarkus.runner.GeneratedMain");
    }

    /** In the order in which the jar's own loader looks: what the build has changed comes before what it was made of. */
    private static List<String> classPath() {
        List<String> jars = new ArrayList<>();
        for (String folder : List.of("quarkus", "app", "lib/main", "lib/boot")) {
            try (Stream<Path> files = Files.list(APPLICATION.resolve(folder))) {
                files.map(Path::toString)
                        .filter(file -> file.endsWith(".jar"))
                        .sorted()
                        .forEach(jars::add);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read " + APPLICATION.resolve(folder), e);
            }
        }
        return jars;
    }
}
