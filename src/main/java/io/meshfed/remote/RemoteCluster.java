package io.meshfed.remote;

import java.util.Optional;
import java.util.function.Function;

/**
 * One remote: the link in use, the one that is to replace it, and what was last seen. Both links report here; the lock is held only
 * to look at them, never while a listener runs.
 */
final class RemoteCluster implements AutoCloseable {
    private final Runnable onChange;

    // Guarded by this.
    private String wanted = "";
    private Optional<RemoteLink> current = Optional.empty();
    private Optional<RemoteLink> next = Optional.empty();
    private Optional<Connection.Refused> refused = Optional.empty();
    private Optional<GatewayObservation> lastSeen = Optional.empty();
    private boolean closed;

    private volatile RemoteSnapshot snapshot = RemoteSnapshot.notConfigured();

    RemoteCluster(Runnable onChange) {
        this.onChange = onChange;
    }

    /**
     * @param fingerprint of what is wanted; nothing happens when it is the same as before
     * @param open makes the link, given what to run when it changes
     */
    void ensure(String fingerprint, Function<Runnable, RemoteLink> open) {
        synchronized (this) {
            if (closed || wanted.equals(fingerprint)) {
                return;
            }
            wanted = fingerprint;
            next.ifPresent(RemoteLink::close);
            next = Optional.empty();
            refused = Optional.empty();
            try {
                RemoteLink link = open.apply(this::refresh);
                if (current.filter(RemoteLink::synced).isPresent()) {
                    next = Optional.of(link);
                } else {
                    current.ifPresent(RemoteLink::close);
                    current = Optional.of(link);
                }
            } catch (RefusedKubeconfigException e) {
                refuse(new Connection.Refused(e.reason(), e.getMessage()));
            } catch (RuntimeException e) {
                refuse(Connection.Refused.unusable(e));
            }
        }
        refresh();
    }

    private void refuse(Connection.Refused why) {
        current.ifPresent(RemoteLink::close);
        current = Optional.empty();
        refused = Optional.of(why);
    }

    RemoteSnapshot snapshot() {
        return snapshot;
    }

    @Override
    public synchronized void close() {
        closed = true;
        next.ifPresent(RemoteLink::close);
        current.ifPresent(RemoteLink::close);
    }

    private void refresh() {
        Optional<RemoteLink> replaced = Optional.empty();
        boolean changed;
        synchronized (this) {
            if (closed) {
                return;
            }
            if (next.filter(RemoteLink::synced).isPresent()) {
                replaced = current;
                current = next;
                next = Optional.empty();
            }
            lastSeen = current.flatMap(RemoteLink::gateway).or(() -> lastSeen);
            RemoteSnapshot now = new RemoteSnapshot(
                    connection(),
                    lastSeen,
                    current.flatMap(RemoteLink::catalogue),
                    next.or(() -> current).flatMap(RemoteLink::validity));
            changed = !now.equals(snapshot);
            snapshot = now;
        }
        replaced.ifPresent(RemoteLink::close);
        if (changed) {
            onChange.run();
        }
    }

    /** A replacement that fails is told, although the old credential still serves: that is what somebody must mend. */
    private Connection connection() {
        if (refused.isPresent()) {
            return refused.get();
        }
        Optional<Connection> failedReplacement =
                next.map(RemoteLink::connection).filter(Connection.Failed.class::isInstance);
        return failedReplacement.or(() -> current.map(RemoteLink::connection)).orElseGet(Connection.NotConfigured::new);
    }
}
