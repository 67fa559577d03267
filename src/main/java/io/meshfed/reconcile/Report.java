package io.meshfed.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.meshfed.api.Condition;
import io.meshfed.apply.EventRecorder;
import io.meshfed.status.Conditions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** How every reconciler ends: the status is written only if it changed, flips become Events, and the next look is set. */
public final class Report {
    private final EventRecorder events;

    /** @param events where flips are told */
    public Report(EventRecorder events) {
        this.events = events;
    }

    /**
     * @param fresh makes an empty resource of the same kind: a patch with the cached one would take over its spec
     * @param before conditions as stored
     * @param now conditions as computed
     */
    public <S, R extends CustomResource<?, S>> UpdateControl<R> status(
            R resource,
            Supplier<R> fresh,
            S status,
            List<Condition> before,
            List<Condition> now,
            Optional<Duration> again) {
        UpdateControl<R> control;
        if (Objects.equals(status, resource.getStatus())) {
            control = UpdateControl.noUpdate();
        } else {
            R patch = fresh.get();
            patch.setMetadata(new ObjectMetaBuilder()
                    .withName(resource.getMetadata().getName())
                    .withNamespace(resource.getMetadata().getNamespace())
                    .build());
            patch.setStatus(status);
            control = UpdateControl.patchStatus(patch);
            flipped(resource, before, now);
        }
        return again.map(control::rescheduleAfter).orElse(control);
    }

    /** The earlier of two looks. */
    public static Optional<Duration> sooner(Optional<Duration> one, Optional<Duration> other) {
        return Stream.of(one, other).flatMap(Optional::stream).min(Comparator.naturalOrder());
    }

    private void flipped(HasMetadata resource, List<Condition> before, List<Condition> now) {
        events.flipped(resource, Conditions.flips(before, now));
    }
}
