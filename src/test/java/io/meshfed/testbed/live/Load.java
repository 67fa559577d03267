package io.meshfed.testbed.live;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.testbed.TestbedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Requests that are made in the background. */
public final class Load implements AutoCloseable {
    /** Its last request may just have begun. */
    private static final long PATIENCE_SECONDS = Client.Requests.PATIENCE.toSeconds() + 15;

    private final Process process;
    private final List<Request> done = new ArrayList<>();
    private final CompletableFuture<Answers> result = new CompletableFuture<>();

    /**
     * One request of it.
     *
     * @param at when it was made
     * @param pod the pod that answered; empty without an answer
     * @param status such as {@code 200} or {@code error:connection refused}
     */
    public record Request(Instant at, double millis, String pod, String status) {}

    Load(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "load");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode json = Serialization.jsonMapper().readTree(line);
                if (json.has("requests")) {
                    result.complete(Answers.of(line));
                } else if (!json.path("status").asText().equals(Answers.NOT_MADE)) {
                    Request request = new Request(
                            Instant.parse(json.path("at").asText()),
                            json.path("ms").asDouble(),
                            json.path("pod").asText(),
                            json.path("status").asText());
                    synchronized (done) {
                        done.add(request);
                    }
                }
            }
        } catch (IOException e) {
            result.completeExceptionally(e);
        }
        result.completeExceptionally(new TestbedException("the load ended without a result"));
    }

    /**
     * What has been answered so far.
     *
     * @throws TestbedException if the load ended without a result, as it does when it does not like its flags
     */
    public List<Request> requests() {
        if (result.isCompletedExceptionally()) {
            answers();
        }
        synchronized (done) {
            return List.copyOf(done);
        }
    }

    /** How many of them a pod has answered. */
    public long answered() {
        return requests().stream().filter(request -> !request.pod().isEmpty()).count();
    }

    /** Ends it, lets the requests under way finish, and gives what came of all. */
    public Answers stop() {
        process.toHandle().destroy();
        return answers();
    }

    private Answers answers() {
        try {
            return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new TestbedException("no result of the load", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("Interrupted while waiting for the load", e);
        }
    }

    /** Ends it, whatever comes of it. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
