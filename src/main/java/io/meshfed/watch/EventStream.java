package io.meshfed.watch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Messages of one watch, passed from the HTTP client's thread to the watch's own thread. One message is requested at a time, so
 * that a fast server waits for a slow reader.
 */
public final class EventStream implements AutoCloseable {
    /** A message, the end of the watch, or a wait without either. */
    record Received(What what, String message) {
        enum What {
            MESSAGE,
            ENDED,
            SILENCE
        }
    }

    private final BlockingQueue<Received> queue = new LinkedBlockingQueue<>();
    private final int maxBytes;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private volatile Runnable requestMore = () -> {};
    private volatile Runnable cancel = () -> {};
    private boolean requested = true;

    EventStream(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Sets how to request the next message, and how to end the watch. */
    void connected(Runnable request, Runnable cancelWatch) {
        requestMore = request;
        cancel = cancelWatch;
    }

    /** The next message; waits no longer than given. Only one thread may call it. */
    Received next(Duration wait) throws InterruptedException {
        if (!requested && queue.isEmpty()) {
            requested = true;
            requestMore.run();
        }
        Received received = queue.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
        if (received == null) {
            return new Received(Received.What.SILENCE, "");
        }
        requested = received.what() != Received.What.MESSAGE;
        return received;
    }

    /** A whole message arrived. */
    void message(String message) {
        queue.add(new Received(Received.What.MESSAGE, message));
    }

    /**
     * A piece of a stream of lines arrived.
     *
     * @return whether a line was complete; if not, the caller requests the next piece
     * @throws IllegalStateException when a line is longer than allowed
     */
    boolean piece(ByteBuffer bytes) {
        boolean complete = false;
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            if (next == '\n') {
                message(line.toString(StandardCharsets.UTF_8));
                line.reset();
                complete = true;
            } else if (line.size() < maxBytes) {
                line.write(next);
            } else {
                throw new IllegalStateException("a watch message is larger than " + maxBytes + " bytes");
            }
        }
        return complete;
    }

    /** The watch has ended. */
    void ended() {
        queue.add(new Received(Received.What.ENDED, ""));
    }

    @Override
    public void close() {
        cancel.run();
    }
}
