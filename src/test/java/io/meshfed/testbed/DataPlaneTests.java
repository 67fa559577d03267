package io.meshfed.testbed;

import java.util.List;

/**
 * The Go tests in {@code src/dataplane}, which give the golden folders of the planners to istiod. A module of its own
 * for the reason that {@link ChartTools} has one.
 */
public final class DataPlaneTests {

    /** What the tests import and what takes minutes to compile, once per machine: istiod. */
    private static final List<String> ISTIOD =
            List.of("istio.io/istio/pilot/test/xds", "istio.io/istio/pkg/webhooks/validation/server");

    private DataPlaneTests() {}

    /**
     * Compiles what Go's build cache does not have, and runs every test: minutes on a new machine, after that seconds.
     *
     * @throws TestbedException in one sentence, when go is missing or too old, a module cannot be fetched, or the tests
     *     cannot be compiled
     */
    public static synchronized List<GoTest> run() {
        GoModule module = new GoModule(Repository.root().resolve("src/dataplane"));
        module.requireGo();
        module.compile(ISTIOD, "istiod for the data-plane tests");
        return module.test();
    }
}
