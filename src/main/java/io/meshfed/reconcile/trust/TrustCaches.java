package io.meshfed.reconcile.trust;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.meshfed.api.RemoteMesh;
import io.meshfed.reconcile.CacheReadiness;
import io.meshfed.watch.ClusterWatch;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The caches from which the trust of one mesh is read. A plan reads the same caches whose readiness was checked, even if a
 * ConfigMap that names one of them changes in between.
 *
 * @param operatorSecrets Secrets of the operator's namespace: issuers
 * @param operatorConfigMaps ConfigMaps of the operator's namespace: roots of peers, revocation lists
 * @param remotes all RemoteMeshes
 * @param cacerts Secret {@code cacerts} of the control-plane namespace
 * @param injectorValues the injector's ConfigMap, which names the one with the published roots
 * @param chartValues the ConfigMap in which Istio's chart keeps its values
 * @param publishedRoots the ConfigMap in which istiod publishes its roots
 * @param selfSigned Secret of istiod's self-signed CA; empty unless {@code spec.trust.existingCA} is Migrate
 */
public record TrustCaches(
        ClusterWatch<Secret> operatorSecrets,
        ClusterWatch<ConfigMap> operatorConfigMaps,
        ClusterWatch<RemoteMesh> remotes,
        ClusterWatch<Secret> cacerts,
        ClusterWatch<ConfigMap> injectorValues,
        ClusterWatch<ConfigMap> chartValues,
        ClusterWatch<ConfigMap> publishedRoots,
        Optional<ClusterWatch<Secret>> selfSigned) {

    /** Whether the trust of this mesh can be planned. */
    public CacheReadiness readiness() {
        CacheReadiness readiness = readinessToIssue();
        // Without permission to read it there is nothing to migrate; TrustReady reports that.
        boolean waiting = selfSigned
                .filter(cache -> CacheReadiness.of(List.of(cache)).waiting())
                .isPresent();
        return new CacheReadiness(readiness.waiting() || waiting, readiness.trouble());
    }

    /** Whether the {@code cacerts} of other meshes can be planned. */
    CacheReadiness readinessToIssue() {
        return CacheReadiness.of(List.of(
                        operatorSecrets,
                        operatorConfigMaps,
                        remotes,
                        cacerts,
                        injectorValues,
                        chartValues,
                        publishedRoots))
                // A RemoteMesh that cannot be read would look as if its roots were no longer wanted.
                .and(remotes);
    }

    /** Secret {@code cacerts} as it is now. */
    public Optional<Secret> currentCacerts() {
        return only(cacerts);
    }

    /**
     * When istiod first ran here: since then it publishes its roots.
     *
     * @return empty if it has not run; {@link Instant#EPOCH} if that cannot be read
     */
    public Optional<Instant> istiodSince() {
        return publishedRoots.synced()
                ? publishedRoots.list().stream()
                        .map(roots -> Instant.parse(roots.getMetadata().getCreationTimestamp()))
                        .min(Comparator.naturalOrder())
                : Optional.of(Instant.EPOCH);
    }

    /** The object of a cache that holds at most one. */
    static <T extends HasMetadata> Optional<T> only(ClusterWatch<T> cache) {
        return cache.list().stream().findFirst();
    }
}
