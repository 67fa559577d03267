package io.meshfed.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Makes, from a document that has every field, one that breaks a single mechanical constraint. */
final class CrdBreaker {
    private static final Pattern STEP = Pattern.compile("[^.\\[{]+|\\[]|\\{}");

    private CrdBreaker() {}

    /**
     * A broken document.
     *
     * @param document what to send
     * @param expected words that the API server's answer must hold: the field, and what is wrong with it
     */
    record Broken(ObjectNode document, List<String> expected) {}

    /** Breaks one constraint; empty when {@code full} lacks the field. */
    static Optional<Broken> breakOne(CrdConstraint constraint, ObjectNode full) {
        ObjectNode document = full.deepCopy();
        List<String> steps = steps(constraint.path());
        return find(document, steps).map(place -> {
            List<String> expected = violate(constraint, place);
            return new Broken(document, expected);
        });
    }

    private static List<String> violate(CrdConstraint constraint, Place place) {
        String path = place.path();
        JsonNode value = place.get();
        long bound = constraint.value().asLong();
        switch (constraint.keyword()) {
            case "enum" -> place.set(text("Unheard"));
            case "pattern" -> place.set(text("!"));
            case "format" -> place.set(text("yesterday"));
            case "maxLength" -> place.set(text("a".repeat((int) bound + 1)));
            case "minLength" -> place.set(text("a".repeat((int) bound - 1)));
            case "maximum" -> place.set(number(bound + 1));
            case "minimum" -> place.set(number(bound - 1));
            case "minItems", "minProperties" -> place.set(value.isArray() ? emptyList() : emptyMap());
            case "maxItems" -> grow((ArrayNode) value, bound + 1);
            case "maxProperties" -> grow((ObjectNode) value, bound + 1);
            case "type" ->
                place.set(
                        constraint.type().equals("object") || constraint.type().equals("array")
                                ? number(1)
                                : emptyMap());
            case "x-kubernetes-list-type" -> {
                ((ArrayNode) value).add(value.get(0).deepCopy());
                return List.of(path + "[" + (value.size() - 1) + "]", "Duplicate value");
            }
            default -> {
                String required = constraint.value().asText();
                ((ObjectNode) value).remove(required);
                return List.of((path + "." + required).replaceFirst("^\\.", ""), "Required value");
            }
        }
        return List.of(
                path,
                switch (constraint.keyword()) {
                    case "enum" -> "Unsupported value: \"Unheard\": supported values:";
                    case "pattern" -> "should match";
                    case "format" -> "must be of type date-time";
                    case "maxLength" -> "Too long: may not be more than " + bound + " bytes";
                    case "minLength" -> "should be at least " + bound + " chars long";
                    case "maximum" -> "should be less than or equal to " + bound;
                    case "minimum" -> "should be greater than or equal to " + bound;
                    case "minItems" -> "should have at least " + bound + " items";
                    case "minProperties" -> "should have at least " + bound + " properties";
                    case "maxItems" -> "must have at most " + bound + " items";
                    case "maxProperties" -> "must have at most " + bound + " items";
                    default -> "must be of type " + constraint.type();
                });
    }

    private static JsonNode text(String text) {
        return CrdYaml.YAML.getNodeFactory().textNode(text);
    }

    private static JsonNode number(long number) {
        return CrdYaml.YAML.getNodeFactory().numberNode(number);
    }

    private static ArrayNode emptyList() {
        return CrdYaml.YAML.createArrayNode();
    }

    private static ObjectNode emptyMap() {
        return CrdYaml.YAML.createObjectNode();
    }

    private static void grow(ArrayNode list, long size) {
        while (list.size() < size) {
            list.add(list.get(0).deepCopy());
        }
    }

    private static void grow(ObjectNode map, long size) {
        JsonNode value = map.elements().next();
        for (int i = 0; map.size() < size; i++) {
            map.set("key" + i, value.deepCopy());
        }
    }

    private static List<String> steps(String path) {
        Matcher matcher = STEP.matcher(path);
        return matcher.results().map(result -> result.group()).toList();
    }

    /** The first place in the document that the steps lead to. */
    private static Optional<Place> find(ObjectNode document, List<String> steps) {
        Place root = new Place("", document, Optional.empty());
        return find(root, steps);
    }

    private static Optional<Place> find(Place place, List<String> steps) {
        if (steps.isEmpty()) {
            return Optional.of(place);
        }
        List<String> rest = steps.subList(1, steps.size());
        return place.children(steps.get(0)).stream()
                .map(child -> find(child, rest))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** A value and where it stands: {@code parent} is empty at the root; the key is a name or an index. */
    private record Place(String path, JsonNode parent, Optional<Object> key) {
        JsonNode get() {
            return key.map(k -> k instanceof Integer index ? parent.get(index) : parent.get((String) k))
                    .orElse(parent);
        }

        void set(JsonNode value) {
            Object k = key.orElseThrow();
            if (k instanceof Integer index) {
                ((ArrayNode) parent).set(index, value);
            } else {
                ((ObjectNode) parent).set((String) k, value);
            }
        }

        List<Place> children(String step) {
            JsonNode here = get();
            if (step.equals("[]")) {
                return IntStream.range(0, here.size())
                        .mapToObj(i -> new Place(path + "[" + i + "]", here, Optional.of(i)))
                        .toList();
            }
            List<String> names = new ArrayList<>();
            here.fieldNames().forEachRemaining(names::add);
            return names.stream()
                    .filter(name -> step.equals("{}") || step.equals(name))
                    .map(name -> new Place(path.isEmpty() ? name : path + "." + name, here, Optional.of(name)))
                    .toList();
        }
    }
}
