package io.meshfed.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.api.condition.ConnectionReason;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What a {@link ClusterWatch} watches, and its limits. Create it with {@link #of}; the other methods return changed copies.
 *
 * @param type kind of object
 * @param namespace only this namespace; empty: all namespaces, or a cluster-scoped kind
 * @param name only the object with this name, by field selector: a credential that is limited to one resource name is enough
 * @param labels only objects with these labels
 * @param indexes by the name of the index: a function that gives the keys of an object
 * @param trim removes what need not be kept in memory; managedFields and kubectl's last-applied annotation are never kept
 * @param listPageLimit number of objects on one page of a list
 * @param maxObjects more objects than this make the list {@link ConnectionReason#Invalid}
 * @param maxBytes a larger page or watch message makes the answer {@link ConnectionReason#Invalid}
 * @param retryCap longest pause between attempts
 * @param silence a watch without a message for so long is opened again, without a list
 * @param <T> kind of object
 */
public record WatchSpec<T extends HasMetadata>(
        Class<T> type,
        Optional<String> namespace,
        Optional<String> name,
        Map<String, String> labels,
        Map<String, Function<T, Collection<String>>> indexes,
        UnaryOperator<T> trim,
        long listPageLimit,
        int maxObjects,
        int maxBytes,
        Duration retryCap,
        Duration silence) {
    /** Limit of one watch message, so that a hostile server cannot fill the heap. */
    public static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

    /** Longest pause between attempts in the local cluster. */
    public static final Duration LOCAL_RETRY_CAP = Duration.ofSeconds(5);
    /** Longest pause between attempts in a remote cluster. */
    public static final Duration REMOTE_RETRY_CAP = Duration.ofSeconds(30);
    /**
     * A half-open connection looks like a quiet one, and nothing below sends pings (fabric8 7.4 ignores its ping interval with
     * Vert.x). So a watch that was silent for so long is opened again from where it stopped: a live server accepts at once, a dead one
     * is detected. Bookmarks arrive each minute while anything changes; an idle kind may get none.
     */
    public static final Duration SILENCE = Duration.ofSeconds(120);

    public WatchSpec {
        labels = Map.copyOf(labels);
        indexes = Map.copyOf(indexes);
    }

    /** All objects of a kind, in the local cluster. */
    public static <T extends HasMetadata> WatchSpec<T> of(Class<T> type) {
        return new WatchSpec<>(
                type,
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Map.of(),
                UnaryOperator.identity(),
                500,
                200_000,
                64 * 1024 * 1024,
                LOCAL_RETRY_CAP,
                SILENCE);
    }

    /** Only objects of one namespace. */
    public WatchSpec<T> inNamespace(String only) {
        return with(Optional.of(only), name, labels, indexes, trim);
    }

    /** Only the object of this name. */
    public WatchSpec<T> named(String only) {
        return with(namespace, Optional.of(only), labels, indexes, trim);
    }

    /** Only objects with these labels. */
    public WatchSpec<T> withLabels(Map<String, String> selector) {
        return with(namespace, name, selector, indexes, trim);
    }

    /** Adds an index: {@code keys} gives the keys under which {@link ClusterWatch#byIndex} finds an object. */
    public WatchSpec<T> indexedBy(String index, Function<T, Collection<String>> keys) {
        Map<String, Function<T, Collection<String>>> more = new LinkedHashMap<>(indexes);
        more.put(index, keys);
        return with(namespace, name, labels, more, trim);
    }

    /** Keeps in memory only what {@code trimmed} returns of an object. */
    public WatchSpec<T> keeping(UnaryOperator<T> trimmed) {
        return with(namespace, name, labels, indexes, trimmed);
    }

    /** Limits for a cluster that is not trusted: small answers, long pauses. */
    public WatchSpec<T> ofRemote(int objects) {
        return new WatchSpec<>(
                type,
                namespace,
                name,
                labels,
                indexes,
                trim,
                50,
                objects,
                MAX_MESSAGE_BYTES,
                REMOTE_RETRY_CAP,
                silence);
    }

    /** Other pauses and another limit of silence. */
    public WatchSpec<T> withTimes(Duration cap, Duration quiet) {
        return new WatchSpec<>(
                type, namespace, name, labels, indexes, trim, listPageLimit, maxObjects, maxBytes, cap, quiet);
    }

    private WatchSpec<T> with(
            Optional<String> newNamespace,
            Optional<String> newName,
            Map<String, String> newLabels,
            Map<String, Function<T, Collection<String>>> newIndexes,
            UnaryOperator<T> newTrim) {
        return new WatchSpec<>(
                type,
                newNamespace,
                newName,
                newLabels,
                newIndexes,
                newTrim,
                listPageLimit,
                maxObjects,
                maxBytes,
                retryCap,
                silence);
    }

    boolean selects(String objectNamespace, String objectName) {
        return namespace.map(objectNamespace::equals).orElse(true)
                && name.map(objectName::equals).orElse(true);
    }
}
