package io.meshfed.testbed.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mounted Secrets change as a whole, by one link. */
class AtomicFolderTest {

    @TempDir
    Path folder;

    @Test
    void allFilesChangeTogether() throws IOException {
        AtomicFolder.write(folder, files(Map.of("a", "1", "gone", "x")));
        Path first = folder.resolve("..data").toRealPath();

        AtomicFolder.write(folder, files(Map.of("a", "2", "deep/b", "3")));

        assertThat(seen()).isEqualTo(Map.of("a", "2", "deep", "folder"));
        assertThat(folder.resolve("deep/b")).hasContent("3");
        assertThat(folder.resolve("a").toRealPath().getParent())
                .isEqualTo(folder.resolve("..data").toRealPath());
        assertThat(first).doesNotExist();
    }

    @Test
    void theSameContentIsNotWrittenAgain() throws IOException {
        AtomicFolder.write(folder, files(Map.of("a", "1")));
        Path first = folder.resolve("..data").toRealPath();

        AtomicFolder.write(folder, files(Map.of("a", "1")));

        assertThat(folder.resolve("..data").toRealPath()).isEqualTo(first);
    }

    private Map<String, String> seen() throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(p -> !p.getFileName().toString().startsWith(".."))
                    .collect(Collectors.toMap(p -> p.getFileName().toString(), AtomicFolderTest::content));
        }
    }

    private static String content(Path path) {
        try {
            return Files.isDirectory(path) ? "folder" : Files.readString(path);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static SortedMap<String, byte[]> files(Map<String, String> texts) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        texts.forEach((name, text) -> files.put(name, text.getBytes(StandardCharsets.UTF_8)));
        return files;
    }
}
