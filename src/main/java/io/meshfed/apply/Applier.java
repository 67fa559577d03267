package io.meshfed.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.api.Names;
import io.meshfed.api.ObjectMetas;
import io.meshfed.common.Backoffs;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Makes one object match its plan, and writes only if it does not match.
 *
 * <p>The caller's cache says whether the object exists. A write is remembered until the cache has caught up, because the
 * cache alone does not give read-your-writes. Before the first write of a name the live object is read once, so that a stale
 * cache never lets a forced apply overwrite an object that meshfed does not own.
 */
public final class Applier {
    private final KubernetesClient client;
    private final RepairBudget repairs;
    private final WriteLog log;
    private final RecentWrites recentWrites;
    private final ManagedFieldsTransfer transfer;
    private final Backoffs backoffs = Backoffs.ofWrites();

    /**
     * @param client of the local cluster
     * @param log receives every write after it succeeded
     */
    public Applier(KubernetesClient client, WriteLog log) {
        this(client, System::nanoTime, log);
    }

    /** @param nanos a clock that never jumps, as wall clocks do */
    Applier(KubernetesClient client, LongSupplier nanos, WriteLog log) {
        this.client = client;
        this.repairs = new RepairBudget(nanos);
        this.recentWrites = new RecentWrites(nanos);
        this.transfer = new ManagedFieldsTransfer(client, log);
        this.log = log;
    }

    /**
     * Applies one object that meshfed owns or that was handed over; it becomes exactly as planned.
     *
     * @param present the object with that name in the cache
     * @throws KubernetesClientException if the API server cannot be reached, or if a retry can succeed
     */
    public Outcome apply(Owner owner, HasMetadata wanted, Optional<? extends HasMetadata> present) {
        HasMetadata marked = hashed(mark(owner, wanted));
        return attempt(marked, () -> applied(owner, marked, present));
    }

    private Outcome applied(Owner owner, HasMetadata marked, Optional<? extends HasMetadata> present) {
        String key = key(marked);
        Optional<HasMetadata> existing = recentWrites.newest(key, present).or(() -> read(marked));
        if (existing.isPresent()) {
            HasMetadata live = existing.get();
            if (!owner.owns(live) && !ObjectMetas.isHandedOver(live)) {
                return new Outcome.Foreign(
                        live.getKind(),
                        ObjectMetas.namespace(live),
                        live.getMetadata().getName(),
                        true);
            }
            if (ObjectDiff.contains(ObjectDiff.tree(live), ObjectDiff.tree(marked))) {
                recentWrites.inPlace(key, hash(marked));
                return new Outcome.Unchanged(live);
            }
            // An object that was deleted and created again since it was read must not be overwritten: the UID is a
            // precondition.
            marked.getMetadata().setUid(live.getMetadata().getUid());
        }
        boolean repair = isRepair(key, marked, existing);
        Optional<Duration> pause = repair ? repairs.pause(key) : Optional.empty();
        if (pause.isPresent()) {
            return new Outcome.Contested(
                    marked.getKind(),
                    ObjectMetas.namespace(marked),
                    marked.getMetadata().getName(),
                    pause.get());
        }
        HasMetadata written = write(owner, marked, existing);
        if (repair) {
            repairs.count(key);
        }
        recentWrites.written(key, written, hash(marked));
        return new Outcome.Written(written);
    }

    /** A watch shows this version of an object now: an older write need not be remembered any more. */
    public void seen(HasMetadata object) {
        recentWrites.seen(key(object), object);
    }

    /** Whether the planned object was in place before, and another client changed or deleted it. */
    private boolean isRepair(String key, HasMetadata marked, Optional<HasMetadata> existing) {
        return recentWrites.wasInPlace(key, hash(marked))
                || existing.filter(live -> hash(live).equals(hash(marked))).isPresent();
    }

    /** Only an object that was seen to be ours is overwritten: if another client creates it at this moment, that is a conflict. */
    private HasMetadata write(Owner owner, HasMetadata marked, Optional<HasMetadata> existing) {
        if (existing.isEmpty()) {
            return serverSideApply(marked, false);
        }
        if (!owner.owns(existing.get())) {
            return adopt(marked, read(marked).filter(live -> sameAs(existing.get(), live)));
        }
        if (ManagedFields.dropsReplicas(existing.get(), marked)) {
            read(marked).ifPresent(transfer::releaseReplicas);
        }
        return serverSideApply(marked, true);
    }

    private static boolean sameAs(HasMetadata one, HasMetadata other) {
        return one.getMetadata().getUid().equals(other.getMetadata().getUid()) && ObjectMetas.isHandedOver(other);
    }

    /** Takes over the managed fields first, so that the apply removes the fields that only a former owner set. */
    private HasMetadata adopt(HasMetadata marked, Optional<HasMetadata> live) {
        HasMetadata base = live.orElseThrow(() -> changed(marked));
        HasMetadata taken = transfer.takeOver(base, marked.getApiVersion()).orElse(base);
        marked.getMetadata().setResourceVersion(taken.getMetadata().getResourceVersion());
        return serverSideApply(marked, true);
    }

