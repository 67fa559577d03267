package io.meshfed.reconcile.remote;

import io.meshfed.api.ImportedService;
import io.meshfed.reconcile.LocalCluster;

/** How many ImportedServices use a remote. */
final class ImportCount {
    private ImportCount() {}

    static int of(String remote, LocalCluster cluster) {
        return (int) cluster.all(ImportedService.class).list().stream()
                .filter(i -> i.getSpec().from().isEmpty()
                        || i.getSpec().from().stream().anyMatch(f -> f.remote().equals(remote)))
                .count();
    }
}
