package io.meshfed.trust.x509;

import io.meshfed.api.condition.CaDefect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PEM, read strictly (RFC 7468): there may be text before a block, as {@code openssl x509 -text} writes it, but none after
 * the last one.
 */
public final class Pem {
    public static final int MAX_BYTES = 64 * 1024;
    public static final int MAX_BUNDLE_BYTES = 256 * 1024;
    public static final String CERTIFICATE = "CERTIFICATE";

    private static final Pattern CERTIFICATE_BLOCK =
            Pattern.compile("-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]++)-----END CERTIFICATE-----");
    private static final Pattern BEGIN_LINE = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----");
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    private Pem() {}

    /**
     * One block.
     *
     * @param type the label, such as {@code CERTIFICATE}
     * @param der the decoded body
     * @param start index of its first character in the text
     * @param end index after its last character, the end of line included
     */
    public record Block(String type, byte[] der, int start, int end) {
        public boolean isPrivateKey() {
            return type.endsWith("PRIVATE KEY");
        }

        /** Leaves the body out: it may be a private key. */
        @Override
        public String toString() {
            return "Block[type=" + type + "]";
        }
    }

    /** Text of a field; Latin-1, so that an index in the text is an index in the bytes. */
    public static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Writes one block, 64 columns, each line ended by a newline. */
    static String write(String type, byte[] der) {
        return BEGIN + type + DASHES + "\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n" + END + type + DASHES + "\n";
    }

    /**
     * Reads all blocks.
     *
     * @param field what the text is, for the message
     * @throws RefusedMaterialException if it is too large, or has no block, a broken block or text after the last one
     */
    public static List<Block> read(String field, byte[] input, int maxBytes) throws RefusedMaterialException {
        if (input.length == 0) {
            throw new RefusedMaterialException(CaDefect.FieldMissing, field + " is missing or empty");
        }
        if (input.length > maxBytes) {
            throw new RefusedMaterialException(
                    CaDefect.TooLarge,
                    field + " has " + input.length + " bytes, more than the " + maxBytes + " that are read");
        }
        String text = text(input);
        List<Block> blocks = new ArrayList<>();
        boolean garbage = false;
        int at = 0;
        while (at < text.length()) {
            int next = endOfLine(text, at);
            String line = text.substring(at, next).stripTrailing();
            if (line.startsWith(BEGIN)) {
                Block block = block(field, text, at, next, line);
                blocks.add(block);
                garbage = false;
                next = block.end();
            } else if (line.contains(BEGIN.strip()) || line.contains(END.strip())) {
                throw malformed(field, "it has a BEGIN or END line in the wrong place");
            } else if (!line.isBlank()) {
                garbage = true;
            }
            at = next;
        }
        if (blocks.isEmpty()) {
            throw new RefusedMaterialException(
                    CaDefect.NotPem, field + " holds no PEM block; expected -----BEGIN ...-----");
        }
        if (garbage) {
            throw new RefusedMaterialException(
                    CaDefect.TrailingGarbage, field + " has text after its last PEM block; remove that text");
        }
        return List.copyOf(blocks);
    }

    /** The decoded bodies of all readable CERTIFICATE blocks, whatever is around them. */
    static List<byte[]> certificatesAnywhere(byte[] input) {
        List<byte[]> bodies = new ArrayList<>();
        Matcher block = CERTIFICATE_BLOCK.matcher(text(input));
        while (block.find()) {
            try {
                bodies.add(Base64.getDecoder().decode(block.group(1).replaceAll("\\s", "")));
            } catch (IllegalArgumentException e) {
                // Not base64, so not readable.
            }
        }
        return bodies;
    }

    /**
     * All readable blocks, whatever is around them.
     *
     * @param unreadable called for each BEGIN line that begins no readable block
     */
    public static List<Block> blocksAnywhere(String text, Runnable unreadable) {
        List<Block> blocks = new ArrayList<>();
        Matcher begin = BEGIN_LINE.matcher(text);
        while (begin.find()) {
            String end = END + begin.group(1) + DASHES;
            // Base64 has no dashes, so the next ones are the END line, or there is none. Nothing is read twice.
            int stop = text.indexOf(DASHES, begin.end());
            try {
                if (stop < 0 || !text.startsWith(end, stop)) {
                    throw new IllegalArgumentException("no END line");
                }
                String body = text.substring(begin.end(), stop).replaceAll("\\s", "");
                blocks.add(new Block(
                        begin.group(1), Base64.getDecoder().decode(body), begin.start(), stop + end.length()));
            } catch (IllegalArgumentException e) {
                unreadable.run();
            }
        }
        return blocks;
    }

    private static Block block(String field, String text, int start, int bodyStart, String beginLine)
            throws RefusedMaterialException {
        if (!beginLine.endsWith(DASHES) || beginLine.length() <= BEGIN.length() + DASHES.length()) {
            throw malformed(field, "a BEGIN line does not end with five dashes");
        }
        String type = beginLine.substring(BEGIN.length(), beginLine.length() - DASHES.length());
        StringBuilder body = new StringBuilder();
        int at = bodyStart;
        while (at < text.length()) {
            int next = endOfLine(text, at);
            String line = text.substring(at, next).strip();
            if (line.equals(END + type + DASHES)) {
                return new Block(type, decode(field, body.toString()), start, next);
            }
            if (line.startsWith("Proc-Type:") && line.contains("ENCRYPTED")) {
                throw new RefusedMaterialException(
                        CaDefect.KeyEncrypted,
                        field + " holds an encrypted key; store it without a password, which istiod"
                                + " could not enter");
            }
            if (line.startsWith("-----") || line.contains(":")) {
                throw malformed(field, "a block has content other than base64, or no matching END line");
            }
            body.append(line);
            at = next;
        }
        throw malformed(field, "a block has no END line");
    }

    private static byte[] decode(String field, String body) throws RefusedMaterialException {
        try {
            return Base64.getDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw malformed(field, "a block is not base64");
        }
    }

    private static int endOfLine(String text, int from) {
        int newline = text.indexOf('\n', from);
        return newline < 0 ? text.length() : newline + 1;
    }

    private static RefusedMaterialException malformed(String field, String what) {
        return new RefusedMaterialException(CaDefect.MalformedPem, field + " is broken PEM: " + what);
    }
}
