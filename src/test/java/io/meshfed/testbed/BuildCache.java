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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * What is built once per machine from pinned sources, and kept in
 * {@code ${MESHFED_CACHE:-${XDG_CACHE_HOME:-~/.cache}/meshfed}/<name>/<hash of the sources>}. Each thing has sources of
 * its own, so that a change of one builds no other one again.
 */
public final class BuildCache {

    /** A file lock belongs to the whole JVM, so threads need locks of their own; by file. */
    private static final Map<Path, Lock> THREADS = new ConcurrentHashMap<>();

    private final Path root;
    private final Path repository;

    BuildCache(Path root, Path repository) {
        this.root = root;
        this.repository = repository;
    }

    /** How a thing is made. */
    @FunctionalInterface
    public interface Recipe {

        /** Fills a folder that is empty. It gets its final name, and is seen by others, when this has returned. */
        void fill(Path folder) throws IOException;
    }

    /**
     * A filled folder, filled now if this machine does not have it. Several threads and several JVMs may ask at once:
     * one fills, the others wait for it. Different things are built one after the other too, because each build alone
     * keeps every core busy.
     *
     * @param name of the thing
     * @param sources on what the result depends, relative to the repository: files, and folders of which whatever the
     *     go command compiles counts
     * @param recipe what makes the thing
     * @throws TestbedException in one sentence, when the recipe says so or the cache folder cannot be used
     */
    public static Path ensure(String name, List<String> sources, Recipe recipe) {
        return new BuildCache(rootOfThisUser(), Repository.root()).get(name, sources, recipe);
    }

    /** See {@link #ensure}. */
    Path get(String name, List<String> sources, Recipe recipe) {
        try {
            Path home = root.resolve(name).resolve(fingerprint(sources));
            if (!Files.isDirectory(home)) {
                Files.createDirectories(home.getParent());
                // A thing's own lock comes first: who waits for a thing is not to wait for the next one as well.
                locked(home.resolveSibling(".lock"), "builds " + name, () -> {
                    if (!Files.isDirectory(home)) {
                        locked(root.resolve(".lock"), "builds something else", () -> fill(home, recipe));
                    }
                });
            }
            return home;
        } catch (IOException e) {
            throw new TestbedException("Cannot use the cache folder of the testbed (set MESHFED_CACHE to another)", e);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void locked(Path file, String whatTheOtherDoes, Work work) throws IOException {
        Lock threads = THREADS.computeIfAbsent(file, key -> new ReentrantLock());
        threads.lock();
        try (FileChannel processes = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // Held until the channel closes; released by the system if this JVM dies.
            if (processes.tryLock() == null) {
                System.err.println("testbed: waiting for another process that " + whatTheOtherDoes);
                processes.lock();
            }
            work.run();
        } finally {
            threads.unlock();
        }
    }

    private static void fill(Path home, Recipe recipe) throws IOException {
        Path unfinished = Files.createTempDirectory(home.getParent(), "unfinished-");
        try {
            recipe.fill(unfinished);
            Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Folders.delete(unfinished);
        }
    }

    private static Path rootOfThisUser() {
        return Optional.ofNullable(System.getenv("MESHFED_CACHE"))
                .map(Path::of)
                .orElseGet(() -> Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                        .map(Path::of)
                        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
                        .resolve("meshfed"))
                .toAbsolutePath();
    }

    private String fingerprint(List<String> sources) throws IOException {
        MessageDigest digest = sha256();
        for (String source : sources) {
            for (Path file : filesOf(repository.resolve(source))) {
                digest.update(repository.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                digest.update(Files.readAllBytes(file));
            }
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    }

    private static List<Path> filesOf(Path source) throws IOException {
        if (Files.isRegularFile(source)) {
            return List.of(source);
        }
        try (Stream<Path> files = Files.walk(source)) {
            return files.filter(BuildCache::isCompiled).sorted().toList();
        }
    }

    private static boolean isCompiled(Path file) {
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
