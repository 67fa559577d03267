package io.meshfed.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

@WithClusters({"east", "west"})
class TestbedIT {
    @Test
    void up(Clusters clusters) {
        assertThat(clusters.get("east").adminClient().namespaces().list().getItems())
                .isNotEmpty();
    }
}
