package io.meshfed.testbed.live;

import io.meshfed.testbed.TestbedException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;

/**
 * What a container reports: its log, and the pages that it serves on a port of its pod's loopback.
 *
 * @param container its name
 */
record ContainerPages(PodSandbox sandbox, String container, int port) {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    /** All that it has written since the pod was made. */
    String log() {
        try {
            return Files.readString(sandbox.folder().resolve(container + ".log"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new TestbedException("no log of " + this, e);
        }
    }

    /** A page, as text. */
    String page(String path) {
        try {
            return HTTP.send(
                            HttpRequest.newBuilder(PodSandbox.uri(sandbox.relayToLoopback(port), path))
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new TestbedException(this + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("Interrupted while asking " + this, e);
        }
    }

    @Override
    public String toString() {
        return container + " of " + sandbox.name();
    }
}
