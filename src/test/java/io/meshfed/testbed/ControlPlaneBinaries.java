package io.meshfed.testbed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a test cluster is made of, built once per machine from the Go modules in {@code src/testbed} and kept in the
 * {@link BuildCache}.
 *
 * @param etcd the etcd binary
 * @param kubeApiServer the kube-apiserver binary
 * @param kubeControllerManager the kube-controller-manager binary
 * @param crds a folder with one JSON file per CRD: {@code istio/} and {@code gateway-api/}
 */
public record ControlPlaneBinaries(Path etcd, Path kubeApiServer, Path kubeControllerManager, Path crds) {

    private static final String VERSION_PACKAGE = "k8s.io/component-base/version";

    /**
     * The binaries, built now if this machine does not have them yet: several minutes, with progress on the terminal.
     *
     * @throws TestbedException in one sentence, when go is missing or too old, or a module cannot be fetched
     */
    public static ControlPlaneBinaries ensure() {
        Path crds = ensure("crds", CrdFiles::extract);
        Path etcd = ensure("etcd", (module, folder) -> module.build(folder, "", List.of("."), "etcd"));
        Path controlPlane = ensure(
                "controlplane",
                (module, folder) -> module.build(
                        folder,
                        versionFlags(module.versionOf("k8s.io/kubernetes")),
                        List.of("./kube-apiserver", "./kube-controller-manager"),
                        "kube-apiserver and kube-controller-manager"));
        return new ControlPlaneBinaries(
                etcd.resolve("etcd"),
                controlPlane.resolve("kube-apiserver"),
                controlPlane.resolve("kube-controller-manager"),
                crds);
    }

    private interface Recipe {
        void fill(GoModule module, Path folder) throws IOException;
    }

    private static Path ensure(String name, Recipe recipe) {
        String sources = "src/testbed/" + name;
        return BuildCache.ensure(name, List.of(sources), folder -> {
            GoModule module = new GoModule(Repository.root().resolve(sources));
            module.requireGo();
            recipe.fill(module, folder);
        });
    }

    /** Without them the API server calls itself v0.0.0-master, which clients that compare versions dislike. */
    private static String versionFlags(String version) {
        String[] parts = version.substring(1).split("\\.");
        return Stream.of(
                        Map.entry("gitVersion", version),
                        Map.entry("gitMajor", parts[0]),
                        Map.entry("gitMinor", parts[1]))
                .map(flag -> "-X " + VERSION_PACKAGE + "." + flag.getKey() + "=" + flag.getValue())
                .reduce("", (all, flag) -> all + " " + flag);
    }
}
