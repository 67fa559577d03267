package io.meshfed.testbed;

import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;

/**
 * One test in named steps, for a state that takes minutes to reach: each step begins where the one before it ended. A
 * {@code @TestFactory} returns {@link #inOrder}; JUnit reports every step, and the steps after a failed one are skipped.
 */
public final class TestSteps {
    private final List<DynamicTest> steps = new ArrayList<>();
    private String failed = "";

    private TestSteps() {}

    /** The first step. */
    public static TestSteps first(String name, Executable step) {
        return new TestSteps().then(name, step);
    }

    /** The next step. */
    public TestSteps then(String name, Executable step) {
        steps.add(dynamicTest(name, () -> {
            assumeThat(failed).as("the step that failed before").isEmpty();
            failed = name;
            step.execute();
            failed = "";
        }));
        return this;
    }

    /** All steps, for a {@code @TestFactory} to return. */
    public Stream<DynamicTest> inOrder() {
        return steps.stream();
    }
}
