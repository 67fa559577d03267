package io.meshfed.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What etcd holds when a cluster has just been made and has its CRDs: an API server spends three times as long on
 * accepting those as on its own start. Made once per machine with a real API server, and copied for each cluster. What
 * is different in two real clusters and equal in two copies: the UIDs of the CRDs, of the namespaces {@code kube-*} and
 * {@code default}, and of the default roles.
 */
final class ClusterSnapshot {

    private ClusterSnapshot() {}

    /**
     * The data folder of etcd to begin with, made now if this machine does not have it.
     *
     * @return empty for a cluster with other CRDs or other flags than most
     */
    static Optional<Path> of(ClusterOptions options, ControlPlaneBinaries binaries) throws IOException {
        ClusterOptions usual = ClusterOptions.named(options.name());
        if (!options.equals(usual) && !options.equals(usual.withPods())) {
            return Optional.empty();
        }
        return Optional.of(BuildCache.ensure("snapshot", sources(), folder -> make(binaries, folder))
                .resolve(ControlPlane.ETCD_DATA));
    }

    private static void make(ControlPlaneBinaries binaries, Path into) throws IOException {
        ClusterOptions options = ClusterOptions.named("snapshot");
        Path folder = Files.createTempDirectory("meshfed-snapshot-");
        try (ControlPlane controlPlane = new ControlPlane(options, binaries, folder, Optional.empty())) {
            new CrdInstaller(controlPlane.http())
                    .install(CrdFiles.wantedBy(options, binaries.crds()), controlPlane.apiServer());
            controlPlane.stop();
            Folders.copy(folder.resolve(ControlPlane.ETCD_DATA), into.resolve(ControlPlane.ETCD_DATA));
        } finally {
            Folders.delete(folder);
        }
    }

    private static List<String> sources() throws IOException {
        List<String> sources = new ArrayList<>(List.of(
                "src/testbed/controlplane",
                "src/testbed/crds",
                "src/testbed/etcd",
                "src/test/java/io/meshfed/testbed/ControlPlane.java"));
        for (Path crd : CrdFiles.ofMeshfed()) {
            sources.add(Repository.root().relativize(crd).toString());
        }
        return sources;
    }
}
