package io.meshfed.testbed;

import java.util.List;

/** The Go tests of a module. */
public enum GoTests {
    /** Give the golden folders of the planners to istiod. */
    DATA_PLANE("src/dataplane", "istiod for the data-plane tests"),
    /** Give {@code helm/meshfed/alerts.yaml} to Prometheus. */
    ALERTS("src/alerts", "Prometheus for the tests of alerts");

    private final String folder;
    private final String imported;

    GoTests(String folder, String imported) {
        this.folder = folder;
        this.imported = imported;
    }

    /**
     * Compiles what the tests import and Go's build cache does not have: minutes on a new machine.
     *
     * @throws TestbedException in one sentence, when go is missing or too old, a module cannot be fetched, or something
     *     cannot be compiled
     */
    public void compile() {
        GoModule module = new GoModule(Repository.root().resolve(folder));
        module.requireGo();
        module.compileForTests(imported);
    }

    /**
     * Compiles them, and runs every one.
     *
     * @throws TestbedException as {@link #compile()}, or when they end early
     */
    public List<GoTest> run() {
        compile();
        return new GoModule(Repository.root().resolve(folder)).test();
    }
}
