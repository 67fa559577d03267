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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Golden cases: a folder with {@code in-*} files, read by the test, and {@code out-*} files, which must be exactly what the
 * planner gives. {@code -Dgolden.write=true} writes the latter anew: read every one of them before committing. README.md
 * in the folder of all cases says how to add one.
 */
public final class Golden {
    private static final Path ROOT = Path.of("src/test/resources/golden");
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private Golden() {}

    /** The case folders of one kind ({@code imports}, {@code mesh}) whose names begin with a prefix; never none. */
    public static Stream<Path> cases(String kind, String prefix) {
        try (Stream<Path> files = Files.list(ROOT.resolve(kind))) {
            List<Path> cases = files.filter(Files::isDirectory)
                    .filter(folder -> folder.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList();
            assertThat(cases)
                    .as("cases " + prefix + "* in " + ROOT.resolve(kind))
                    .isNotEmpty();
            return cases.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of a case; failing that, the file of that name that all cases of the kind share. */
    public static Optional<String> text(Path folder, String file) {
        return Stream.of(folder.resolve(file), folder.resolveSibling(file))
                .filter(Files::exists)
                .findFirst()
                .map(Golden::readString);
    }

    /** A file that every case of the kind has. */
    public static <T> T read(Path folder, String file, Class<T> type) {
        return YAML.unmarshal(text(folder, file).orElseThrow(), type);
    }

    /** Every document of one kind in a file of several; none if there is no such file. */
    public static <T> List<T> readAll(Path folder, String file, String kind, Class<T> type) {
        return parseAll(text(folder, file).orElse(""), kind, type);
    }

    /** Every document of one kind in a text of several. */
    public static <T> List<T> parseAll(String yaml, String kind, Class<T> type) {
        return Arrays.stream(yaml.split("(?m)^---\\s*$"))
                .filter(document -> ("\n" + document + "\n").contains("\nkind: " + kind + "\n"))
                .map(document -> YAML.unmarshal(document, type))
                .toList();
    }

    /**
     * Compares every {@code out-*} file of a case with what came out; neither side may have one more.
     *
     * @param outputs by file, an object or a list of objects; an empty list is no file
     */
    public static void verify(Path folder, Map<String, ?> outputs) {
        Map<String, String> actual = new TreeMap<>();
        outputs.forEach((file, value) -> {
            String text = value instanceof List<?> documents
                    ? documents.stream().map(YAML::asYaml).collect(Collectors.joining())
                    : YAML.asYaml(value);
            if (!text.isEmpty()) {
                actual.put(file, text);
            }
        });
        if (Boolean.getBoolean("golden.write")) {
            write(folder, actual);
        }
        assertThat(actual).as(folder.getFileName().toString()).isEqualTo(outputsOf(folder));
    }

    private static Map<String, String> outputsOf(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            Map<String, String> outputs = new TreeMap<>();
            files.filter(file -> file.getFileName().toString().startsWith("out-"))
                    .forEach(file -> outputs.put(file.getFileName().toString(), readString(file)));
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

    private static String readString(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
