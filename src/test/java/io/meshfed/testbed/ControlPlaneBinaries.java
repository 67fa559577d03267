package io.meshfed.testbed;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a test cluster is made of, built once per machine from the Go modules in {@code src/testbed} and kept in
 * {@code ${MESHFED_CACHE:-${XDG_CACHE_HOME:-~/.cache}/meshfed}/testbed/<hash of the modules>}.
 *
 * @param etcd the etcd binary
 * @param kubeApiServer the kube-apiserver binary
 * @param kubeControllerManager the kube-controller-manager binary
 * @param crds a folder with one JSON file per CRD: {@code istio/} and {@code gateway-api/}
 */
public record ControlPlaneBinaries(Path etcd, Path kubeApiServer, Path kubeControllerManager, Path crds) {

    private static final String VERSION_PACKAGE = "k8s.io/component-base/version";

    /**
     * The binaries, built now if this machine does not have them yet: several minutes, with progress on the terminal.
     * Several JVMs may ask at once; one builds and the others wait.
     *
     * @throws TestbedException in one sentence, when go is missing or too old, or a module cannot be fetched
     */
    public static synchronized ControlPlaneBinaries ensure() {
        Path sources = Repository.root().resolve("src/testbed");
        try {
            Path cache = cacheFolder();
            Path home = cache.resolve(fingerprint(sources));
            if (!Files.isDirectory(home)) {
                Files.createDirectories(cache);
                try (FileChannel lock =
                        FileChannel.open(cache.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                    // Held until the channel closes; released by the system if this JVM dies.
                    if (lock.tryLock() == null) {
                        System.err.println("testbed: waiting for another process that builds the control planes");
                        lock.lock();
                    }
                    if (!Files.isDirectory(home)) {
                        build(sources, cache, home);
                    }
                }
            }
            return new ControlPlaneBinaries(
                    home.resolve("etcd"),
                    home.resolve("kube-apiserver"),
                    home.resolve("kube-controller-manager"),
                    home.resolve("crds"));
        } catch (IOException e) {
            throw new TestbedException("Cannot use the cache folder of the testbed (set MESHFED_CACHE to another)", e);
        }
    }

    private static void build(Path sources, Path cache, Path home) throws IOException {
        GoModule controlPlane = new GoModule(sources.resolve("controlplane"));
        controlPlane.requireGo();
        Path unfinished = Files.createTempDirectory(cache, "unfinished-");
        try {
            CrdFiles.extract(new GoModule(sources.resolve("crds")), unfinished.resolve("crds"));
            new GoModule(sources.resolve("etcd")).build(unfinished, "", List.of("."), "etcd");
            controlPlane.build(
                    unfinished,
                    versionFlags(controlPlane.versionOf("k8s.io/kubernetes")),
                    List.of("./kube-apiserver", "./kube-controller-manager"),
                    "kube-apiserver and kube-controller-manager");
            Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Folders.delete(unfinished);
        }
    }

    /** Without them the API server calls itself v0.0.0-master, which clients that compare versions dislike. */
    private static String versionFlags(String version) {
        String[] parts = version.substring(1).split("\\.");
        return Stream.of(
                        Map.entry("gitVersion", version),
                        Map.entry("gitMajor", parts[0]),
                        Map.entry("gitMinor", parts[1]))
                .map(flag -> "-X " + VERSION_PACKAGE + "." + flag.getKey() + "=" + flag.getValue())
                .reduce("", (all, flag) -> all + " " + flag);
    }

    private static Path cacheFolder() {
        Path caches = Optional.ofNullable(System.getenv("MESHFED_CACHE"))
                .map(Path::of)
                .orElseGet(() -> Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                        .map(Path::of)
                        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
                        .resolve("meshfed"));
        return caches.resolve("testbed").toAbsolutePath();
    }

    private static String fingerprint(Path sources) throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files.filter(ControlPlaneBinaries::isSource)
                    .filter(file -> !file.startsWith(sources.resolve("netbed")))
                    .sorted()
                    .toList()) {
                digest.update(sources.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                digest.update(Files.readAllBytes(file));
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static boolean isSource(Path file) {
        String name = file.getFileName().toString();
        return name.equals("go.mod") || name.equals("go.sum") || name.endsWith(".go");
    }
}
