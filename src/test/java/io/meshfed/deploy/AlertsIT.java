package io.meshfed.deploy;

import io.meshfed.testbed.GoTests;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What Prometheus's own code makes of {@code helm/meshfed/alerts.yaml}: the Go tests of {@code src/alerts}. */
class AlertsIT {

    @TestFactory
    Stream<DynamicTest> eachAlertFiresWhenItShould() {
        return GoTests.ALERTS.run();
    }
}
