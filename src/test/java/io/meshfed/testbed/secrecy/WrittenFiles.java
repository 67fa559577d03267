package io.meshfed.testbed.secrecy;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What processes wrote into the folder of a cluster: logs, temporary files, what a JVM leaves when it crashes. They still run:
 * a file that goes meanwhile is none.
 */
final class WrittenFiles {
    /** What the testbed itself keeps there; the volumes of pods are where Secrets belong. */
    private static final Set<String> OF_THE_TESTBED =
            Set.of("etcd", "audit.log", "tokens.csv", "server.key", "service-account.key", "pods");

    private final Path folder;

    private WrittenFiles(Path folder) {
        this.folder = folder;
    }

    static WrittenFiles in(Path folder) {
        return new WrittenFiles(folder);
    }

    /** What is done with a file. */
    interface Reader {
        void read(Path file) throws IOException;
    }

    void each(Reader reader) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
                return isOfTheTestbed(visited) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() && !isOfTheTestbed(file)) {
                    try {
                        reader.read(file);
                    } catch (NoSuchFileException e) {
                        return FileVisitResult.CONTINUE;
                    }
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure == null || failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
    }

    private boolean isOfTheTestbed(Path file) {
        Path relative = folder.relativize(file);
        return OF_THE_TESTBED.contains(relative.getName(0).toString())
                || file.toString().endsWith(".kubeconfig");
    }
}
