package io.meshfed.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/** The output of the demo on the terminal: numbered chapters, kubectl commands with their output, and checks. */
final class Console {
    private final PrintStream out;
    private int chapter;

    Console(PrintStream out) {
        this.out = out;
    }

    void chapter(String title) {
        chapter++;
        out.printf("%n━━ %d. %s%n%n", chapter, title);
    }

    void say(String text) {
        Arrays.stream(text.split("\n")).forEach(line -> out.println("   " + line));
    }

    /** A command that a user would type, and its output. */
    void command(String command, String output) {
        out.println();
        out.println("   $ " + command);
        Arrays.stream(output.split("\n")).forEach(line -> out.println("     " + line));
        out.println();
    }

    void took(String what, Duration time) {
        out.printf(Locale.ROOT, "   ✓ %s: %s%n", what, time(time));
    }

    static String time(Duration time) {
        return time.toMillis() < 10_000
                ? time.toMillis() + " ms"
                : String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }

    void checked(String fact) {
        out.println("   ✓ " + fact);
    }
}
