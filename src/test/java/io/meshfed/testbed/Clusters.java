package io.meshfed.testbed;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The clusters of a test, by name. */
public final class Clusters implements AutoCloseable {

    private final Map<String, Cluster> byName = new LinkedHashMap<>();
    private final boolean owned;

    Clusters(List<Cluster> clusters, boolean owned) {
        clusters.forEach(cluster -> byName.put(cluster.name(), cluster));
        this.owned = owned;
    }

    /**
     * Starts clusters for one test alone, for what would disturb others: outages, cluster-scoped objects, other CRDs.
     * Close them at the end of the test.
     *
     * @param options one per cluster
     */
    public static Clusters fresh(ClusterOptions... options) {
        return new Clusters(Cluster.startAll(options), true);
    }

    /**
     * Starts clusters with default options for one test alone; see {@link #fresh(ClusterOptions...)}.
     *
     * @param names one per cluster
     */
    public static Clusters fresh(String... names) {
        return fresh(Arrays.stream(names).map(ClusterOptions::named).toArray(ClusterOptions[]::new));
    }

    /** The cluster of that name. */
    public Cluster get(String name) {
        return Optional.ofNullable(byName.get(name))
                .orElseThrow(() -> new TestbedException(
                        "No cluster " + name + " here, only " + byName.keySet() + ": name it in @WithClusters"));
    }

    /** All of them, in the order in which they were named. */
    public Collection<Cluster> all() {
        return List.copyOf(byName.values());
    }

    /**
     * Makes a namespace of the same new name in every cluster.
     *
     * @param prefix start of the name
     * @return the name
     */
    public String newNamespace(String prefix) {
        String name = prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
        byName.values().forEach(cluster -> cluster.createNamespace(name));
        return name;
    }

    /** Closes fresh clusters; shared ones stay until the JVM ends. */
    @Override
    public void close() {
        if (owned) {
            byName.values().forEach(Cluster::close);
        }
    }
}
