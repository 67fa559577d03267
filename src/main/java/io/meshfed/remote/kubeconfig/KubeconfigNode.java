package io.meshfed.remote.kubeconfig;

import io.meshfed.api.condition.KubeconfigReason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A map inside a kubeconfig with its path, so that errors can name the field.
 *
 * @param at path of this map, empty for the root
 */
record KubeconfigNode(String at, Map<String, Object> fields) {
    /** The form of a field's name. Anything else could be a value in the place of a key, which is not repeated. */
    private static final Pattern FIELD_NAME = Pattern.compile("[A-Za-z][A-Za-z-]{0,39}");

    String path(String field) {
        return at.isEmpty() || field.isEmpty() ? at + field : at + "." + field;
    }

    boolean has(String field) {
        return fields.containsKey(field);
    }

    void allowOnly(String... names) {
        Set<String> allowed = Set.of(names);
        for (String field : fields.keySet()) {
            if (!allowed.contains(field)) {
                String shown = FIELD_NAME.matcher(field).matches()
                        ? path(field)
                        : "a field of " + (at.isEmpty() ? "the root" : at);
                throw new RefusedKubeconfigException(
                        KubeconfigReason.UnknownField, shown + " is not allowed here: remove the field");
            }
        }
    }

    void refuse(String field, KubeconfigReason reason, String remedy) {
        if (has(field)) {
            throw new RefusedKubeconfigException(reason, path(field) + " is not allowed: " + remedy);
        }
    }

    /** The text of a field; empty when it is absent or empty. */
    Optional<String> text(String field) {
        Object value = fields.getOrDefault(field, "");
        if (value instanceof String text) {
            return Optional.of(text).filter(present -> !present.isEmpty());
        }
        throw new RefusedKubeconfigException(KubeconfigReason.InvalidField, path(field) + " must be text");
    }

    String required(String field) {
        return text(field)
                .orElseThrow(() -> new RefusedKubeconfigException(
                        KubeconfigReason.MissingField, path(field) + " is missing: set it"));
    }

    KubeconfigNode map(String field) {
        if (fields.get(field) instanceof Map<?, ?> map) {
            return new KubeconfigNode(path(field), StrictYaml.asTextMap(map));
        }
        throw new RefusedKubeconfigException(KubeconfigReason.MissingField, path(field) + " must be a map");
    }

    List<Object> list(String field) {
        if (fields.get(field) instanceof List<?> list) {
            return List.copyOf(list);
        }
        throw new RefusedKubeconfigException(
                KubeconfigReason.MissingField, path(field) + " must be a list with one entry");
    }
}
