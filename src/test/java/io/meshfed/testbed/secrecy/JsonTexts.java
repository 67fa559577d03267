package io.meshfed.testbed.secrecy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** All strings in a JSON document: field names and values. */
final class JsonTexts {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonTexts() {}

    /**
     * One string.
     *
     * @param path as in a JSON pointer, but slashes in names stay what they are
     */
    record Leaf(String path, String text) {}

    /** All values, and all names of fields. */
    static Stream<Leaf> of(JsonNode document) {
        return under("", document);
    }

    private static Stream<Leaf> under(String path, JsonNode node) {
        if (node.isObject()) {
            return node.properties().stream()
                    .flatMap(field -> Stream.concat(
                            Stream.of(new Leaf(path, field.getKey())),
                            under(path + "/" + field.getKey(), field.getValue())));
        }
        if (node.isArray()) {
            int[] index = {0};
            return StreamSupport.stream(node.spliterator(), false)
                    .flatMap(item -> under(path + "/" + index[0]++, item));
        }
        return Stream.of(new Leaf(path, node.asText()));
    }

    /** Parses a document; a missing node if it is truncated, as the last line of a killed API server is. */
    static JsonNode parse(byte[] buffer, int from, int to) {
        try {
            return JSON.readTree(buffer, from, to - from);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
