package io.meshfed.watch;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Objects of one kind by key and by index. One writer, many readers; a reader never sees an index that differs from the objects. */
final class ObjectCache<T> {
    private final Map<String, Function<T, Collection<String>>> indexers;
    private final TreeMap<ObjectKey, T> objects = new TreeMap<>();
    private final Map<String, Map<String, TreeSet<ObjectKey>>> indexes = new HashMap<>();

    ObjectCache(Map<String, Function<T, Collection<String>>> indexers) {
        this.indexers = indexers;
        indexers.keySet().forEach(index -> indexes.put(index, new HashMap<>()));
    }

    synchronized Optional<T> get(ObjectKey key) {
        return Optional.ofNullable(objects.get(key));
    }

    synchronized List<T> all() {
        return List.copyOf(objects.values());
    }

    synchronized List<T> inNamespace(String namespace) {
        return List.copyOf(objects.subMap(new ObjectKey(namespace, ""), new ObjectKey(namespace + '\0', ""))
                .values());
    }

    synchronized List<T> byIndex(String index, String key) {
        Map<String, TreeSet<ObjectKey>> keys = indexes.get(index);
        if (keys == null) {
            throw new IllegalArgumentException("no index '" + index + "': add it to the WatchSpec");
        }
        return keys.getOrDefault(key, new TreeSet<>()).stream()
                .map(objects::get)
                .toList();
    }

    synchronized Set<ObjectKey> keys() {
        return Set.copyOf(objects.keySet());
    }

    /** Adds an object and returns the one that it replaces. */
    synchronized Optional<T> put(ObjectKey key, T object) {
        Map<String, Set<String>> indexed = new HashMap<>();
        // Computed before anything changes: an indexer that throws does not change the cache.
        indexers.forEach((index, keys) -> indexed.put(index, new LinkedHashSet<>(keys.apply(object))));
        Optional<T> before = remove(key);
        objects.put(key, object);
        indexed.forEach((index, keys) -> keys.forEach(each ->
                indexes.get(index).computeIfAbsent(each, k -> new TreeSet<>()).add(key)));
        return before;
    }

    /** Removes an object and returns it. */
    synchronized Optional<T> remove(ObjectKey key) {
        T before = objects.remove(key);
        if (before == null) {
            return Optional.empty();
        }
        indexers.forEach((index, keys) -> {
            Map<String, TreeSet<ObjectKey>> sets = indexes.get(index);
            keys.apply(before)
                    .forEach(each -> sets.computeIfPresent(each, (k, set) -> {
                        set.remove(key);
                        return set.isEmpty() ? null : set;
                    }));
        });
        return Optional.of(before);
    }
}
