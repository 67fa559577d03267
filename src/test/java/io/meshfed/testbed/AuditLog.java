package io.meshfed.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;

/**
 * Every request that an API server answered, from its audit log: the way to count writes, and to see which verbs an
 * account really uses. Counting is exact: reading first sends a request of its own and waits until that one is logged.
 * The testbed's own readiness checks and probes are left out; what it does for a test (as admin) is not.
 */
public final class AuditLog {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Path file;
    private final ApiServerHttp http;

    AuditLog(Path file, ApiServerHttp http) {
        this.file = file;
        this.http = http;
    }

    /**
     * A point in the log.
     *
     * @param position byte offset in the file
     */
    public record Mark(long position) {}

    /** The present end of the log; requests that are still being answered come after it. */
    public Mark mark() {
        return new Mark(flushed(new Mark(0)));
    }

    /**
     * All requests that were answered after a mark, in the order of their answers. A watch counts when it begins.
     *
     * @param mark from {@link #mark()}
     */
    public List<AuditEvent> since(Mark mark) {
        long end = flushed(mark);
        Set<String> seen = new HashSet<>();
        return read(mark.position(), end)
                .lines()
                .map(line -> Serialization.unmarshal(line, JsonNode.class))
                .filter(event -> !event.path("userAgent").asText().equals(ApiServerHttp.USER_AGENT))
                .filter(event -> !isEndOfWatch(event))
                .map(AuditEvent::parse)
                .filter(event -> seen.add(event.id()))
                .toList();
    }

    /** Of {@link #since(Mark)}, what was meant to change something: create, update, patch, delete, deletecollection. */
    public List<AuditEvent> writes(Mark mark) {
        return since(mark).stream().filter(AuditEvent::isWrite).toList();
    }

    /** Of {@link #since(Mark)}, the lists. */
    public List<AuditEvent> lists(Mark mark) {
        return since(mark).stream().filter(event -> event.verb().equals("list")).toList();
    }

    /** Where our own request ends in the log, all that was answered before it being in front; in an outage the end. */
    private long flushed(Mark mark) {
        String probe = "probe=" + UUID.randomUUID();
        long before = Math.max(mark.position(), file.toFile().length());
        if (!http.answers("/version?" + probe)) {
            return file.toFile().length();
        }
        return Awaitility.await("the audit log shows our own request")
                .atMost(TIMEOUT)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> endOfLineWith(probe, before), OptionalLong::isPresent)
                .getAsLong();
    }

    private OptionalLong endOfLineWith(String text, long from) {
        String log = read(from, file.toFile().length());
        int end = log.indexOf('\n', Math.max(0, log.indexOf(text)));
        // One byte is one character: offsets in the text are offsets in the file.
        return log.contains(text) && end >= 0 ? OptionalLong.of(from + end + 1) : OptionalLong.empty();
    }

    private static boolean isEndOfWatch(JsonNode event) {
        return event.path("verb").asText().equals("watch")
                && event.path("stage").asText().equals("ResponseComplete")
                && event.at("/responseStatus/code").asInt() == 200;
    }

    private String read(long from, long to) {
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            byte[] bytes = new byte[Math.toIntExact(Math.max(0, to - from))];
            log.seek(from);
            log.readFully(bytes);
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the audit log " + file, e);
        }
    }
}
