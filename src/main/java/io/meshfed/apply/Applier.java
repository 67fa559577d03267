package io.meshfed.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.meshfed.api.Names;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

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
    private final Map<String, HasMetadata> ahead = new ConcurrentHashMap<>();

    /** By object, the hash of what was last seen in place: who finds it undone knows that somebody else was there. */
    private final Map<String, String> applied = new ConcurrentHashMap<>();

    /**
     * @param client talks to the local cluster
     * @param log is told of every write, after it succeeded
     */
    public Applier(KubernetesClient client, Clock clock, WriteLog log) {
        this.client = client;
        this.repairs = new RepairBudget(clock);
        this.log = log;
    }

    /**
     * Applies one object of ours.
     *
     * @param present the object of that name as the cache has it
     * @throws KubernetesClientException if the API server cannot be reached, or refuses for a reason that passes
     */
    public Outcome apply(Owner owner, HasMetadata wanted, Optional<? extends HasMetadata> present) {
        HasMetadata marked = mark(owner, wanted);
        String key = key(marked);
        Optional<HasMetadata> standing = newest(key, present).or(() -> read(marked));
        if (standing.isPresent()) {
            HasMetadata live = standing.get();
            if (!owner.owns(live) && !Ownership.handedOver(live)) {
                return new Outcome.Foreign(
                        live.getKind(), namespace(live), live.getMetadata().getName());
            }
            if (Canonical.contains(Canonical.tree(live), Canonical.tree(marked))) {
                applied.put(key, hash(marked));
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
        return write(key, marked, standing.isPresent() ? "update" : "create");
    }

    /** Whether what is wanted was there before and somebody else undid it, by an edit or a deletion. */
    private boolean isRepair(String key, HasMetadata marked, Optional<HasMetadata> standing) {
        return hash(marked).equals(applied.get(key))
                || standing.filter(live -> hash(live).equals(hash(marked))).isPresent();
    }

    private Outcome write(String key, HasMetadata marked, String verb) {
        try {
            HasMetadata written = serverSideApply(marked, true);
            ahead.put(key, written);
            applied.put(key, hash(marked));
            log.written(verb, written);
            return new Outcome.Written(written);
        } catch (KubernetesClientException e) {
            if (!Refusal.isFinal(e)) {
                throw e;
            }
            return new Outcome.Refused(
                    marked.getKind(), namespace(marked), marked.getMetadata().getName(), Refusal.words(e));
        }
    }

    /**
     * Adds fields to an object that is shared with others, never by force.
     *
     * @param fields the object with nothing but the fields to add
     * @throws KubernetesClientException with code 409 if somebody else owns one of the fields with another value
     */
    public HasMetadata share(HasMetadata fields) {
        HasMetadata written = serverSideApply(fields, false);
        log.written("share", written);
        return written;
    }

    /**
     * Creates an object, and never touches one that is there.
     *
     * @throws KubernetesClientException with code 409 if the name is taken
     */
    public HasMetadata createOnce(Owner owner, HasMetadata wanted) {
        HasMetadata created = client.resource(mark(owner, wanted)).create();
        log.written("create", created);
        return created;
    }

    /**
     * Writes an object whole, only if it still is the version that was looked at.
     *
     * @param resourceVersion the version that was looked at; empty: the object must not exist
     * @throws KubernetesClientException with code 409 if it changed since
     */
    public HasMetadata writeExactly(Owner owner, HasMetadata wanted, Optional<String> resourceVersion) {
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
        resourceVersion.ifPresent(version -> {
            marked.getMetadata().setResourceVersion(version);
            marked.getMetadata().setUid(live.orElseThrow().getMetadata().getUid());
        });
        HasMetadata written = serverSideApply(marked, true);
        log.written(resourceVersion.isPresent() ? "update" : "create", written);
        return written;
    }

    /** Deletes an object of ours, only if it still is the version that was looked at; one that is gone is fine. */
    public void delete(HasMetadata present) {
        ahead.remove(key(present));
        applied.remove(key(present));
        repairs.forget(key(present));
        client.resource(present)
                .lockResourceVersion(present.getMetadata().getResourceVersion())
                .delete();
        log.written("delete", present);
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

    /** The cached object, or what was written since it was cached. */
    private Optional<HasMetadata> newest(String key, Optional<? extends HasMetadata> present) {
        HasMetadata written = ahead.get(key);
        if (written == null) {
            return present.map(HasMetadata.class::cast);
        }
        if (present.isPresent() && version(present.get()) >= version(written)) {
            ahead.remove(key);
            return present.map(HasMetadata.class::cast);
        }
        // Absent from the cache: not there yet, or deleted since. Only the API server knows.
        return present.isPresent() ? Optional.of(written) : Optional.empty();
    }

    /** Resource versions of one cluster can be compared as numbers; the API guarantees it since Kubernetes 1.35. */
    private static long version(HasMetadata object) {
        return Long.parseUnsignedLong(object.getMetadata().getResourceVersion());
    }

    private static HasMetadata mark(Owner owner, HasMetadata wanted) {
        HasMetadata marked = io.fabric8.kubernetes.client.utils.Serialization.clone(wanted);
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
        annotations.put(Names.APPLIED_HASH, Canonical.hash(Canonical.tree(marked)));
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
