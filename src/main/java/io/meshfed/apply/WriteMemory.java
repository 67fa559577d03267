package io.meshfed.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What was written lately, by key of the object: the API server's answer until caches have caught up with it, and the
 * hash of what was last seen in place. Bounded: what is forgotten costs one read, or one repair too many.
 */
final class WriteMemory {
    /** Two objects for each of twenty-five thousand imports. */
    private static final int MOST = 50_000;

    /** A cache that is later than this will not catch up with it any more, say because etcd came back from a backup. */
    private static final long LIFE = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanos;
    private final Map<String, Written> ahead = bounded();
    private final Map<String, String> hashes = bounded();

    private record Written(HasMetadata object, long at) {}

    /** @param nanos time that never jumps */
    WriteMemory(LongSupplier nanos) {
        this.nanos = nanos;
    }

    private static <V> Map<String, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > MOST;
            }
        };
    }

    synchronized void written(String key, HasMetadata object, String hash) {
        // The larger half of an object, and nobody compares it.
        object.getMetadata().setManagedFields(List.of());
        ahead.put(key, new Written(object, nanos.getAsLong()));
        hashes.put(key, hash);
    }

    /** A cache shows this now: what it has caught up with needs no memory. */
    synchronized void seen(String key, HasMetadata object) {
        Written written = ahead.get(key);
        if (written != null && version(object) >= version(written.object())) {
            ahead.remove(key);
        }
    }

    /** How many objects are ahead of the caches. */
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
     * The cached object, or what was written since it was cached; empty where only the API server knows: what the cache
     * does not have may be new there, or deleted since.
     */
    synchronized Optional<HasMetadata> newest(String key, Optional<? extends HasMetadata> cached) {
        Written written = ahead.get(key);
        boolean caughtUp = written == null
                || nanos.getAsLong() - written.at() > LIFE
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
