package io.meshfed.testbed.live;

import io.meshfed.testbed.Folders;
import io.meshfed.testbed.Repository;
import io.meshfed.testbed.TestbedException;
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
import java.util.Optional;
import java.util.stream.Stream;

/** What is made once per machine from pinned sources: {@code ${MESHFED_CACHE:-~/.cache/meshfed}/<name>/<hash of the sources>}. */
final class BuildCache {

    private BuildCache() {}

    /** Fills a folder that is empty. */
    interface Recipe {
        void fill(Path folder) throws IOException;
    }

    /**
     * A filled folder, filled now if this machine does not have it. Several JVMs may ask at once; one works, the others
     * wait.
     *
     * @param name of the thing
     * @param sources files, relative to the repository, on which the result depends; of a folder all that Go compiles
     */
    static Path ensure(String name, List<String> sources, Recipe recipe) {
        try {
            Path cache = root().resolve(name);
            Path home = cache.resolve(fingerprint(sources));
            if (!Files.isDirectory(home)) {
                Files.createDirectories(cache);
                try (FileChannel lock =
                        FileChannel.open(cache.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                    // Held until the channel closes; released by the system if this JVM dies.
                    lock.lock();
                    if (!Files.isDirectory(home)) {
                        fill(cache, home, recipe);
                    }
                }
            }
            return home;
        } catch (IOException e) {
            throw new TestbedException("Cannot use the cache folder of the testbed (set MESHFED_CACHE to another)", e);
        }
    }

    private static void fill(Path cache, Path home, Recipe recipe) throws IOException {
        Path unfinished = Files.createTempDirectory(cache, "unfinished-");
        try {
            recipe.fill(unfinished);
            Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Folders.delete(unfinished);
        }
    }

    private static Path root() {
        return Optional.ofNullable(System.getenv("MESHFED_CACHE"))
                .map(Path::of)
                .orElseGet(() -> Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                        .map(Path::of)
                        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
                        .resolve("meshfed"))
                .toAbsolutePath();
    }

    private static String fingerprint(List<String> sources) throws IOException {
        Path repository = Repository.root();
        MessageDigest digest = sha256();
        for (String source : sources) {
            try (Stream<Path> files = Files.walk(repository.resolve(source))) {
                for (Path file : files.filter(f -> f.equals(repository.resolve(source)) || isGo(f))
                        .filter(Files::isRegularFile)
                        .sorted()
                        .toList()) {
                    digest.update(repository.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                    digest.update(Files.readAllBytes(file));
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    }

    private static boolean isGo(Path file) {
        String name = file.getFileName().toString();
        return name.equals("go.mod") || name.equals("go.sum") || name.endsWith(".go") && !name.endsWith("_test.go");
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
