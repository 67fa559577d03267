package io.meshfed.testbed.live;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.testbed.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Who answered how much, before and after: live tests leave it in {@code target/shares}, and {@link #main} draws {@code
 * docs/shares.svg} of that.
 */
public final class SharePicture {
    private static final Path FOLDER = Repository.root().resolve("target/shares");
    private static final Map<String, List<String>> COLOURS = Map.of(
            "east", List.of("#1f5fa8", "#5b92cf", "#a3c4e8"),
            "west", List.of("#b3541e", "#dd8a52", "#f3c19d"));
    private static final int BAR_START = 380;
    private static final int BAR_LENGTH = 500;
    private static final int BAR_HEIGHT = 22;
    private static final int ROW_HEIGHT = 30;
    private static final int TITLE_HEIGHT = 34;

    /** The sections of the seed in which shares are counted. */
    public enum Section {
        /** A remote service, and one that both meshes have. */
        IMPORT_AS_LOCAL("Import as local"),
        /** Two pods at home. */
        SCALE_LOCAL("Scale local to 2"),
        /** Three pods behind the gateway. */
        SCALE_REMOTE("Scale remote to 3, one client"),
        /** A remote with two pods. */
        WEIGHT("Weight by remote replicas: 1 pod in east, 2 in west"),
        /** Who goes first. */
        LOCALITY("Locality");

        private final String title;

        Section(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /**
     * One bar.
     *
     * @param section under which it stands
     * @param step its place there, from 0
     * @param words what was set
     * @param byPod answers by who gave them
     */
    record Row(Section section, int step, String words, Map<String, Integer> byPod) {
        /** Pods in the order of their names, so those of a mesh are together. */
        Row {
            byPod = new TreeMap<>(byPod);
        }
    }

    private SharePicture() {}

    /**
     * Leaves what was counted for the picture; the last run of a test stands.
     *
     * @param section under which it stands
     * @param step its place there, from 0
     * @param words what was set, in a few words
     */
    public static void record(Section section, int step, String words, Answers answers) {
        try {
            Files.writeString(
                    Files.createDirectories(FOLDER).resolve(section + "-" + step + ".json"),
                    Serialization.asJson(new Row(section, step, words, answers.byPod())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Draws {@code docs/shares.svg} in the folder that is the argument, from what the last live run has left. */
    public static void main(String[] arguments) throws IOException {
        List<Row> rows;
        try (Stream<Path> files = Files.list(FOLDER)) {
            rows = files.sorted().map(SharePicture::read).toList();
        }
        Files.writeString(Path.of(arguments[0]).resolve("docs/shares.svg"), svg(rows));
    }

    private static Row read(Path file) {
        try {
            return Serialization.unmarshal(Files.readString(file), Row.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The picture: a title for each section, a bar for each row, a piece of it for each pod. */
    static String svg(List<Row> rows) {
        StringBuilder drawn = new StringBuilder();
        int y = 0;
        for (Section section : Section.values()) {
            List<Row> own = rows.stream().filter(r -> r.section() == section).toList();
            if (own.isEmpty()) {
                continue;
            }
            drawn.append(text(10, y + TITLE_HEIGHT - 12, "font-weight=\"bold\"", section.title()));
            y += TITLE_HEIGHT;
            for (Row row : own) {
                drawn.append(text(20, y + 16, "", row.words())).append(bar(row, y));
                y += ROW_HEIGHT;
            }
        }
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" \
                role="img" font-family="sans-serif" font-size="13">
                <!-- Generated from a live run by ./mvnw -Pshares verify -->
                <title>Who answered a client in east: share of each pod, counted in a live run</title>
                <rect width="%1$d" height="%2$d" fill="white"/>
                %3$s</svg>
                """
                .formatted(BAR_START + BAR_LENGTH + 20, y + 16, drawn);
    }

    private static String bar(Row row, int y) {
        int all = row.byPod().values().stream().mapToInt(Integer::intValue).sum();
        Map<String, Integer> seen = new TreeMap<>();
        List<String> pieces = new ArrayList<>();
        double x = BAR_START;
        for (Map.Entry<String, Integer> pod : row.byPod().entrySet()) {
            String mesh = pod.getKey().substring(0, pod.getKey().indexOf('/'));
            int number = seen.merge(mesh, 1, Integer::sum);
            double share = (double) pod.getValue() / all;
            List<String> colours = COLOURS.get(mesh);
            pieces.add(String.format(
                    Locale.ROOT,
                    "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\" stroke=\"white\"/>\n",
                    x,
                    y,
                    share * BAR_LENGTH,
                    BAR_HEIGHT,
                    colours.get((number - 1) % colours.size())));
            String fill = number == 1 ? "fill=\"white\"" : "fill=\"black\"";
            pieces.add(text((int) x + 6, y + 16, fill, "%s %.0f %%".formatted(mesh, share * 100)));
            x += share * BAR_LENGTH;
        }
        return String.join("", pieces);
    }

    private static String text(int x, int y, String attributes, String words) {
        String escaped = words.replace("&", "&amp;").replace("<", "&lt;");
        return "<text x=\"%d\" y=\"%d\" %s>%s</text>\n".formatted(x, y, attributes, escaped);
    }
}
