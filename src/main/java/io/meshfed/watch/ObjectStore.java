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

/** The objects of a watch as last seen, and which of them could not be read. Written by one thread; the cache is read by many. */
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

    /** Whether more than half of what is known is missing from a list: reason to ask twice. */
    boolean wouldLoseMost(Map<ObjectKey, JsonNode> listed) {
        return missing(listed).size() * 2 > cache.keys().size();
    }

    /** Makes the store equal to a complete list and gives what that changed. */
    List<Change<T>> replaceWith(Map<ObjectKey, JsonNode> listed) {
        List<Change<T>> changes = new ArrayList<>();
        unreadable.retainAll(listed.keySet());
        Set<ObjectKey> missing = missing(listed);
        listed.forEach((key, json) -> put(key, json).ifPresent(changes::add));
        missing.forEach(key -> remove(key).ifPresent(changes::add));
        return changes;
    }

    /**
     * Takes an object in. One that cannot be read leaves what was there before and is remembered as {@link #unreadable()}.
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
