package io.meshfed.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What etcd holds when a cluster has just been made and has its CRDs: an API server spends three times as long on
 * accepting those as on its own start. Made once per machine and choice of CRDs with a real API server, and copied for each
 * cluster. What is different in two real clusters and equal in two copies: the UIDs of the CRDs, of the namespaces
 * {@code kube-*} and {@code default}, and of the default roles.
 */
final class ClusterSnapshot {

    /** What an API server makes anew when it misses it, for the range of ClusterIPs that it is started with. */
    private static final List<String> OF_ONE_RANGE = List.of(
            "/registry/services/specs/default/kubernetes",
            "/registry/ipaddresses/",
            "/registry/servicecidrs/",
            "/registry/ranges/");

    private ClusterSnapshot() {}

    /**
     * The data folder of etcd to begin with, made now if this machine does not have it.
     *
     * @return empty for a cluster with flags of its own
     */
    static Optional<Path> of(ClusterOptions options, ControlPlaneBinaries binaries) {
        if (!options.apiServerFlags().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(BuildCache.ensure(name(options), sources(), folder -> make(options, binaries, folder))
                    .resolve(ControlPlane.ETCD_DATA));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make the snapshot of a cluster", e);
        }
    }

    private static String name(ClusterOptions options) {
        return "snapshot"
                + (options.istioCrds() ? "-istio" : "")
                + (options.gatewayApiCrds() ? "-gateway-api" : "")
                + (options.meshfedCrds() ? "-meshfed" : "");
    }

    private static void make(ClusterOptions options, ControlPlaneBinaries binaries, Path into) throws IOException {
        Path folder = Files.createTempDirectory("meshfed-snapshot-");
        try (ControlPlane controlPlane = new ControlPlane(options, binaries, folder, Optional.empty())) {
            new CrdInstaller(controlPlane.http())
                    .install(CrdFiles.wantedBy(options, binaries.crds()), controlPlane.apiServer());
            controlPlane.stop(OF_ONE_RANGE);
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
