package io.meshfed.testbed.live;

import io.meshfed.testbed.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * Writes files so that a reader sees all of them old or all new, the way the kubelet does: files are links through
 * {@code ..data}, and that one link changes. Programs such as istiod watch for exactly this.
 */
final class AtomicFolder {
    private static final String DATA = "..data";

    private AtomicFolder() {}

    /** Does nothing where the content is the same already. */
    static void write(Path folder, SortedMap<String, byte[]> files) throws IOException {
        Optional<Path> before = Optional.of(folder.resolve(DATA)).filter(Files::isSymbolicLink);
        if (before.isPresent() && holds(before.get(), files)) {
            return;
        }
        Path content = Files.createTempDirectory(folder, "..");
        content.toFile().setExecutable(true, false);
        content.toFile().setReadable(true, false);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = content.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        Optional<Path> old = before.isPresent()
                ? Optional.of(folder.resolve(Files.readSymbolicLink(before.get())))
                : Optional.empty();
        Path link = folder.resolve("..data_tmp");
        Files.createSymbolicLink(link, content.getFileName());
        Files.move(link, folder.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
        link(folder, files);
        if (old.isPresent()) {
            Folders.delete(old.get());
        }
    }

    private static void link(Path folder, SortedMap<String, byte[]> files) throws IOException {
        for (String file : files.keySet()) {
            String top = file.split("/", 2)[0];
            if (!Files.isSymbolicLink(folder.resolve(top))) {
                Files.createSymbolicLink(folder.resolve(top), Path.of(DATA, top));
            }
        }
        try (Stream<Path> links = Files.list(folder)) {
            for (Path path : links.filter(Files::isSymbolicLink)
                    .filter(p -> !p.getFileName().toString().startsWith(".."))
                    .filter(p -> files.keySet().stream()
                            .noneMatch(f ->
                                    f.split("/", 2)[0].equals(p.getFileName().toString())))
                    .toList()) {
                Files.delete(path);
            }
        }
    }

    private static boolean holds(Path folder, SortedMap<String, byte[]> files) throws IOException {
        try (Stream<Path> present = Files.walk(folder.toRealPath())) {
            if (present.filter(Files::isRegularFile).count() != files.size()) {
                return false;
            }
        }
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            if (!Files.isRegularFile(path) || !Arrays.equals(Files.readAllBytes(path), file.getValue())) {
                return false;
            }
        }
        return true;
    }
}
