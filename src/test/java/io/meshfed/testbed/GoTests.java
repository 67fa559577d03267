package io.meshfed.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** The Go tests of a module. */
public enum GoTests {
    /** Give the golden folders of the planners to istiod. */
    DATA_PLANE("src/dataplane", "istiod for the data-plane tests"),
    /** Give {@code helm/meshfed/alerts.yaml} to Prometheus. */
    ALERTS("src/alerts", "Prometheus for the tests of alerts"),
    /** Hold netbed to its README.md; most need root. */
    NETBED("src/testbed/netbed", "what netbed's tests import");

    private final String folder;
    private final String imported;

    GoTests(String folder, String imported) {
        this.folder = folder;
        this.imported = imported;
    }

    /**
     * Compiles the tests and what they import, as far as Go's build cache does not have it: minutes on a new machine.
     *
     * @return their module
     * @throws TestbedException in one sentence, when go is missing or too old, a module cannot be fetched, or something
     *     cannot be compiled
     */
    public GoModule compile() {
        GoModule module = new GoModule(Repository.root().resolve(folder));
        module.requireGo();
        module.compileForTests(imported);
        return module;
    }

    /**
     * Compiles them, runs every one, and gives each under its own name.
     *
     * @throws TestbedException as {@link #compile()}, or when they end early
     */
    public Stream<DynamicTest> run() {
        return compile().test().stream()
                .map(test -> dynamicTest(
                        test.name(),
                        () -> assertThat(test.passed()).as(test.output()).isTrue()));
    }
}
