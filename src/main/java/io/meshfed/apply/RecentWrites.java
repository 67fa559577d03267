package io.meshfed.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Recent writes, by key of the object: the API server's answer until the caches have caught up with it, and the hash of
 * the plan that was last seen in place. Bounded: an entry that is dropped costs one read, or one repair too many.
 */
final class RecentWrites {
    /** Two objects for each of 25,000 imports. */
    private static final int MAX_ENTRIES = 50_000;

    /** A cache that is later than this will not catch up, for example because etcd was restored from a backup. */
    private static final Duration CACHE_DELAY = Duration.ofMinutes(1);

    private final LongSupplier nanos;
    private final Map<String, Written> ahead = bounded();
    private final Map<String, String> hashes = bounded();

    private record Written(HasMetadata object, long at) {}

    /** @param nanos a clock that never jumps */
    RecentWrites(LongSupplier nanos) {
        this.nanos = nanos;
    }

    private static <V> Map<String, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > MAX_ENTRIES;
            }
        };
    }

    synchronized void written(String key, HasMetadata object, String hash) {
        // The larger half of an object, and nothing here compares it.
        object.getMetadata().setManagedFields(List.of());
        ahead.put(key, new Written(object, nanos.getAsLong()));
        hashes.put(key, hash);
    }

    /** A cache shows this version now: an answer that it has caught up with is dropped. */
    synchronized void seen(String key, HasMetadata object) {
        Written written = ahead.get(key);
        if (written != null && version(object) >= version(written.object())) {
            ahead.remove(key);
        }
    }

    /** The number of objects that are newer here than in the caches. */
    synchronized int ahead() {
        return ahead.size();
    }

    synchronized void inPlace(String key, String hash) {
        hashes.put(key, hash);
    }

    synchronized boolean wasInPlace(String key, String hash) {
        return hash.equals(hashes.get(key));
    }

    synchronized void forget(String key) {
        ahead.remove(key);
        hashes.remove(key);
    }

    /**
     * The newer of the cached object and the object as written; empty where neither is certain: an object that the cache
     * does not have can be new, or deleted since.
     */
    synchronized Optional<HasMetadata> newest(String key, Optional<? extends HasMetadata> cached) {
        Written written = ahead.get(key);
        boolean caughtUp = written == null
                || nanos.getAsLong() - written.at() > CACHE_DELAY.toNanos()
                || cached.filter(c -> version(c) >= version(written.object())).isPresent();
        if (caughtUp) {
            ahead.remove(key);
            return cached.map(HasMetadata.class::cast);
        }
        return cached.map(older -> written.object());
    }

    /** Resource versions of one cluster can be compared as numbers; the API guarantees it since Kubernetes 1.35. */
    private static long version(HasMetadata object) {
        return Long.parseUnsignedLong(object.getMetadata().getResourceVersion());
    }
}
