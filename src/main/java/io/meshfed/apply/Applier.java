package io.meshfed.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.api.Names;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /**
     * @param client talks to the local cluster
     * @param log is told of every write, after it succeeded
     */
    public Applier(KubernetesClient client, Clock clock, WriteLog log) {
        this.client = client;
        this.repairs = new RepairBudget(clock);
        this.memory = new WriteMemory(clock);
        this.log = log;
    }

    /**
     * Applies one object of ours.
     *
     * @param present the object of that name as the cache has it
     * @throws KubernetesClientException if the API server cannot be reached, or refuses for a reason that passes
     */
    public Outcome apply(Owner owner, HasMetadata wanted, Optional<? extends HasMetadata> present) {
        HasMetadata marked = hashed(mark(owner, wanted));
        String key = key(marked);
        Optional<HasMetadata> standing = memory.newest(key, present).or(() -> read(marked));
        if (standing.isPresent()) {
            HasMetadata live = standing.get();
            if (!owner.owns(live) && !Ownership.handedOver(live)) {
                return new Outcome.Foreign(
                        live.getKind(), namespace(live), live.getMetadata().getName());
            }
            if (Canonical.contains(Canonical.tree(live), Canonical.tree(marked))) {
                memory.inPlace(key, hash(marked));
                return new Outcome.Unchanged(live);
            }
            // A name that was deleted and made anew since we looked must not be overwritten: the UID is a precondition.
            marked.getMetadata().setUid(live.getMetadata().getUid());
        }
        if (isRepair(key, marked, standing)) {
            Optional<Duration> pause = repairs.take(key);
            if (pause.isPresent()) {
                return new Outcome.Contested(
                        marked.getKind(),
                        namespace(marked),
                        marked.getMetadata().getName(),
                        pause.get());
            }
        }
        return write(key, marked, standing.isPresent());
    }

    /** Whether what is wanted was there before and somebody else undid it, by an edit or a deletion. */
    private boolean isRepair(String key, HasMetadata marked, Optional<HasMetadata> standing) {
        return memory.wasInPlace(key, hash(marked))
                || standing.filter(live -> hash(live).equals(hash(marked))).isPresent();
    }

    /** Only what was seen to be ours is overwritten: a name that somebody else takes at this moment is a conflict. */
    private Outcome write(String key, HasMetadata marked, boolean overwrite) {
        return refusable(marked, () -> {
            HasMetadata written = serverSideApply(marked, overwrite);
            memory.written(key, written, hash(marked));
            log.written(overwrite ? "update" : "create", written);
            return written;
        });
    }

    private static Outcome refusable(HasMetadata object, Supplier<HasMetadata> write) {
        try {
            return new Outcome.Written(write.get());
        } catch (KubernetesClientException e) {
            if (!Refusal.isFinal(e)) {
                throw e;
            }
            return new Outcome.Refused(
                    object.getKind(), namespace(object), object.getMetadata().getName(), Refusal.words(e));
        }
    }

    /**
     * Adds fields to an object that is shared with others, never by force.
     *
     * @param fields the object with nothing but the fields to add
     * @throws KubernetesClientException with code 409 if somebody else owns one of the fields with another value
     */
    public Outcome share(HasMetadata fields) {
        return refusable(fields, () -> {
            HasMetadata written = serverSideApply(fields, false);
            log.written("share", written);
            return written;
        });
    }

    /**
     * Creates an object, and never touches one that is there.
     *
     * @throws KubernetesClientException with code 409 if the name is taken
     */
    public Outcome createOnce(Owner owner, HasMetadata wanted) {
        return refusable(wanted, () -> {
            HasMetadata created = client.resource(mark(owner, wanted)).create();
            log.written("create", created);
            return created;
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
        Optional<HasMetadata> live = read(marked);
        String liveVersion = live.map(o -> o.getMetadata().getResourceVersion()).orElse("");
        if (!liveVersion.equals(resourceVersion.orElse(""))) {
            throw new KubernetesClientException(
                    marked.getKind() + " " + namespace(marked) + "/"
                            + marked.getMetadata().getName() + " changed since it was looked at",
                    HttpURLConnection.HTTP_CONFLICT,
                    null);
        }
        live.ifPresent(present -> {
            marked.getMetadata().setResourceVersion(present.getMetadata().getResourceVersion());
            marked.getMetadata().setUid(present.getMetadata().getUid());
        });
        return refusable(marked, () -> {
            // By force only over the version that was looked at; what appears at this moment is a conflict.
            HasMetadata written = serverSideApply(marked, live.isPresent());
            log.written(live.isPresent() ? "update" : "create", written);
            return written;
        });
    }

    /**
     * Deletes an object of ours; one that is gone or going is fine.
     *
     * @throws KubernetesClientException with code 409 if it no longer is the version that was looked at
     */
    public void delete(HasMetadata present) {
        if (present.getMetadata().getDeletionTimestamp() != null) {
            return;
        }
        memory.forget(key(present));
        repairs.forget(key(present));
        boolean deleted = !client.resource(present)
                .lockResourceVersion(present.getMetadata().getResourceVersion())
                .delete()
                .isEmpty();
        if (deleted) {
            log.written("delete", present);
        }
    }

    private HasMetadata serverSideApply(HasMetadata object, boolean force) {
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
        Map<String, String> labels =
                new HashMap<>(Optional.ofNullable(metadata.getLabels()).orElse(Map.of()));
        labels.put(Names.MANAGED_BY, Names.MESHFED);
        metadata.setLabels(labels);
        owner.reference().ifPresent(reference -> metadata.setOwnerReferences(List.of(reference)));
        Map<String, String> annotations =
                new HashMap<>(Optional.ofNullable(metadata.getAnnotations()).orElse(Map.of()));
        annotations.put(Names.OWNER_UID, owner.uid());
        metadata.setAnnotations(annotations);
        return marked;
    }

    private static HasMetadata hashed(HasMetadata marked) {
        marked.getMetadata().getAnnotations().put(Names.APPLIED_HASH, Canonical.hash(Canonical.tree(marked)));
        return marked;
    }

    private static String hash(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getAnnotations())
                .map(a -> a.get(Names.APPLIED_HASH))
                .orElse("");
    }

    private static String key(HasMetadata object) {
        return object.getApiVersion() + "/" + object.getKind() + "/" + namespace(object) + "/"
                + object.getMetadata().getName();
    }

    private static String namespace(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getNamespace()).orElse("");
    }
}
