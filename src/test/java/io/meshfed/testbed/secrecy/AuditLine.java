package io.meshfed.testbed.secrecy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A request with its bodies, from the audit log of a test cluster. */
record AuditLine(JsonNode event) {
    private static final String TOKEN = "/responseObject/status/token";

    /** Those that hold answers: what {@link SecrecyCheck#AUDIT_POLICY} says of Secrets and tokens. */
    private static final byte[] WITH_ANSWER =
            "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"level\":\"RequestResponse\""
                    .getBytes(StandardCharsets.US_ASCII);

    /** Who may put keys wherever a test wants them: the test itself, the API server's own parts, istiod. */
    private static final Pattern OTHERS =
            Pattern.compile("admin|system:(?!serviceaccount:).*|system:serviceaccount:(istio-system|kube-system):.*");

    private static final Set<String> PUTTING = Set.of("create", "update", "patch");

    /** What is done with a line; it stands in a part of the array. */
    interface Reader {
        void read(byte[] buffer, int from, int to);
    }

    /**
     * Gives each whole line to a reader.
     *
     * @param from offset in the file
     * @return the offset behind the last whole line
     */
    static long each(Path file, long from, Reader reader) throws IOException {
        byte[] buffer = new byte[1 << 20];
        long position = from;
        try (InputStream log = Files.newInputStream(file)) {
            log.skipNBytes(from);
            int filled = 0;
            for (int read; (read = log.read(buffer, filled, buffer.length - filled)) > 0; ) {
                int searched = filled;
                filled += read;
                int begin = 0;
                for (int i = searched; i < filled; i++) {
                    if (buffer[i] == '\n') {
                        reader.read(buffer, begin, i);
                        begin = i + 1;
                    }
                }
                position += begin;
                System.arraycopy(buffer, begin, buffer, 0, filled - begin);
                filled -= begin;
                if (filled == buffer.length) {
                    buffer = Arrays.copyOf(buffer, 2 * buffer.length);
                }
            }
        }
        return position;
    }

    static boolean hasAnswer(byte[] buffer, int from, int to) {
        int end = from + WITH_ANSWER.length;
        return end < to && Arrays.equals(buffer, from, end, WITH_ANSWER, 0, WITH_ANSWER.length);
    }

    static AuditLine parse(byte[] buffer, int from, int to) {
        return new AuditLine(JsonTexts.parse(buffer, from, to));
    }

    String user() {
        return event.at("/user/username").asText();
    }

    /** Whether only an operator, also one that impersonates a user, can have sent it. */
    boolean isByOperator() {
        return !OTHERS.matcher(user()).matches();
    }

    Instant received() {
        return Instant.parse(event.path("requestReceivedTimestamp").asText());
    }

    /** The token that was asked for. */
    Optional<String> token() {
        return Optional.of(event.at(TOKEN).asText()).filter(token -> isTokenRequest() && !token.isEmpty());
    }

    /** What a Secret holds because of it, or would if it had been allowed: texts, not base64. */
    Map<String, List<String>> data() {
        Map<String, List<String>> data = new LinkedHashMap<>();
        if (isOfSecret() && PUTTING.contains(event.path("verb").asText())) {
            for (String body : List.of("requestObject", "responseObject")) {
                JsonNode object = event.path(body);
                object.path("data").properties().forEach(entry -> data.computeIfAbsent(
                                entry.getKey(), key -> new ArrayList<>())
                        .add(Canary.decoded(entry.getValue().asText())));
                object.path("stringData").properties().forEach(entry -> data.computeIfAbsent(
                                entry.getKey(), key -> new ArrayList<>())
                        .add(entry.getValue().asText()));
            }
        }
        return data;
    }

    boolean isTokenGivenAway(JsonTexts.Leaf leaf) {
        return isTokenRequest() && leaf.path().equals(TOKEN);
    }

    private boolean isOfSecret() {
        return resource().equals("secrets");
    }

    private boolean isTokenRequest() {
        return event.at("/objectRef/subresource").asText().equals("token");
    }

    /** The object that was asked for. */
    String object() {
        String named = event.at("/objectRef/name").asText();
        return object(
                event.at("/objectRef/apiGroup").asText(),
                resource(),
                event.at("/objectRef/namespace").asText(),
                named.isEmpty() ? event.at("/requestObject/metadata/name").asText() : named);
    }

    static String object(String group, String resource, String namespace, String name) {
        return resource + (group.isEmpty() ? "" : "." + group) + " " + (namespace.isEmpty() ? "" : namespace + "/")
                + name;
    }

    private String resource() {
        return event.at("/objectRef/resource").asText();
    }

    @Override
    public String toString() {
        return user() + " in its " + event.path("verb").asText() + " of " + object();
    }
}
