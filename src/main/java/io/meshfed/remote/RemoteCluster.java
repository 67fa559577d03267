package io.meshfed.remote;

import io.meshfed.remote.kubeconfig.RefusedKubeconfigException;
import io.meshfed.remote.kubeconfig.Validity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One remote: the link in use, the link that will replace it, and the last state seen through them. Both links report to
 * {@link #refresh}.
 *
 * <p>The lock guards the fields and nothing else. A link is built and closed outside of it, because both can take long: a
 * kubeconfig is parsed, a client is built, watches start and end. The price is that a link can be out of date once it is
 * built: another call asked for another link, or the remote was forgotten. Each build has a number, and only the link of the
 * newest build is used; any other is closed.
 *
 * @param <L> kind of link
 * @param <S> what is seen through it
 */
final class RemoteCluster<L extends Link, S> implements AutoCloseable {
    private final Runnable onChange;
    private final View<L, S> view;

    // Guarded by this.
    private String wanted = "";
    private long newestBuild;
    private Optional<L> current = Optional.empty();
    private Optional<L> next = Optional.empty();
    private Optional<Connection.Refused> refused = Optional.empty();
    private boolean closed;

    private volatile S snapshot;

    /** @param initial the state before there is a link */
    RemoteCluster(Runnable onChange, S initial, View<L, S> view) {
        this.onChange = onChange;
        this.view = view;
        this.snapshot = initial;
    }

    /** Computes the state from a link. */
    @FunctionalInterface
    interface View<L, S> {
        /**
         * @param before the previous state
         * @param link the one in use; empty: there is none
         * @param credential how long the newest credential is valid
         */
        S of(S before, Connection connection, Optional<L> link, Optional<Validity> credential);
    }

    /**
     * Builds a link and uses it instead of the present one: at once where that one has not synced, otherwise as soon as the new
     * one has.
     *
     * @param fingerprint identifies what the link is built from; a call with the same one as before does nothing
     * @param open builds the link, given what to run when the link's state changes; runs without the lock
     */
    void ensure(String fingerprint, Function<Runnable, L> open) {
        long build;
        synchronized (this) {
            if (closed || wanted.equals(fingerprint)) {
                return;
            }
            wanted = fingerprint;
            newestBuild++;
            build = newestBuild;
        }
        Optional<L> built = Optional.empty();
        Optional<Connection.Refused> refusal = Optional.empty();
        try {
            built = Optional.of(open.apply(this::refresh));
        } catch (RefusedKubeconfigException e) {
            refusal = Optional.of(new Connection.Refused(e.reason(), e.getMessage()));
        } catch (RuntimeException e) {
            refusal = Optional.of(Connection.Refused.unusable(e));
        } catch (Error e) {
            // It says nothing about the kubeconfig: the next call builds again.
            abandon(build);
            throw e;
        }
        use(build, built, refusal).forEach(Link::close);
        refresh();
    }

    /**
     * Takes the result of a build, unless it is out of date.
     *
     * @return the links that are not needed any more
     */
    private synchronized List<L> use(long build, Optional<L> built, Optional<Connection.Refused> refusal) {
        if (closed || build != newestBuild) {
            return built.stream().toList();
        }
        List<L> unused = new ArrayList<>(next.stream().toList());
        next = Optional.empty();
        refused = refusal;
        if (built.isPresent() && current.filter(Link::synced).isPresent()) {
            next = built;
        } else {
            current.ifPresent(unused::add);
            current = built;
        }
        return unused;
    }

    private synchronized void abandon(long build) {
        if (build == newestBuild) {
            wanted = "";
        }
    }

    S snapshot() {
        return snapshot;
    }

    /** The link in use. */
    synchronized Optional<L> link() {
        return current;
    }

    @Override
    public void close() {
        List<L> open;
        synchronized (this) {
            closed = true;
            open = Stream.of(next, current).flatMap(Optional::stream).toList();
            next = Optional.empty();
            current = Optional.empty();
        }
        open.forEach(Link::close);
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

    /** A replacement that fails is reported although the old credential still works: the new one needs a correction. */
    private Connection connection() {
        if (refused.isPresent()) {
            return refused.get();
        }
        Optional<Connection> failedReplacement = next.map(Link::connection).filter(Connection.Failed.class::isInstance);
        return failedReplacement.or(() -> current.map(Link::connection)).orElseGet(Connection.NotConfigured::new);
    }
}
