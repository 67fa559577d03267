package io.meshfed.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The last seen state of the objects of a watch, and which of them could not be read. One thread writes; many read the cache. */
final class ObjectStore<T extends HasMetadata> {
    private final ObjectReader<T> reader;
    private final ObjectCache<T> cache;
    private final Set<ObjectKey> unreadable = new TreeSet<>();

    /** What happened to one object. */
    record Change<T>(Optional<T> before, Optional<T> after) {}

    ObjectStore(ObjectReader<T> reader, ObjectCache<T> cache) {
        this.reader = reader;
        this.cache = cache;
    }

    /** Whether more than half of the known objects are missing from a list: a reason to request it again. */
    boolean wouldLoseMost(Map<ObjectKey, JsonNode> listed) {
        return missing(listed).size() * 2 > cache.keys().size();
    }

    /** Makes the store equal to a complete list and returns the changes. */
    List<Change<T>> replaceWith(Map<ObjectKey, JsonNode> listed) {
        List<Change<T>> changes = new ArrayList<>();
        unreadable.retainAll(listed.keySet());
        Set<ObjectKey> missing = missing(listed);
        listed.forEach((key, json) -> put(key, json).ifPresent(changes::add));
        missing.forEach(key -> remove(key).ifPresent(changes::add));
        return changes;
    }

    /**
     * Adds or replaces an object. An object that cannot be read does not replace the one before; it is listed in
     * {@link #unreadable()}.
     *
     * @return empty when nothing changed
     */
    Optional<Change<T>> put(ObjectKey key, JsonNode json) {
        String version = ObjectReader.resourceVersion(json);
        if (cache.get(key)
                .filter(old -> version.equals(old.getMetadata().getResourceVersion()))
                .isPresent()) {
            return Optional.empty();
        }
        Optional<T> after = reader.read(json);
        if (after.isEmpty()) {
            unreadable.add(key);
            return Optional.empty();
        }
        unreadable.remove(key);
        return Optional.of(new Change<>(cache.put(key, after.get()), after));
    }

    Optional<Change<T>> remove(ObjectKey key) {
        unreadable.remove(key);
        return cache.remove(key).map(before -> new Change<>(Optional.of(before), Optional.empty()));
    }

    Set<ObjectKey> unreadable() {
        return Set.copyOf(unreadable);
    }

    private Set<ObjectKey> missing(Map<ObjectKey, JsonNode> listed) {
        return cache.keys().stream()
                .filter(key -> !listed.containsKey(key))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
