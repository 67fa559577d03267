package io.meshfed.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What the live tests stand on does what its README.md says: the Go tests of {@code src/testbed/netbed}, each under its
 * own name. Most need root.
 */
@LongRunning
class NetBedIT {

    @TestFactory
    Stream<DynamicTest> netbedKeepsItsContract() {
        GoModule module = new GoModule(Repository.root().resolve("src/testbed/netbed"));
        module.requireGo();
        return module.test().stream()
                .map(test -> dynamicTest(
                        test.name(),
                        () -> assertThat(test.passed()).as(test.output()).isTrue()));
    }
}
