package io.meshfed.testbed.live;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.testbed.TestbedException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;

/**
 * What a client got. Requests that it could not even start, since all its workers were busy, are not among them: they say
 * nothing about a mesh.
 *
 * @param requests how many were made
 * @param ok how many were answered as they should be
 * @param byPod answers by who gave them, such as {@code west/httpbin-6d4f-x2x}
 * @param byStatus requests by how they ended, such as {@code 503} or {@code error:connection refused}
 * @param failures the first of those that went wrong
 * @param firstBody what the first answer said
 * @param latencyMillis {@code p50}, {@code p99}, {@code max}
 */
public record Answers(
        int requests,
        int ok,
        Map<String, Integer> byPod,
        Map<String, Integer> byStatus,
        List<Failure> failures,
        String firstBody,
        Map<String, Double> latencyMillis) {

    /** By how much a share of {@link Client.Requests#sample()} may differ from what it should be. */
    public static final Offset<Double> FIVE_POINTS = Offset.offset(0.05);

    static final String NOT_MADE = "error:backlog";

    /**
     * One request that went wrong.
     *
     * @param at when it was made, RFC 3339
     * @param afterMillis how long it took
     * @param what status or error, and the beginning of what was said
     */
    public record Failure(String at, double afterMillis, String what) {}

    /** Reads what {@code netbed load} prints. */
    static Answers of(String json) {
        try {
            JsonNode all = Serialization.jsonMapper().readTree(json);
            if (!all.has("requests")) {
                throw new TestbedException("netbed load printed something else than a result: " + json);
            }
            Map<String, Double> latency = new LinkedHashMap<>();
            all.path("latencyMillis")
                    .fields()
                    .forEachRemaining(e -> latency.put(e.getKey(), e.getValue().asDouble()));
            Map<String, Integer> byStatus = counts(all.path("byStatus"));
            int notMade = Optional.ofNullable(byStatus.remove(NOT_MADE)).orElse(0);
            return new Answers(
                    all.path("requests").asInt() - notMade,
                    all.path("ok").asInt(),
                    counts(all.path("byPod")),
                    byStatus,
                    StreamSupport.stream(all.path("failures").spliterator(), false)
                            .map(f -> new Failure(
                                    f.path("at").asText(),
                                    f.path("after").asDouble(),
                                    f.path("what").asText()))
                            .toList(),
                    all.path("firstBody").asText(),
                    latency);
        } catch (IOException e) {
            throw new TestbedException("netbed load printed no JSON: " + json, e);
        }
    }

    private static Map<String, Integer> counts(JsonNode node) {
        Map<String, Integer> counts = new TreeMap<>();
        node.fields().forEachRemaining(e -> counts.put(e.getKey(), e.getValue().asInt()));
        return counts;
    }

    /** How many went wrong. */
    public int failed() {
        return requests - ok;
    }

    /** How many answers came from pods whose name begins so: {@code west} means all of that mesh. */
    public int from(String prefix) {
        return byPod.entrySet().stream()
                .filter(e -> e.getKey().startsWith(prefix))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** The same as a share of all answers, 0 to 1. */
    public double shareOf(String prefix) {
        int all = from("");
        return all == 0 ? 0 : (double) from(prefix) / all;
    }

    /** Everybody who answered. */
    public Set<String> pods() {
        return new TreeSet<>(byPod.keySet());
    }

    /** What the server saw of a header of the first request; empty if it had none. */
    public String seenHeader(String name) {
        try {
            JsonNode value = Serialization.jsonMapper()
                    .readTree(firstBody)
                    .path("headers")
                    .path(name);
            return value.isArray() ? value.path(0).asText() : value.asText();
        } catch (IOException e) {
            throw new TestbedException("not an answer of the testbed's server: " + firstBody, e);
        }
    }
}
