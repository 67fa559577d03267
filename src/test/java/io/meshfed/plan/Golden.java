package io.meshfed.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Golden cases: a folder with {@code in-*} files, read by the test, and {@code out-*} files, which must be exactly what the
 * planner gives. {@code -Dgolden.write=true} writes the latter anew: read every one of them before committing.
 */
public final class Golden {
    private static final Path ROOT = Path.of("src/test/resources/golden/mesh");
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private Golden() {}

    /** The case folders whose names begin with a prefix; never none. */
    public static Stream<Path> cases(String prefix) {
        try (Stream<Path> folders = Files.list(ROOT)) {
            List<Path> cases = folders.filter(
                            folder -> folder.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList();
            assertThat(cases).as("cases " + prefix + "* in " + ROOT).isNotEmpty();
            return cases.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Optional<String> text(Path folder, String file) {
        Path path = folder.resolve(file);
        try {
            return Files.exists(path) ? Optional.of(Files.readString(path)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static <T> T read(Path folder, String file, Class<T> type) {
        return YAML.unmarshal(text(folder, file).orElseThrow(), type);
    }

    /** Every document of one kind in a file of several; none if there is no such file. */
    public static <T> List<T> readAll(Path folder, String file, String kind, Class<T> type) {
        return parseAll(text(folder, file).orElse(""), kind, type);
    }

    public static <T> List<T> parseAll(String yaml, String kind, Class<T> type) {
        return Arrays.stream(yaml.split("(?m)^---$"))
                .filter(document -> document.contains("\nkind: " + kind + "\n"))
                .map(document -> YAML.unmarshal(document, type))
                .toList();
    }

    /** Compares every out-* file of a case with what came out; neither side may have one more. */
    public static void verify(Path folder, Map<String, ?> outputs) {
        Map<String, String> actual = new TreeMap<>();
        outputs.forEach((file, value) -> actual.put(file, YAML.asYaml(value)));
        if (Boolean.getBoolean("golden.write")) {
            write(folder, actual);
        }
        assertThat(actual).as(folder.getFileName().toString()).isEqualTo(outputsOf(folder));
    }

    private static Map<String, String> outputsOf(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            Map<String, String> outputs = new TreeMap<>();
            files.map(file -> file.getFileName().toString())
                    .filter(file -> file.startsWith("out-"))
                    .forEach(file -> outputs.put(file, text(folder, file).orElseThrow()));
            return outputs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path folder, Map<String, String> outputs) {
        try {
            for (String stale : outputsOf(folder).keySet()) {
                Files.delete(folder.resolve(stale));
            }
            for (Map.Entry<String, String> output : outputs.entrySet()) {
                Files.writeString(folder.resolve(output.getKey()), output.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
