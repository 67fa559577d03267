package io.meshfed.reconcile.remotemesh;

import io.meshfed.api.ImportedService;
import io.meshfed.api.RemoteMesh;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.watch.ClusterWatch;

/** How many ImportedServices use a remote. */
final class ImportCount {
    private ImportCount() {}

    /** Counted now, or the last reported number while the cache is not complete. */
    static int of(RemoteMesh remote, LocalCluster cluster) {
        ClusterWatch<ImportedService> imports = cluster.all(ImportedService.class);
        if (!imports.synced()
                && remote.getStatus() != null
                && remote.getStatus().imports() != null) {
            return remote.getStatus().imports();
        }
        String name = remote.getMetadata().getName();
        return (int) imports.list().stream()
                .filter(i -> i.getSpec().from().isEmpty()
                        || i.getSpec().from().stream().anyMatch(f -> f.remote().equals(name)))
                .count();
    }
}