    private Outcome attempt(HasMetadata object, Supplier<Outcome> call) {
        String key = key(object);
        String name = object.getMetadata().getName();
        try {
            Outcome outcome = call.get();
            backoffs.succeeded(key);
            return outcome;
        } catch (KubernetesClientException e) {
            if (ApiError.isFinal(e)) {
                return new Outcome.Refused(
                        object.getKind(), ObjectMetas.namespace(object), name, e.getCode(), ApiError.explain(e));
            }
            Optional<String> webhook = ApiError.failedWebhook(e);
            if (webhook.isPresent()) {
                return new Outcome.WebhookTimeout(
                        object.getKind(), ObjectMetas.namespace(object), name, webhook.get(), backoffs.failed(key));
            }
            throw e;
        }
    }

    /**
     * Adds fields to an object that is shared with others, never by force.
     *
     * @param fields the object with only the fields to add
     * @throws KubernetesClientException with code 409 if another manager owns one of the fields with another value
     */
    public Outcome share(HasMetadata fields) {
        return attempt(fields, () -> {
            HasMetadata written = patch(fields, false);
            log.written("share", written);
            return new Outcome.Written(written);
        });
    }

    /**
     * Creates an object, and never changes one that exists.
     *
     * @throws KubernetesClientException with code 409 if the name is taken
     */
    public Outcome createOnce(Owner owner, HasMetadata wanted) {
        return attempt(wanted, () -> {
            HasMetadata created = client.resource(mark(owner, wanted)).create();
            log.written("create", created);
            return new Outcome.Written(created);
        });
    }

    /**
     * Writes a whole object, only if it still has the version that was read. Meant for keys: nothing derived from them, such
     * as a hash, is written beside them.
     *
     * @param resourceVersion the version that was read; empty: the object must not exist
     * @throws KubernetesClientException with code 409 if it changed since
     */
    public Outcome writeExactly(Owner owner, HasMetadata wanted, Optional<String> resourceVersion) {
        HasMetadata marked = mark(owner, wanted);
        return attempt(marked, () -> new Outcome.Written(overwritten(marked, resourceVersion)));
    }

    private HasMetadata overwritten(HasMetadata marked, Optional<String> resourceVersion) {
        Optional<HasMetadata> live = read(marked);
        String liveVersion = live.map(o -> o.getMetadata().getResourceVersion()).orElse("");
        if (!liveVersion.equals(resourceVersion.orElse(""))) {
            throw changed(marked);
        }
        live.ifPresent(present -> {
            marked.getMetadata().setResourceVersion(present.getMetadata().getResourceVersion());
            marked.getMetadata().setUid(present.getMetadata().getUid());
        });
        // Forced only over the version that was read; an object that is created at this moment is a conflict.
        // The annotation that hands an object over is removed with it: it is good for one handover.
        return live.filter(present -> !Ownership.managed(present) || ObjectMetas.isHandedOver(present))
                        .isPresent()
                ? adopt(marked, live)
                : serverSideApply(marked, live.isPresent());
    }

    private static KubernetesClientException changed(HasMetadata object) {
        return new KubernetesClientException(
                ObjectMetas.describe(object) + " changed since it was read", HttpURLConnection.HTTP_CONFLICT, null);
    }

    /**
     * Deletes an object of ours; it is no error if it is deleted already.
     *
     * @throws KubernetesClientException with code 409 if it changed since it was read
     */
    public Outcome delete(HasMetadata present) {
        if (present.getMetadata().getDeletionTimestamp() != null) {
            return new Outcome.Unchanged(present);
        }
        return attempt(present, () -> {
            boolean deleted = !client.resource(present)
                    .lockResourceVersion(present.getMetadata().getResourceVersion())
                    .delete()
                    .isEmpty();
            recentWrites.forget(key(present));
            repairs.forget(key(present));
            if (deleted) {
                log.written("delete", present);
            }
            return new Outcome.Unchanged(present);
        });
    }

    private HasMetadata serverSideApply(HasMetadata object, boolean overwrite) {
        HasMetadata written = patch(object, overwrite);
        log.written(overwrite ? "update" : "create", written);
        return written;
    }

    private HasMetadata patch(HasMetadata object, boolean force) {
        return client.resource(object)
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager(Names.MESHFED)
                        .withForce(force)
                        .build());
    }

    private Optional<HasMetadata> read(HasMetadata object) {
        return Optional.ofNullable(client.resource(object).get());
    }

    private static HasMetadata mark(Owner owner, HasMetadata wanted) {
        HasMetadata marked = Serialization.clone(wanted);
        ObjectMeta metadata = marked.getMetadata();
        ObjectMetas.setLabel(metadata, Names.MANAGED_BY, Names.MESHFED);
        owner.reference().ifPresent(reference -> metadata.setOwnerReferences(List.of(reference)));
        ObjectMetas.setAnnotation(metadata, Names.OWNER_UID, owner.uid());
        return marked;
    }

    private static HasMetadata hashed(HasMetadata marked) {
        marked.getMetadata().getAnnotations().put(Names.APPLIED_HASH, ObjectDiff.hash(ObjectDiff.tree(marked)));
        return marked;
    }

    private static String hash(HasMetadata object) {
        return ObjectMetas.annotation(object, Names.APPLIED_HASH).orElse("");
    }

    private static String key(HasMetadata object) {
        return object.getApiVersion() + "/" + object.getKind() + "/" + ObjectMetas.path(object);
    }
}
