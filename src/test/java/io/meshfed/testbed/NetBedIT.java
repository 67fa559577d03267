package io.meshfed.testbed;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The network of the live tests works as its README.md describes: the Go tests of {@code src/testbed/netbed}, each under its
 * own name. Most need root.
 */
@LongRunning
class NetBedIT {

    @TestFactory
    Stream<DynamicTest> netbedKeepsItsContract() {
        return GoTests.NETBED.run();
    }
}
