package io.meshfed.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.meshfed.api.UnknownFields;
import io.meshfed.api.condition.Condition;
import io.meshfed.apply.EventRecorder;
import io.meshfed.status.Conditions;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How every reconciliation ends: the status is written if it changed, flips of conditions become Events, and a timer is set. */
public final class Report {
    private static final Logger LOG = LoggerFactory.getLogger(Report.class);
    private static final int TOO_MANY_REQUESTS = 429;
    private static final Duration SAFETY_NET = Duration.ofSeconds(10);

    private final EventRecorder events;
    /** Generations that were reported as not understood, by UID. */
    private final Map<String, Long> notUnderstood = new ConcurrentHashMap<>();

    /** @param events records the flips of conditions */
    public Report(EventRecorder events) {
        this.events = events;
    }

    /**
     * The status is written here and not by JOSDK, which would leave the old one in its cache: a reconciliation before the watch
     * delivers the new one would compare with the old one, write again, and record every flip twice. The write is bound to the
     * resourceVersion that was reconciled, so a status never reaches a resource that was deleted and created again.
     *
     * @param fresh creates an empty resource of the same kind: a patch with the cached one would own its spec
     * @param before the stored conditions
     * @param now the computed conditions
     * @param again when to reconcile again although nothing changed
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
            Conditions.flips(before, now).forEach(flip -> record(resource, flip));
        }
        UpdateControl<R> control = UpdateControl.noUpdate();
        return again.map(control::rescheduleAfter).orElse(control);
    }

    /**
     * Reports a reconciliation that failed in the condition Ready; JOSDK logs it and retries. Answers of the API server are reported
     * from the second attempt on, because a conflict passes with the first retry; if the API server cannot answer at all, it cannot
     * take a status either. JOSDK does not report failures of a deletion in this way.
     *
     * @param stored the stored conditions
     * @param status the stored status with other conditions
     */
    public <S, R extends CustomResource<?, S>> ErrorStatusUpdateControl<R> failed(
            R resource,
            Context<R> context,
            Supplier<R> fresh,
            Conditions conditions,
            List<Condition> stored,
            Function<List<Condition>, S> status,
            Exception failure) {
        if (!UnknownFields.notUnderstood(resource) && isReported(failure, context)) {
            List<Condition> now = conditions.reconcileFailed(
                    stored, FailureMessage.of(failure), resource.getMetadata().getGeneration());
            try {
                status(resource, context, fresh, status.apply(now), stored, now, Optional.empty());
            } catch (RuntimeException e) {
                LOG.debug(
                        "the status of {} could not be written after a failure: {}",
                        id(resource),
                        FailureMessage.of(e));
            }
        }
        return ErrorStatusUpdateControl.defaultErrorProcessing();
    }

    /** No answer, or one of an API server that is overloaded or broken: status writes of all resources would add to its load. */
    private static boolean saysNothingOfTheResource(int code) {
        return code == 0 || code == TOO_MANY_REQUESTS || code >= HttpURLConnection.HTTP_INTERNAL_ERROR;
    }

    private static boolean isReported(Exception failure, Context<?> context) {
        int attempts = context.getRetryInfo().map(RetryInfo::getAttemptCount).orElse(0);
        return FailureMessage.apiError(failure)
                .map(e -> attempts > 0 && !saysNothingOfTheResource(e.getCode()))
                .orElse(true);
    }

    /**
     * Reports a resource that a newer version of the operator wrote, with one Event for each generation. Its status and its
     * objects are left unchanged: the status may hold the only record of something.
     */
    public <R extends HasMetadata> UpdateControl<R> notUnderstood(R resource) {
        ObjectMeta metadata = resource.getMetadata();
        Long generation = metadata.getGeneration();
        if (!generation.equals(notUnderstood.put(metadata.getUid(), generation))) {
            events.record(
                    resource,
                    "Warning",
                    "NotUnderstood",
                    "its spec or status has fields or values that this version of the operator does not know, so the operator"
                            + " changes nothing: upgrade the operator, or remove these fields and values");
        }
        return UpdateControl.noUpdate();
    }

    /** Reports the objects that a deletion leaves behind because its time limit has passed. */
    public void leftBehind(HasMetadata resource, String what) {
        events.record(resource, "Warning", "LeftBehind", what);
    }

    private void record(HasMetadata resource, Condition flip) {
        LOG.info("{}: {} is {} ({})", id(resource), flip.type(), flip.status(), flip.reason());
        events.record(
                resource,
                Conditions.isWarning(flip) ? "Warning" : "Normal",
                flip.reason(),
                flip.type() + " is " + flip.status() + ": " + flip.message());
    }

    private static String id(HasMetadata resource) {
        String namespace = resource.getMetadata().getNamespace();
        return resource.getKind() + " " + (namespace == null ? "" : namespace + "/")
                + resource.getMetadata().getName();
    }

    /** The status is left unchanged. The awaited event triggers the next reconciliation; the timer is only a safety net. */
    public static <R extends HasMetadata> UpdateControl<R> unchanged() {
        return UpdateControl.<R>noUpdate().rescheduleAfter(SAFETY_NET);
    }
}
