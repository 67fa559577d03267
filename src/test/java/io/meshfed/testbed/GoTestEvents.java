package io.meshfed.testbed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Reads the lines of {@code go test -json}; see {@code go doc test2json} for their form. */
final class GoTestEvents implements Consumer<String> {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, StringBuilder> outputs = new HashMap<>();
    private final StringBuilder outside = new StringBuilder();
    private final List<GoTest> finished = new ArrayList<>();

    @Override
    public void accept(String line) {
        if (!line.startsWith("{")) {
            return; // the go command itself, such as "go: downloading"
        }
        JsonNode event;
        try {
            event = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new TestbedException("`go test -json` printed something else than JSON: " + line, e);
        }
        String test = event.path("Test").asText();
        switch (event.path("Action").asText()) {
            case "output", "build-output" ->
                (test.isEmpty() ? outside : outputs.computeIfAbsent(test, name -> new StringBuilder()))
                        .append(event.path("Output").asText());
            case "pass", "skip" -> finish(test, true);
            case "fail" -> finish(test, false);
            default -> {}
        }
    }

    private void finish(String test, boolean passed) {
        if (!test.isEmpty()) {
            StringBuilder output = outputs.remove(test);
            finished.add(new GoTest(test, passed, output == null ? "" : output.toString()));
        }
    }

    /** The tests that have ended, in that order. */
    List<GoTest> finished() {
        return List.copyOf(finished);
    }

    /** What was printed by no test, or by one that never ended: errors of the compiler, a panic. */
    String outsideOfTests() {
        StringBuilder text = new StringBuilder(outside);
        outputs.values().forEach(text::append);
        return text.toString();
    }
}
