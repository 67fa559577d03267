package io.meshfed.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The commands that check the chart, {@code deploy/} and the tutorial, built from the Go module {@code src/tools}. Not part
 * of {@code src/testbed}: a newer helm must not make every machine build its test control planes again.
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

    private static Optional<ChartTools> ready = Optional.empty();

    /**
     * The commands, built now where they are not up to date: minutes on a new machine, after that Go's own build cache
     * makes it a moment.
     *
     * @throws TestbedException in one sentence, when go is missing or too old, or a module cannot be fetched
     */
    public static synchronized ChartTools ensure() {
        if (ready.isEmpty()) {
            ready = Optional.of(build());
        }
        return ready.get();
    }

    private static ChartTools build() {
        Path folder = Repository.root().resolve("target/tools");
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        GoModule module = new GoModule(Repository.root().resolve("src/tools"));
        module.requireGo();
        module.build(
                folder,
                VERSION_FLAGS,
                List.of("helm.sh/helm/v3/cmd/helm", "./kubectl", "sigs.k8s.io/kind", "./health"),
                "helm, kubectl, kind and health");
        return new ChartTools(
                folder.resolve("helm"), folder.resolve("kubectl"), folder.resolve("kind"), folder.resolve("health"));
    }
}
