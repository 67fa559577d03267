package io.meshfed.watch;

import java.util.Optional;

/**
 * Hears what a {@link ClusterWatch} sees, on the watch's own thread, after the watch's cache shows it. What a listener throws is
 * logged and does no harm to the watch.
 *
 * @param <T> the kind of object
 */
public interface WatchListener<T> {
    /** An object appeared (before is empty), changed, or went (after is empty). */
    void changed(Optional<T> before, Optional<T> after);

    /** The watch has synced, failed or recovered: see {@link ClusterWatch#synced()} and {@link ClusterWatch#failure()}. */
    void stateChanged();

    /** One that only wants to look again, whatever happened. */
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
