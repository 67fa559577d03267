package io.meshfed.remote;

import io.meshfed.remote.kubeconfig.RefusedKubeconfigException;
import io.meshfed.remote.kubeconfig.Validity;
import java.util.Optional;
import java.util.function.Function;

/**
 * One remote: the link in use, the one that is to replace it, and what was last seen. Both links report here; the lock is held only
 * to look at them, never while a listener runs.
 *
 * @param <L> kind of link
 * @param <S> what is seen through it
 */
final class RemoteCluster<L extends Link, S> implements AutoCloseable {
    private final Runnable onChange;
    private final View<L, S> view;

    // Guarded by this.
    private String wanted = "";
    private Optional<L> current = Optional.empty();
    private Optional<L> next = Optional.empty();
    private Optional<Connection.Refused> refused = Optional.empty();
    private boolean closed;

    private volatile S snapshot;

    /** @param initial what is seen before there is a link */
    RemoteCluster(Runnable onChange, S initial, View<L, S> view) {
        this.onChange = onChange;
        this.view = view;
        this.snapshot = initial;
    }

    /** What is seen through a link. */
    @FunctionalInterface
    interface View<L, S> {
        /**
         * @param before what was seen at the last look
         * @param link the one in use; empty: there is none
         * @param credential how long the newest credential is good
         */
        S of(S before, Connection connection, Optional<L> link, Optional<Validity> credential);
    }

    /**
     * @param fingerprint of what is wanted; nothing happens when it is the same as before
     * @param open makes the link, given what to run when it changes
     */
    void ensure(String fingerprint, Function<Runnable, L> open) {
        synchronized (this) {
            if (closed || wanted.equals(fingerprint)) {
                return;
            }
            wanted = fingerprint;
            next.ifPresent(Link::close);
            next = Optional.empty();
            refused = Optional.empty();
            try {
                L link = open.apply(this::refresh);
                if (current.filter(Link::synced).isPresent()) {
                    next = Optional.of(link);
                } else {
                    current.ifPresent(Link::close);
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
        current.ifPresent(Link::close);
        current = Optional.empty();
        refused = Optional.of(why);
    }

    S snapshot() {
        return snapshot;
    }

    /** The link in use. */
    synchronized Optional<L> link() {
        return current;
    }

    @Override
    public synchronized void close() {
        closed = true;
        next.ifPresent(Link::close);
        current.ifPresent(Link::close);
    }

    private void refresh() {
        Optional<L> replaced = Optional.empty();
        boolean changed;
        synchronized (this) {
            if (closed) {
                return;
            }
            if (next.filter(Link::synced).isPresent()) {
                replaced = current;
                current = next;
                next = Optional.empty();
            }
            S now = view.of(
                    snapshot, connection(), current, next.or(() -> current).flatMap(Link::validity));
            changed = !now.equals(snapshot);
            snapshot = now;
        }
        replaced.ifPresent(Link::close);
        if (changed) {
            onChange.run();
        }
    }

    /** A replacement that fails is told, although the old credential still serves: that is what somebody must mend. */
    private Connection connection() {
        if (refused.isPresent()) {
            return refused.get();
        }
        Optional<Connection> failedReplacement = next.map(Link::connection).filter(Connection.Failed.class::isInstance);
        return failedReplacement.or(() -> current.map(Link::connection)).orElseGet(Connection.NotConfigured::new);
    }
}
