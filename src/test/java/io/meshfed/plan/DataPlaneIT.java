package io.meshfed.plan;

import io.meshfed.testbed.GoTests;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What istiod makes of the golden folders: the Go tests of {@code src/dataplane}, each under its own name. What an
 * expectation says and how to write a new one is told in the README.md there.
 *
 * <p>Late among those that run one after the other: those wait a lot, and this one computes all the time.
 */
@Execution(ExecutionMode.SAME_THREAD)
@Order(Integer.MAX_VALUE - 1)
class DataPlaneIT {

    @TestFactory
    Stream<DynamicTest> istiodMakesOfThePlansWhatIsExpected() {
        return GoTests.DATA_PLANE.run();
    }
}
