package io.meshfed.testbed.secrecy;

import io.meshfed.testbed.secrecy.CanaryEncodings.Depth;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key or a token.
 *
 * @param id for messages, and the same wherever it is met: the begin of a SHA-256
 * @param spellings every way in which it could be written down
 */
record Canary(String id, List<byte[]> spellings) {
    /** What is shorter is no secret but an example. */
    private static final int LEAST = 20;

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----\\s+([A-Za-z0-9+/=\\s]+?)\\s*-----END ");
    private static final Pattern JWT = Pattern.compile("eyJ[\\w-]+\\.[\\w-]+\\.([\\w-]{20,})");
    private static final Pattern TOKEN = Pattern.compile("\\b(?:token|password)\"?: *\"?([^\\s\"]{20,})");
    private static final Pattern CLIENT_KEY = Pattern.compile("client-key-data\"?: *\"?([A-Za-z0-9+/=]+)");

    /** All that is private in a text: keys in PEM of any kind, tokens, and both in kubeconfigs. */
    static List<Canary> in(String text) {
        Map<String, Canary> found = new LinkedHashMap<>();
        for (Matcher pem = PEM.matcher(text); pem.find(); ) {
            keys(text, pem).forEach(canary -> found.putIfAbsent(canary.id(), canary));
        }
        for (Matcher key = CLIENT_KEY.matcher(text); key.find(); ) {
            in(decoded(key.group(1))).forEach(canary -> found.putIfAbsent(canary.id(), canary));
        }
        for (Matcher jwt = JWT.matcher(text); jwt.find(); ) {
            Canary canary = token(jwt.group(1));
            found.putIfAbsent(canary.id(), canary);
        }
        for (Matcher token = TOKEN.matcher(text); token.find(); ) {
            if (!JWT.matcher(token.group(1)).matches()) {
                Canary canary = token(token.group(1));
                found.putIfAbsent(canary.id(), canary);
            }
        }
        return List.copyOf(found.values());
    }

    /** One for each private number of the key; their places in the text depend on how it is written. */
    private static List<Canary> keys(String text, Matcher pem) {
        byte[] der = decoded(pem.group(1)).getBytes(StandardCharsets.ISO_8859_1);
        List<Canary> canaries = new ArrayList<>();
        for (byte[] number : PrivateNumbers.of(der)) {
            if (number.length >= LEAST) {
                String written = text.substring(
                        place(text, pem.start(1), PrivateNumbers.begin(der, number)),
                        place(text, pem.start(1), PrivateNumbers.begin(der, number) + number.length));
                List<byte[]> spellings = new ArrayList<>(CanaryEncodings.ofBytes(number));
                spellings.addAll(CanaryEncodings.ofText(written, Depth.TWICE_IN_BASE64));
                canaries.add(new Canary(id(number), spellings));
            }
        }
        return canaries;
    }

    /** Where in a text with line breaks that byte of a base64 body stands. */
    private static int place(String text, int begin, int offset) {
        int place = begin;
        for (int seen = 0, wanted = offset * 8 / 6; seen < wanted; place++) {
            seen += Character.isWhitespace(text.charAt(place)) ? 0 : 1;
        }
        return place;
    }

    private static Canary token(String secret) {
        return new Canary(
                id(secret.getBytes(StandardCharsets.UTF_8)), CanaryEncodings.ofText(secret, Depth.ONCE_IN_BASE64));
    }

    /** What stands in the data of a Secret, as bytes of a text. */
    static String decoded(String base64) {
        try {
            return new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
            // Tests write what is no base64 too.
            return "";
        }
    }

    private static String id(byte[] secret) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(secret), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
