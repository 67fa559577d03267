package io.meshfed.reconcile.trust;

import io.meshfed.reconcile.ChangeRouter;
import io.meshfed.reconcile.PeerObservation;
import io.meshfed.remote.RemoteClusters;
import io.meshfed.remote.RemoteSecret;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers what was last read of each other mesh, so that a change of a remote cluster wakes only the reconcilers that it concerns.
 * For one remote, observations are compared one after the other: no change is lost between two threads.
 */
public final class PeerObservations {
    private final RemoteClusters clusters;
    private final ChangeRouter router;
    private final Map<String, PeerObservation> last = new ConcurrentHashMap<>();

    public PeerObservations(RemoteClusters clusters, ChangeRouter router) {
        this.clusters = clusters;
        this.router = router;
    }

    /** A remote cluster changed, or the connection to it. */
    public void changed(String remote) {
        Difference difference = compare(remote);
        router.remoteObserved(remote, difference.before(), difference.now());
    }

    /** A connection may have been closed, which {@link RemoteClusters} does not report. */
    public void check(String remote) {
        Difference difference = compare(remote);
        if (!difference.before().equals(difference.now())) {
            router.remoteObserved(remote, difference.before(), difference.now());
        }
    }

    private record Difference(PeerObservation before, PeerObservation now) {}

    private Difference compare(String remote) {
        Difference[] difference = new Difference[1];
        last.compute(remote, (name, known) -> {
            PeerObservation now = read(name);
            difference[0] = new Difference(known == null ? PeerObservation.NOTHING : known, now);
            return now.equals(PeerObservation.NOTHING) ? null : now;
        });
        return difference[0];
    }

    private PeerObservation read(String remote) {
        RemoteSecret cacerts = clusters.secret(remote);
        return new PeerObservation(clusters.snapshot(remote).catalogue(), cacerts.readable(), cacerts.secret());
    }
}
