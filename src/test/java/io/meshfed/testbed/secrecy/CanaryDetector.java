package io.meshfed.testbed.secrecy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Finds pieces of any of thousands of canaries in one pass over a text: a piece of {@value #WINDOW} bytes is known by its
 * rolling hash. Of each encoding every fourth window is stored, so a piece of 23 bytes is always found.
 */
final class CanaryDetector {
    private static final int WINDOW = 20;
    private static final int STRIDE = 4;
    private static final int BITS = 24;
    private static final int CHUNK = 1 << 20;
    private static final long BASE = 0x9E3779B97F4A7C15L;
    private static final long LEAVING = power(WINDOW);

    private final BitSet sieve = new BitSet(1 << BITS);
    private final Map<Long, String> canaries = new HashMap<>();

    /** Adds a canary to search for. */
    void add(Canary canary) {
        for (byte[] spelling : canary.spellings()) {
            for (int begin = 0; begin + WINDOW <= spelling.length; begin += STRIDE) {
                long hash = 0;
                for (int i = begin; i < begin + WINDOW; i++) {
                    hash = hash * BASE + spelling[i];
                }
                sieve.set(slot(hash));
                canaries.putIfAbsent(hash, canary.id());
            }
        }
    }

    /** The ids of the canaries of which the text contains a piece. */
    Set<String> in(byte[] text) {
        return in(text, 0, text.length);
    }

    /** The same for a part of it. */
    Set<String> in(byte[] text, int from, int to) {
        Set<String> found = Set.of();
        long hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash * BASE + text[i];
            if (i - from >= WINDOW) {
                hash -= text[i - WINDOW] * LEAVING;
            }
            if (sieve.get(slot(hash))) {
                String canary = canaries.get(hash);
                if (canary != null) {
                    found = found.isEmpty() ? new LinkedHashSet<>() : found;
                    found.add(canary);
                }
            }
        }
        return found;
    }

    /** The same for a text as it would be in UTF-8. */
    Set<String> in(String text) {
        return in(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The same for a file of any size. */
    Set<String> in(Path file) throws IOException {
        Set<String> found = new LinkedHashSet<>();
        byte[] chunk = new byte[CHUNK];
        try (InputStream stream = Files.newInputStream(file)) {
            int kept = 0;
            for (int read; (read = stream.readNBytes(chunk, kept, CHUNK - kept)) > 0; ) {
                int end = kept + read;
                found.addAll(in(chunk, 0, end));
                kept = Math.min(WINDOW - 1, end);
                System.arraycopy(chunk, end - kept, chunk, 0, kept);
            }
        }
        return found;
    }

    private static int slot(long hash) {
        return (int) ((hash * 0xD6E8FEB86659FD93L) >>> (Long.SIZE - BITS));
    }

    private static long power(int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= BASE;
        }
        return power;
    }
}
