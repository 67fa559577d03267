package io.meshfed.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.condition.KubeconfigReason;
import io.meshfed.remote.kubeconfig.Validity;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RemoteClusterTest {
    private final AtomicInteger changes = new AtomicInteger();
    private final RemoteCluster<Wire, Seen> cluster = new RemoteCluster<>(
            changes::incrementAndGet,
            new Seen(new Connection.NotConfigured(), ""),
            (before, connection, link, credential) ->
                    new Seen(connection, link.map(wire -> wire.name).orElse(before.through())));

    private record Seen(Connection connection, String through) {}

    private static final class Wire implements Link {
        private final String name;
        private final Runnable onChange;
        private boolean synced;
        private boolean closed;

        Wire(String name, boolean synced, Runnable onChange) {
            this.name = name;
            this.synced = synced;
            this.onChange = onChange;
        }

        @Override
        public boolean synced() {
            return synced;
        }

        @Override
        public Connection connection() {
            return synced ? new Connection.Connected() : new Connection.Connecting();
        }

        @Override
        public Optional<Validity> validity() {
            return Optional.empty();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private Wire ensure(String name, boolean synced) {
        Wire[] made = new Wire[1];
        cluster.ensure(name, onChange -> made[0] = new Wire(name, synced, onChange));
        return made[0];
    }

    /** Before, it was thrown once, into the reconciler, and from then on the same credential was taken to be in use. */
    @Test
    void aCredentialOfWhichNoClientCanBeMadeIsRefused() {
        cluster.ensure("one", onChange -> {
            throw new IllegalStateException("the key is 12345");
        });

        assertThat(cluster.snapshot().connection()).isInstanceOfSatisfying(Connection.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(KubeconfigReason.KubeconfigUnusable);
            assertThat(refused.message()).contains("IllegalStateException").doesNotContain("12345");
        });
        assertThat(changes).hasValue(1);
    }

    @Test
    void newLinkServesOnlyOnceItHasSynced() {
        Wire first = ensure("first", true);
        assertThat(cluster.snapshot()).isEqualTo(new Seen(new Connection.Connected(), "first"));

        Wire second = ensure("second", false);
        assertThat(cluster.snapshot().through()).isEqualTo("first");
        assertThat(cluster.link()).contains(first);
        assertThat(first.closed).isFalse();

        second.synced = true;
        second.onChange.run();
        assertThat(cluster.snapshot().through()).isEqualTo("second");
        assertThat(cluster.link()).contains(second);
        assertThat(first.closed).isTrue();
    }

    @Test
    void linkThatNeverSyncedGivesWayAtOnce() {
        Wire first = ensure("first", false);

        Wire second = ensure("second", false);

        assertThat(first.closed).isTrue();
        assertThat(cluster.link()).contains(second);
        assertThat(cluster.snapshot().connection()).isInstanceOf(Connection.Connecting.class);
    }
}
