package io.meshfed.watch;

import java.util.Optional;

/**
 * Receives the changes that a {@link ClusterWatch} sees, on the watch's own thread, after the watch's cache has them. An exception
 * of a listener is logged and does not stop the watch.
 *
 * @param <T> the kind of object
 */
public interface WatchListener<T> {
    /** An object appeared (before is empty), changed, or was deleted (after is empty). */
    void changed(Optional<T> before, Optional<T> after);

    /** The watch has synced, failed or recovered: see {@link ClusterWatch#synced()} and {@link ClusterWatch#failure()}. */
    void stateChanged();

    /** A listener that runs the same action for every change. */
    static <T> WatchListener<T> running(Runnable onChange) {
        return new WatchListener<>() {
            @Override
            public void changed(Optional<T> before, Optional<T> after) {
                onChange.run();
            }

            @Override
            public void stateChanged() {
                onChange.run();
            }
        };
    }
}
