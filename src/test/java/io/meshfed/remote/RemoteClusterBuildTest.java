package io.meshfed.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshfed.remote.kubeconfig.Validity;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Building a link takes time, and much can happen in it. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RemoteClusterBuildTest {
    private final AtomicInteger changes = new AtomicInteger();
    private final RemoteCluster<Wire, Connection> cluster = new RemoteCluster<>(
            changes::incrementAndGet,
            new Connection.NotConfigured(),
            (before, connection, link, credential) -> connection);

    private static final class Wire implements Link {
        private volatile boolean closed;

        @Override
        public boolean synced() {
            return true;
        }

        @Override
        public Connection connection() {
            return new Connection.Connected();
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

    /** A build that has begun and ends when the test says so. */
    private final class SlowBuild {
        private final Wire wire = new Wire();
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch mayEnd = new CountDownLatch(1);
        private final CompletableFuture<Void> ensured;

        SlowBuild(String fingerprint, Optional<RuntimeException> result) throws InterruptedException {
            ensured = CompletableFuture.runAsync(() -> cluster.ensure(fingerprint, onChange -> {
                begun.countDown();
                try {
                    mayEnd.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                result.ifPresent(thrown -> {
                    throw thrown;
                });
                return wire;
            }));
            begun.await();
        }

        void end() throws Exception {
            mayEnd.countDown();
            ensured.get(20, TimeUnit.SECONDS);
        }
    }

    private SlowBuild begin(String fingerprint) throws InterruptedException {
        return new SlowBuild(fingerprint, Optional.empty());
    }

    private Wire ensure(String fingerprint) {
        Wire wire = new Wire();
        cluster.ensure(fingerprint, onChange -> wire);
        return wire;
    }

    @Test
    void theLinkInUseServesDuringABuild() throws Exception {
        Wire first = ensure("first");

        SlowBuild second = begin("second");

        assertThat(cluster.link()).contains(first);
        assertThat(first.closed).isFalse();
        second.end();
        assertThat(cluster.link()).contains(second.wire);
        assertThat(first.closed).isTrue();
    }

    @Test
    void aBuildThatEndsAfterANewerOneIsClosed() throws Exception {
        SlowBuild old = begin("old");
        Wire newer = ensure("newer");

        old.end();

        assertThat(cluster.link()).contains(newer);
        assertThat(old.wire.closed).isTrue();
        assertThat(newer.closed).isFalse();
    }

    /** The fingerprint alone does not tell the two builds of the same kubeconfig apart. */
    @Test
    void aBuildThatEndsAfterTheSameKubeconfigWasBuiltAgainIsClosed() throws Exception {
        SlowBuild old = begin("a");
        ensure("b");
        Wire newer = ensure("a");

        old.end();

        assertThat(cluster.link()).contains(newer);
        assertThat(old.wire.closed).isTrue();
    }

    @Test
    void theSameKubeconfigIsNotBuiltTwiceAtATime() throws Exception {
        SlowBuild build = begin("one");

        Wire again = ensure("one");

        build.end();
        assertThat(cluster.link()).contains(build.wire).get().isNotSameAs(again);
    }

    @Test
    void aRemoteThatIsForgottenDuringABuildKeepsNoLink() throws Exception {
        SlowBuild build = begin("one");

        cluster.close();
        build.end();

        assertThat(build.wire.closed).isTrue();
        assertThat(cluster.link()).isEmpty();
        assertThat(changes).hasValue(0);
    }

    @Test
    void aBuildThatFailsAfterANewerOneRefusesNothing() throws Exception {
        SlowBuild old = new SlowBuild("old", Optional.of(new IllegalStateException("no client")));
        Wire newer = ensure("newer");

        old.end();

        assertThat(cluster.link()).contains(newer);
        assertThat(newer.closed).isFalse();
        assertThat(cluster.snapshot()).isInstanceOf(Connection.Connected.class);
    }

    @Test
    void aBuildThatEndsInAnErrorOfTheJvmIsTriedAgain() {
        assertThatThrownBy(() -> cluster.ensure("one", onChange -> {
                    throw new OutOfMemoryError("test");
                }))
                .isInstanceOf(OutOfMemoryError.class);

        Wire again = ensure("one");

        assertThat(cluster.link()).contains(again);
    }
}
