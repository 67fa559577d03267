package io.meshfed.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshfed.api.condition.ConnectionReason;
import io.meshfed.common.Backoff;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch of one kind in one cluster that never gives up. It has no objects until the first complete list. From then on it keeps
 * the objects, whatever happens to the connection; only a deletion, or absence from a later complete list, removes an object.
 * Without failures there is one open watch and no further list. The watch has a thread of its own, with a time limit for every wait.
 * Malformed answers are recorded and exceptions of listeners are logged; neither stops the watch.
 *
 * @param <T> kind of object
 */
public final class ClusterWatch<T extends HasMetadata> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterWatch.class);
    /** A watch that ends sooner than this counts as a failed attempt. */
    private static final Duration SHORT_LIVED = Duration.ofSeconds(5);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration CONFIRM_LOSS = Duration.ofSeconds(1);

    private final WatchSpec<T> spec;
    private final WatchListener<T> listener;
    private final Clock clock;
    private final ApiCalls calls;
    private final ObjectCache<T> cache;
    private final ObjectStore<T> store;
    private final Backoff backoff;
    private final Thread thread;

    // Written by the watch's own thread only.
    private String resumeFrom = "";
    private volatile boolean synced;
    private volatile boolean closed;
    private volatile Optional<Failure> failure = Optional.empty();

    private ClusterWatch(KubernetesClient client, WatchSpec<T> spec, WatchListener<T> listener, Clock clock) {
        this.spec = spec;
        this.listener = listener;
        this.clock = clock;
        this.calls = new ApiCalls(client, spec);
        this.cache = new ObjectCache<>(spec.indexes());
        this.store = new ObjectStore<>(new ObjectReader<>(client.getKubernetesSerialization(), spec), cache);
        this.backoff = new Backoff(FIRST_PAUSE, spec.retryCap());
        this.thread = new Thread(
                this::run, "watch-" + calls.kind() + "@" + calls.server().getAuthority());
        this.thread.setDaemon(true);
    }

    /**
     * Starts watching and returns at once. The client stays the caller's: close the watch first.
     *
     * @param listener receives changes, on the watch's thread
     */
    public static <T extends HasMetadata> ClusterWatch<T> start(
            KubernetesClient client, WatchSpec<T> spec, WatchListener<T> listener) {
        return start(client, spec, listener, Clock.systemUTC());
    }

    public static <T extends HasMetadata> ClusterWatch<T> start(
            KubernetesClient client, WatchSpec<T> spec, WatchListener<T> listener, Clock clock) {
        ClusterWatch<T> watch = new ClusterWatch<>(client, spec, listener, clock);
        watch.thread.start();
        return watch;
    }

    /** Whether a complete list was seen since the start. Before that, absence of an object means nothing. */
    public boolean synced() {
        return synced;
    }

    /** The object as last seen; {@code namespace} is empty for cluster-scoped kinds. Do not change it. */
    public Optional<T> get(String namespace, String name) {
        return cache.get(new ObjectKey(namespace, name));
    }

    /** All objects as last seen, by namespace and name. */
    public List<T> list() {
        return cache.all();
    }

    /** All objects of a namespace, by name. */
    public List<T> list(String namespace) {
        return cache.inNamespace(namespace);
    }

    /**
     * Objects under a key of an index of the {@link WatchSpec}, by namespace and name.
     *
     * @throws IllegalArgumentException when there is no such index
     */
    public List<T> byIndex(String index, String key) {
        return cache.byIndex(index, key);
    }

    /** The failure since the last success; empty if there is none. Objects that were seen before stay readable. */
    public Optional<Failure> failure() {
        return failure;
    }

    /** Ends the watch; returns at once. A call of the listener may still be in progress. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        while (!closed) {
            Duration pause;
            try {
                if (resumeFrom.isEmpty()) {
                    relist();
                }
                pause = follow();
            } catch (CallFailedException e) {
                resumeFrom = "";
                if (!e.gone()) {
                    failed(e.reason(), e.getMessage());
                }
                Duration own = backoff.next();
                pause = own.compareTo(e.retryAfter()) > 0 ? own : e.retryAfter();
            } catch (InterruptedException e) {
                continue; // only close() interrupts
            } catch (RuntimeException | StackOverflowError e) {
                // A defect here or in a library must not end the watch.
                resumeFrom = "";
                if (!closed) {
                    LOG.warn(
                            "watch of {} at {}: unexpected exception",
                            calls.kind(),
                            calls.server().getAuthority(),
                            e);
                    failed(
                            ConnectionReason.Invalid,
                            "the operator could not process an answer for " + calls.kind() + ": see its log");
                }
                pause = backoff.next();
            }
            pause(pause);
        }
    }

    private void pause(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            // close() interrupts; the loop checks for it
        }
    }

    private void relist() throws CallFailedException, InterruptedException {
        CompleteList list = CompleteList.read(calls, spec);
        if (store.wouldLoseMost(list.objects())) {
            // When more than half of the objects are missing, the server is more often broken than the mesh: only a
            // second
            // list is believed.
            Thread.sleep(CONFIRM_LOSS.toMillis());
            list = CompleteList.read(calls, spec);
        }
        boolean first = !synced;
        List<ObjectStore.Change<T>> changes = store.replaceWith(list.objects());
        resumeFrom = list.version();
        synced = true;
        changes.forEach(this::notifyListener);
        recovered(first);
    }

    /**
     * Follows the watch until it ends.
     *
     * @return how long to wait before the next
     */
    private Duration follow() throws CallFailedException, InterruptedException {
        long opened;
        try (EventStream stream = calls.watch(resumeFrom)) {
            opened = System.nanoTime();
            recovered(false);
            EventStream.Received received = stream.next(spec.silence());
            while (received.what() == EventStream.Received.What.MESSAGE) {
                event(calls.parse(received.message()));
                received = stream.next(spec.silence());
            }
        }
        if (System.nanoTime() - opened < SHORT_LIVED.toNanos()) {
            return backoff.next();
        }
        backoff.reset();
        return Duration.ZERO;
    }

    private void event(JsonNode event) throws CallFailedException {
        JsonNode object = event.path("object");
        String type = event.path("type").asText("");
        if (type.equals("ERROR")) {
            int code = object.path("code").asInt(500);
            throw CallFailedException.status(code, Optional.empty(), calls.kind());
        }
        String version = ObjectReader.resourceVersion(object);
        boolean bookmark = type.equals("BOOKMARK");
        if (bookmark && older(version)) {
            // A bookmark is never older than the start of its watch, unless etcd was restored from a backup: list
            // again.
            throw CallFailedException.status(410, Optional.empty(), calls.kind());
        } else if (!bookmark) {
            ObjectKey key = ObjectReader.key(object)
                    .orElseThrow(() -> CallFailedException.invalid(
                            "a watch event of " + calls.kind() + " has no object with a name"));
            if (spec.selects(key.namespace(), key.name())) {
                apply(type, key, object);
            }
        }
        resumeFrom = version.isEmpty() || older(version) ? resumeFrom : version;
    }

    private void apply(String type, ObjectKey key, JsonNode object) throws CallFailedException {
        Optional<ObjectStore.Change<T>> change =
                switch (type) {
                    case "ADDED", "MODIFIED" -> store.put(key, object);
                    case "DELETED" -> store.remove(key);
                    default ->
                        throw CallFailedException.invalid("a watch event of " + calls.kind() + " has an unknown type");
                };
        change.ifPresent(this::notifyListener);
        recovered(false);
    }

    /** Resource versions of one kind can be compared as numbers; Kubernetes guarantees it since 1.35. */
    private boolean older(String version) {
        try {
            return Long.parseLong(version) < Long.parseLong(resumeFrom);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private void notifyListener(ObjectStore.Change<T> change) {
        try {
            listener.changed(change.before(), change.after());
        } catch (RuntimeException e) {
            // A defect of a listener must not stop the watch or the other events.
            LOG.error("a listener of {} failed", calls.kind(), e);
        }
    }

    private void failed(ConnectionReason reason, String message) {
        if (failure.filter(now -> now.sameAs(reason, message)).isPresent()) {
            return;
        }
        LOG.warn("watch of {} at {}: {}: {}", calls.kind(), calls.server().getAuthority(), reason, message);
        failure = Optional.of(
                new Failure(reason, message, failure.map(Failure::since).orElseGet(clock::instant)));
        notifyState();
    }

    /** The server answered; objects that cannot be read are still a failure. */
    private void recovered(boolean firstSync) {
        Set<ObjectKey> unreadable = store.unreadable();
        if (!unreadable.isEmpty()) {
            failed(
                    ConnectionReason.Invalid,
                    unreadable.size() + " of " + calls.kind() + " cannot be read, the first is "
                            + Collections.min(unreadable)
                            + "; the operator keeps the previous version where it has one: correct the object");
            if (firstSync) {
                notifyState();
            }
        } else if (failure.isPresent() || firstSync) {
            failure = Optional.empty();
            notifyState();
        }
    }

    private void notifyState() {
        try {
            listener.stateChanged();
        } catch (RuntimeException e) {
            LOG.error("a listener of {} failed", calls.kind(), e);
        }
    }
}
