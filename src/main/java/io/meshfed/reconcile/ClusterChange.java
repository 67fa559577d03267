package io.meshfed.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * One change of one object of the local cluster.
 *
 * @param before the object before the change; empty: it was created
 * @param after the object after the change; empty: it was deleted
 */
public record ClusterChange(
        Class<? extends HasMetadata> kind,
        Optional<? extends HasMetadata> before,
        Optional<? extends HasMetadata> after) {

    /** The object as it is now, or as it last was. */
    public HasMetadata latest() {
        return after.isPresent() ? after.get() : before.orElseThrow();
    }

    /** Whether it was created or deleted, its deletion began, or its spec changed; for kinds with generations. */
    boolean specChanged() {
        return differs(ObjectMeta::getGeneration) || differs(ObjectMeta::getDeletionTimestamp);
    }

    boolean labelsChanged() {
        return differs(ObjectMeta::getLabels);
    }

    boolean annotationsChanged() {
        return differs(ObjectMeta::getAnnotations);
    }

    /** Whether anything but its status changed; for kinds with generations. */
    boolean beyondStatus() {
        return specChanged() || labelsChanged() || annotationsChanged() || differs(ObjectMeta::getOwnerReferences);
    }

    private boolean differs(Function<ObjectMeta, Object> part) {
        return before.isPresent() != after.isPresent()
                || !Objects.equals(
                        before.map(o -> part.apply(o.getMetadata())).orElse(null),
                        after.map(o -> part.apply(o.getMetadata())).orElse(null));
    }
}
