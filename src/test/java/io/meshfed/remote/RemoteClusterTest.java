package io.meshfed.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RemoteClusterTest {
    private final AtomicInteger changes = new AtomicInteger();
    private final RemoteCluster<RemoteLink, RemoteSnapshot> cluster =
            new RemoteCluster<>(changes::incrementAndGet, RemoteSnapshot.notConfigured(), RemoteSnapshot::through);

    /** Before, it was thrown once, into the reconciler, and from then on the same credential was taken to be in use. */
    @Test
    void aCredentialOfWhichNoClientCanBeMadeIsRefused() {
        cluster.ensure("one", onChange -> {
            throw new IllegalStateException("the key is 12345");
        });

        assertThat(cluster.snapshot().connection()).isInstanceOfSatisfying(Connection.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo("KubeconfigUnusable");
            assertThat(refused.message()).contains("IllegalStateException").doesNotContain("12345");
        });
        assertThat(changes).hasValue(1);
    }
}
