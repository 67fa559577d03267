package io.meshfed.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One YAML of {@code src/test/resources/crd-cases/<plural>/<accepted|rejected>}. A rejected case names the constraint that it
 * breaks ({@code # covers: <path> <keyword>}, for a rule {@code # covers: <path> rule: <start of its message>}) and what the
 * answer must hold ({@code # expect: <words>}). A pair {@code x.1.yaml}, {@code x.2.yaml} is an object and a forbidden
 * change of it.
 *
 * @param name of the file, without {@code .2.yaml}
 * @param before the object as it was, empty for a case of one file
 * @param document what is sent
 */
record CrdCase(
        String plural,
        String name,
        List<ObjectNode> before,
        ObjectNode document,
        List<String> covers,
        List<String> expect) {
    private static final Path FOLDER = Path.of("src/test/resources/crd-cases");

    /** The cases of one kind. */
    static List<CrdCase> accepted(String plural) {
        return read(plural, "accepted");
    }

    /** The cases of one kind. */
    static List<CrdCase> rejected(String plural) {
        return read(plural, "rejected");
    }

    /** The document that has every field of a kind. */
    static ObjectNode full(String plural) {
        return accepted(plural).stream()
                .filter(each -> each.name().equals("full"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("crd-cases/" + plural + "/accepted/full.yaml is missing"))
                .document();
    }

    @Override
    public String toString() {
        return plural + "/" + name;
    }

    private static List<CrdCase> read(String plural, String verdict) {
        Path folder = FOLDER.resolve(plural).resolve(verdict);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<CrdCase> cases = new ArrayList<>();
            for (Path file : files.filter(f -> !f.toString().endsWith(".1.yaml"))
                    .sorted()
                    .toList()) {
                cases.add(read(plural, file));
            }
            return cases;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CrdCase read(String plural, Path file) throws IOException {
        String name = file.getFileName().toString().replaceFirst("(\\.2)?\\.yaml$", "");
        Path before = file.resolveSibling(name + ".1.yaml");
        return new CrdCase(
                plural,
                name,
                Files.exists(before) ? List.of(parse(before)) : List.of(),
                parse(file),
                comments(file, "# covers: "),
                comments(file, "# expect: "));
    }

    private static ObjectNode parse(Path file) throws IOException {
        return (ObjectNode) CrdYaml.YAML.readTree(Files.readString(file));
    }

    private static List<String> comments(Path file, String start) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .toList();
    }
}
