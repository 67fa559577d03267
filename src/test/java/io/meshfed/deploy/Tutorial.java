package io.meshfed.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code docs/tutorial.md} as a user runs it, who copies its blocks into a shell.
 *
 * @param blocks everything between three backticks, in order
 */
record Tutorial(List<Tutorial.Block> blocks) {
    /** The tutorial. */
    static final Path FILE = Path.of("docs/tutorial.md");

    /** The two trust models, by the headings of what is done for one of them only. */
    static final List<String> TRUST_MODELS = List.of("Common root", "Different roots");

    private static final Pattern HEADING = Pattern.compile("(#+) (.*)");
    private static final Pattern HERE_DOCUMENT = Pattern.compile("(?ms)<<EOF\n(.*?)^EOF$");

    /**
     * A block.
     *
     * @param heading the nearest above
     * @param headings that one and those that it stands under
     * @param language what is written beside the backticks; empty for what a command prints
     * @param line of the backticks
     */
    record Block(String heading, List<String> headings, String language, int line, String text) {
        boolean isShell() {
            return language.equals("shell");
        }

        /** Whether a user who chose that trust model runs it. */
        boolean isFor(String trustModel) {
            return headings.stream().noneMatch(h -> TRUST_MODELS.contains(h) && !h.equals(trustModel));
        }

        /** The YAML that is given to commands in it. */
        List<String> hereDocuments() {
            return HERE_DOCUMENT.matcher(text).results().map(m -> m.group(1)).toList();
        }

        @Override
        public String toString() {
            return FILE + ":" + line + " (" + heading + ")";
        }
    }

    static Tutorial read() {
        try {
            return parse(Files.readAllLines(FILE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Tutorial parse(List<String> lines) {
        List<Block> blocks = new ArrayList<>();
        Deque<String> headings = new ArrayDeque<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher heading = HEADING.matcher(lines.get(i));
            if (lines.get(i).startsWith("```")) {
                int start = i++;
                StringBuilder text = new StringBuilder();
                while (!lines.get(i).equals("```")) {
                    text.append(lines.get(i++)).append('\n');
                }
                blocks.add(new Block(
                        headings.getLast(),
                        List.copyOf(headings),
                        lines.get(start).substring(3),
                        start + 1,
                        text.toString()));
            } else if (heading.matches()) {
                while (headings.size() >= heading.group(1).length()) {
                    headings.removeLast();
                }
                headings.addLast(heading.group(2));
            }
        }
        return new Tutorial(List.copyOf(blocks));
    }

    /** What a user who chose that trust model runs, and the expected output in between. */
    List<Block> walk(String trustModel) {
        return blocks.stream().filter(block -> block.isFor(trustModel)).toList();
    }

    /** The shell blocks. */
    Stream<Block> shell() {
        return blocks.stream().filter(Block::isShell);
    }
}
