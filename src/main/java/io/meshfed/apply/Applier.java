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
 * Makes one object match what a plan wants, and writes only when it does not.
 *
 * <p>Presence comes from the caller's cache. What was just written is remembered until the cache has caught up, because
 * nothing else here gives read-your-writes. Before a first write of a name the live object is read once, so that a stale
 * cache never lets a forced apply run over somebody else's object.
 */
public final class Applier {
    private final KubernetesClient client;
    private final RepairBudget repairs;
    private final WriteLog log;
    private final WriteMemory memory;
    private final ManagedFieldsTransfer handover;
    private final Backoffs backoffs = Backoffs.ofWrites();

    /**
     * @param client talks to the local cluster
     * @param log is told of every write, after it succeeded
     */
    public Applier(KubernetesClient client, WriteLog log) {
        this(client, System::nanoTime, log);
    }

    /** @param nanos time that never jumps, as wall clocks do */
    Applier(KubernetesClient client, LongSupplier nanos, WriteLog log) {
        this.client = client;
        this.repairs = new RepairBudget(nanos);
        this.memory = new WriteMemory(nanos);
        this.handover = new ManagedFieldsTransfer(client, log);
        this.log = log;
    }

    /**
     * Applies one object of ours, or one that was handed over, which becomes exactly what is wanted.
     *
     * @param present the object of that name as the cache has it
     * @throws KubernetesClientException if the API server cannot be reached, or refuses for a reason that passes
     */
    public Outcome apply(Owner owner, HasMetadata wanted, Optional<? extends HasMetadata> present) {
        HasMetadata marked = hashed(mark(owner, wanted));
        return attempt(marked, () -> applied(owner, marked, present));
    }

    private Outcome applied(Owner owner, HasMetadata marked, Optional<? extends HasMetadata> present) {
        String key = key(marked);
        Optional<HasMetadata> standing = memory.newest(key, present).or(() -> read(marked));
        if (standing.isPresent()) {
            HasMetadata live = standing.get();
            if (!owner.owns(live) && !ObjectMetas.isHandedOver(live)) {
                return new Outcome.Foreign(
                        live.getKind(),
                        ObjectMetas.namespace(live),
                        live.getMetadata().getName(),
                        true);
            }
            if (ObjectDiff.contains(ObjectDiff.tree(live), ObjectDiff.tree(marked))) {
                memory.inPlace(key, hash(marked));
                return new Outcome.Unchanged(live);
            }
            // A name that was deleted and made anew since we looked must not be overwritten: the UID is a precondition.
            marked.getMetadata().setUid(live.getMetadata().getUid());
        }
        boolean repair = isRepair(key, marked, standing);
        Optional<Duration> pause = repair ? repairs.pause(key) : Optional.empty();
        if (pause.isPresent()) {
            return new Outcome.Contested(
                    marked.getKind(),
                    ObjectMetas.namespace(marked),
                    marked.getMetadata().getName(),
                    pause.get());
        }
        HasMetadata written = write(owner, marked, standing);
        if (repair) {
            repairs.count(key);
        }
        memory.written(key, written, hash(marked));
        return new Outcome.Written(written);
    }

    /** A watch shows this version of an object now: what was remembered of writing it is not needed any more. */
    public void seen(HasMetadata object) {
        memory.seen(key(object), object);
    }

    /** Whether what is wanted was there before and somebody else undid it, by an edit or a deletion. */
    private boolean isRepair(String key, HasMetadata marked, Optional<HasMetadata> standing) {
        return memory.wasInPlace(key, hash(marked))
                || standing.filter(live -> hash(live).equals(hash(marked))).isPresent();
    }

    /** Only what was seen to be ours is overwritten: a name that somebody else takes at this moment is a conflict. */
    private HasMetadata write(Owner owner, HasMetadata marked, Optional<HasMetadata> standing) {
        if (standing.isEmpty()) {
            return serverSideApply(marked, false);
        }
        if (!owner.owns(standing.get())) {
            return adopt(marked, read(marked).filter(live -> sameAs(standing.get(), live)));
        }
        if (ManagedFields.dropsReplicas(standing.get(), marked)) {
            read(marked).ifPresent(handover::letGoOfReplicas);
        }
        return serverSideApply(marked, true);
    }

    private static boolean sameAs(HasMetadata one, HasMetadata other) {
        return one.getMetadata().getUid().equals(other.getMetadata().getUid()) && ObjectMetas.isHandedOver(other);
    }

    /** Takes the claims over first, so that the apply takes away what only a former owner wanted. */
    private HasMetadata adopt(HasMetadata marked, Optional<HasMetadata> live) {
        HasMetadata base = live.orElseThrow(() -> changed(marked));
        HasMetadata taken = handover.takeOver(base, marked.getApiVersion()).orElse(base);
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
                        object.getKind(), ObjectMetas.namespace(object), name, e.getCode(), ApiError.words(e));
            }
            Optional<String> webhook = ApiError.failedWebhook(e);
            if (webhook.isPresent()) {
                return new Outcome.Unanswered(
                        object.getKind(), ObjectMetas.namespace(object), name, webhook.get(), backoffs.failed(key));
            }
            throw e;
        }
    }

    /**
     * Adds fields to an object that is shared with others, never by force.
     *
     * @param fields the object with nothing but the fields to add
     * @throws KubernetesClientException with code 409 if somebody else owns one of the fields with another value
     */
    public Outcome share(HasMetadata fields) {
        return attempt(fields, () -> {
            HasMetadata written = patch(fields, false);
            log.written("share", written);
            return new Outcome.Written(written);
        });
    }

    /**
     * Creates an object, and never touches one that is there.
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
     * Writes an object whole, only if it still is the version that was looked at. Meant for keys: nothing that is derived
     * from them, such as a hash, is written beside them.
     *
     * @param resourceVersion the version that was looked at; empty: the object must not exist
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
        // By force only over the version that was looked at; what appears at this moment is a conflict.
        // What was handed over is taken with its annotation: one word is good for one handover.
        return live.filter(present -> !Ownership.managed(present) || ObjectMetas.isHandedOver(present))
                        .isPresent()
                ? adopt(marked, live)
                : serverSideApply(marked, live.isPresent());
    }

    private static KubernetesClientException changed(HasMetadata object) {
        return new KubernetesClientException(
                ObjectMetas.describe(object) + " changed since it was looked at",
                HttpURLConnection.HTTP_CONFLICT,
                null);
    }

    /**
     * Deletes an object of ours; one that is gone or going is fine.
     *
     * @throws KubernetesClientException with code 409 if it no longer is the version that was looked at
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
            memory.forget(key(present));
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
