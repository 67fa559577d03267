package io.meshfed.plan.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalQuantityTest {
    /** Limits of a container in a Deployment, as kube-apiserver 1.36 gave them back. */
    @ParameterizedTest
    @CsvSource({
        "100m,   100m",
        "1,      1",
        "0,      0",
        "0Mi,    0",
        "0.5,    500m",
        "1000m,  1",
        "1500m,  1500m",
        "2000m,  2",
        "1000,   1k",
        "1500,   1500",
        "0.0000000001, 1m",
        "64Mi,   64Mi",
        "1024Mi, 1Gi",
        "1536Mi, 1536Mi",
        "1.5Gi,  1536Mi",
        "0.5Gi,  512Mi",
        "0.5Ki,  512",
        "0.1Gi,  107374182400m",
        "1000Mi, 1000Mi",
        "1000M,  1G",
        "1000Ki, 1000Ki",
        "1Ki,    1Ki",
    })
    void isWhatTheApiServerStores(String sent, String stored) {
        assertThat(CanonicalQuantity.of(Quantity.parse(sent)).toString()).isEqualTo(stored);
    }
}
