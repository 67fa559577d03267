package io.meshfed.testbed.secrecy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The encodings in which bytes and strings can appear in other text. */
final class CanaryEncodings {
    private CanaryEncodings() {}

    /** How often the whole may be wrapped in base64: the data of a Secret is once, a Secret in a Secret twice. */
    enum Depth {
        ONCE_IN_BASE64,
        TWICE_IN_BASE64
    }

    /**
     * As they are; in hex, in base64 of either alphabet, however what they stand in is cut into groups of three; as a number;
     * and as Java prints arrays.
     */
    static List<byte[]> ofBytes(byte[] bytes) {
        List<byte[]> spellings = new ArrayList<>();
        spellings.add(bytes);
        base64(bytes).forEach(base64 -> {
            spellings.add(base64);
            String urlSafe = text(base64).replace('+', '-').replace('/', '_');
            if (!urlSafe.equals(text(base64))) {
                spellings.add(bytes(urlSafe));
            }
        });
        String hex = HexFormat.of().formatHex(bytes);
        spellings.add(bytes(hex));
        spellings.add(bytes(hex.toUpperCase(Locale.ROOT)));
        spellings.add(bytes(HexFormat.ofDelimiter(":").formatHex(bytes)));
        spellings.add(bytes(new BigInteger(1, bytes).toString()));
        spellings.add(array(bytes));
        return spellings;
    }

    /** As it is, in base64, and its bytes one by one. */
    static List<byte[]> ofText(String text, Depth depth) {
        byte[] bytes = bytes(text);
        List<byte[]> spellings = new ArrayList<>(List.of(bytes));
        List<byte[]> once = base64(bytes);
        spellings.addAll(once);
        if (depth == Depth.TWICE_IN_BASE64) {
            once.forEach(base64 -> spellings.addAll(base64(base64)));
            spellings.add(array(bytes));
            spellings.add(bytes(HexFormat.of().formatHex(bytes)));
        }
        return spellings;
    }

    /** What can be foreseen of the base64 of something in which the bytes stand: it depends on what is in front of them. */
    private static List<byte[]> base64(byte[] bytes) {
        return IntStream.range(0, 3)
                .mapToObj(before -> {
                    byte[] padded = new byte[before + bytes.length];
                    System.arraycopy(bytes, 0, padded, before, bytes.length);
                    byte[] base64 = Base64.getEncoder().withoutPadding().encode(padded);
                    int shared = padded.length % 3 == 0 ? 0 : 1;
                    return Arrays.copyOfRange(base64, before == 0 ? 0 : before + 1, base64.length - shared);
                })
                .toList();
    }

    private static byte[] array(byte[] bytes) {
        String printed = Arrays.toString(bytes);
        return bytes(printed.substring(1, printed.length() - 1));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
