package io.meshfed.watch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Messages of one watch, handed from the HTTP client's thread to the watch's own. One message is asked for at a time, so that a fast
 * server waits for a slow reader.
 */
public final class EventStream implements AutoCloseable {
    /** What came: a message, the end, or nothing for as long as was waited. */
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
    private volatile Runnable more = () -> {};
    private volatile Runnable cancel = () -> {};
    private boolean asked = true;

    EventStream(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Says how to ask for the next message, and how to end the watch. */
    void connected(Runnable askForMore, Runnable cancelWatch) {
        more = askForMore;
        cancel = cancelWatch;
    }

    /** Next message; waits at most so long. To be called by one thread. */
    Received next(Duration wait) throws InterruptedException {
        if (!asked && queue.isEmpty()) {
            asked = true;
            more.run();
        }
        Received received = queue.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
        if (received == null) {
            return new Received(Received.What.SILENCE, "");
        }
        asked = received.what() != Received.What.MESSAGE;
        return received;
    }

    /** One whole message arrived. */
    void message(String message) {
        queue.add(new Received(Received.What.MESSAGE, message));
    }

    /**
     * A piece of a stream of lines arrived.
     *
     * @return whether a line was complete; else the caller asks for the next piece
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

    /** Nothing more will come. */
    void ended() {
        queue.add(new Received(Received.What.ENDED, ""));
    }

    @Override
    public void close() {
        cancel.run();
    }
}
