package io.meshfed.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.meshfed.api.condition.Condition;
import io.meshfed.apply.EventRecorder;
import io.meshfed.status.Conditions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** How every reconciler ends: the status is written only if it changed, flips become Events, and the next look is set. */
public final class Report {
    private static final Duration SAFETY_NET = Duration.ofSeconds(10);

    private final EventRecorder events;
    private final Map<String, Long> told = new ConcurrentHashMap<>();

    /** @param events where flips are told */
    public Report(EventRecorder events) {
        this.events = events;
    }

    /**
     * The status is written here and not by the framework, which would leave the old one in its cache: a reconciliation
     * that comes before the watch's echo would compute from it, write again, and tell every flip twice. The write is
     * bound to the version that was looked at, so a status never reaches a resource that was deleted and made anew.
     *
     * @param fresh makes an empty resource of the same kind: a patch with the cached one would take over its spec
     * @param before conditions as stored
     * @param now conditions as computed
     * @param again when to look again although nothing was heard
     */
    public <S, R extends CustomResource<?, S>> UpdateControl<R> status(
            R resource,
            Context<R> context,
            Supplier<R> fresh,
            S status,
            List<Condition> before,
            List<Condition> now,
            Optional<Duration> again) {
        if (!Objects.equals(status, resource.getStatus())) {
            R patch = fresh.get();
            patch.setMetadata(new ObjectMetaBuilder()
                    .withName(resource.getMetadata().getName())
                    .withNamespace(resource.getMetadata().getNamespace())
                    .build());
            patch.setStatus(status);
            PrimaryUpdateAndCacheUtils.ssaPatchStatusAndCacheResource(resource, patch, context);
            Conditions.flips(before, now).forEach(flip -> tell(resource, flip));
        }
        UpdateControl<R> control = UpdateControl.noUpdate();
        return again.map(control::rescheduleAfter).orElse(control);
    }

    /**
     * A resource that a newer version wrote: one Event for each of its generations. Its status stays as it is, for a
     * part of it may be all that remembers something, and what was written for it stays too.
     */
    public <R extends HasMetadata> UpdateControl<R> notUnderstood(R resource) {
        ObjectMeta metadata = resource.getMetadata();
        Long generation = metadata.getGeneration();
        if (!generation.equals(told.put(metadata.getUid(), generation))) {
            events.record(
                    resource,
                    "Warning",
                    "NotUnderstood",
                    "its spec or status has something that this version of the operator does not know, so nothing of it is"
                            + " touched: upgrade the operator, or take out what the newer version brought");
        }
        return UpdateControl.noUpdate();
    }

    /** What a deletion leaves behind, because waiting had to end. */
    public void leftover(HasMetadata resource, String what) {
        events.record(resource, "Warning", "LeftBehind", what);
    }

    private void tell(HasMetadata resource, Condition flip) {
        events.record(
                resource,
                Conditions.isWarning(flip) ? "Warning" : "Normal",
                flip.reason(),
                flip.type() + " is " + flip.status() + ": " + flip.message());
    }

    /** Nothing can be said yet. What is waited for wakes the resource; the timer is for what nobody thought of. */
    public static <R extends HasMetadata> UpdateControl<R> waiting() {
        return UpdateControl.<R>noUpdate().rescheduleAfter(SAFETY_NET);
    }

    /** The earlier of two looks. */
    public static Optional<Duration> sooner(Optional<Duration> one, Optional<Duration> other) {
        return Stream.of(one, other).flatMap(Optional::stream).min(Comparator.naturalOrder());
    }
}
