package io.meshfed.testbed;

import java.nio.file.Path;
import java.util.List;

/**
 * The commands that check the chart, {@code deploy/} and the tutorial, built from the Go module {@code src/tools}
 * once per machine and kept in the {@link BuildCache}.
 *
 * @param helm the helm command
 * @param kubectl the kubectl command, of the library that helm is built on
 * @param kind the kind command
 * @param health runs one of Argo CD's health scripts as Argo CD does: the object as JSON on standard input
 */
public record ChartTools(Path helm, Path kubectl, Path kind, Path health) {

    /** Helm learns the Kubernetes version of {@code helm template} when it is linked; else it believes in 1.20. */
    private static final String VERSION_FLAGS =
            "-X helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor=1 -X helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor=36";

    /** This file too: the flags above are part of what is built. */
    private static final List<String> SOURCES =
            List.of("src/tools", "src/test/java/io/meshfed/testbed/ChartTools.java");

    /**
     * The commands, built now if this machine does not have them yet: minutes, with progress on the terminal.
     *
     * @throws TestbedException in one sentence, when go is missing or too old, or a module cannot be fetched
     */
    public static ChartTools ensure() {
        Path folder = BuildCache.ensure("tools", SOURCES, ChartTools::build);
        return new ChartTools(
                folder.resolve("helm"), folder.resolve("kubectl"), folder.resolve("kind"), folder.resolve("health"));
    }

    private static void build(Path folder) {
        GoModule module = new GoModule(Repository.root().resolve("src/tools"));
        module.requireGo();
        module.build(
                folder,
                VERSION_FLAGS,
                List.of("helm.sh/helm/v3/cmd/helm", "./kubectl", "sigs.k8s.io/kind", "./health"),
                "helm, kubectl, kind and health");
    }
}
