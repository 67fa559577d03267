package io.meshfed.testbed.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.testbed.BuildCache;
import io.meshfed.testbed.GoModule;
import io.meshfed.testbed.Processes;
import io.meshfed.testbed.Repository;
import io.meshfed.testbed.TestbedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The network between and inside the clusters: {@code netbed world}, see {@code src/testbed/netbed/README.md}. Everything
 * lives in network namespaces of its own and is gone when this is closed, or this JVM dies.
 */
final class NetBed implements AutoCloseable {
    private static final String MODULE = "src/testbed/netbed";
    private static final int PATIENCE_SECONDS = 30;

    private final Path log;
    private final Process process;
    private final Writer requests;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();

    private NetBed(Path log, Process process) {
        this.log = log;
        this.process = process;
        this.requests = process.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(this::read, "netbed-replies");
        reader.setDaemon(true);
        reader.start();
    }

    /** The program, built now if this machine does not have it yet. */
    static synchronized Path program() {
        return BuildCache.ensure("netbed", List.of(MODULE), folder -> {
                    GoModule module = new GoModule(Repository.root().resolve(MODULE));
                    module.requireGo();
                    module.build(folder, "", List.of("."), "netbed");
                })
                .resolve("netbed");
    }

    /** @param folder for its log */
    static NetBed start(Path folder) {
        Path log = folder.resolve("netbed.log");
        try {
            return new NetBed(
                    log,
                    Processes.track(new ProcessBuilder(program().toString(), "world")
                            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start()));
        } catch (IOException e) {
            throw new TestbedException("netbed cannot be run: " + e.getMessage(), e);
        }
    }

    /**
     * The one node of a cluster.
     *
     * @param netns path of its network namespace
     * @param gateway its address in the pods' network, where pods send everything, and ask for names
     */
    record Node(String netns, String gateway) {}

    /**
     * Makes the network of a cluster.
     *
     * @param podCidr of its pods
     * @param serviceCidr of its Services
     * @param wanAddress of its node where the clusters meet, with the length of the prefix
     */
    Node cluster(String name, String podCidr, String serviceCidr, String wanAddress) {
        JsonNode reply = call(
                "cluster",
                Map.of("name", name, "podCidr", podCidr, "serviceCidr", serviceCidr, "wanAddress", wanAddress));
        return new Node(text(reply, "netns"), text(reply, "gateway"));
    }

    /** Makes a pod's namespace and gives its path. */
    String pod(String cluster, String name, String address) {
        return text(call("pod", Map.of("cluster", cluster, "name", name, "address", address)), "netns");
    }

    void deletePod(String cluster, String name) {
        call("deletePod", Map.of("cluster", cluster, "name", name));
    }

    /** Does what {@code istio-iptables} would do with these arguments and this environment. */
    void redirect(String cluster, String pod, List<String> istioArgs, Map<String, String> istioEnv) {
        call("redirect", Map.of("cluster", cluster, "pod", pod, "istioArgs", istioArgs, "istioEnv", istioEnv));
    }

    /**
     * Carries TCP connections from one namespace to another.
     *
     * @param name to close it by
     * @param listenNetns empty for the machine's own
     * @param listen address and port; port 0 for any
     * @param dialNetns empty for the machine's own
     * @return where it listens
     */
    InetSocketAddress relay(String name, String listenNetns, String listen, String dialNetns, String dial) {
        String real = text(
                call(
                        "relay",
                        Map.of(
                                "name",
                                name,
                                "listenNetns",
                                listenNetns,
                                "listen",
                                listen,
                                "dialNetns",
                                dialNetns,
                                "dial",
                                dial)),
                "listen");
        int colon = real.lastIndexOf(':');
        return new InetSocketAddress(real.substring(0, colon), Integer.parseInt(real.substring(colon + 1)));
    }

    /** Ends a relay and its connections. */
    void closeRelay(String name) {
        call("closeRelay", Map.of("name", name));
    }

    /** Balances an address over targets; again for other targets. {@code inside}: a Service's address, for this cluster's pods only. */
    void balance(String cluster, boolean inside, String address, int port, List<String> targets) {
        call(
                inside ? "service" : "loadBalancer",
                Map.of("cluster", cluster, "address", address, "port", port, "targets", targets));
    }

    /** @param cut whether connections that stand end too */
    void unbalance(String cluster, boolean inside, String address, int port, boolean cut) {
        call(
                inside ? "removeService" : "removeLoadBalancer",
                Map.of("cluster", cluster, "address", address, "port", port, "cut", cut));
    }

    /** Replaces all names of a cluster; full names with a dot at the end. */
    void dns(String cluster, Map<String, List<String>> records, int ttlSeconds) {
        call("dns", Map.of("cluster", cluster, "records", records, "ttlSeconds", ttlSeconds));
    }

    /** Connections by load balancer and target. */
    JsonNode counters() {
        return call("counters", Map.of());
    }

    private JsonNode call(String operation, Map<String, ?> fields) {
        long id = ids.incrementAndGet();
        ObjectNode request = Serialization.jsonMapper().createObjectNode();
        request.put("id", id).put("op", operation);
        request.setAll((ObjectNode) Serialization.jsonMapper().valueToTree(fields));
        CompletableFuture<JsonNode> reply = new CompletableFuture<>();
        waiting.put(id, reply);
        try {
            synchronized (requests) {
                requests.write(request + "\n");
                requests.flush();
            }
            JsonNode answer = reply.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!answer.path("ok").asBoolean()) {
                throw new TestbedException("netbed, " + operation + " " + fields.getOrDefault("name", null) + ": "
                        + answer.path("error").asText());
            }
            return answer;
        } catch (IOException | ExecutionException e) {
            throw new TestbedException("netbed has ended; its log: " + log, e);
        } catch (TimeoutException e) {
            throw new TestbedException("netbed did not answer " + request + "; its log: " + log, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("Interrupted while waiting for netbed", e);
        } finally {
            waiting.remove(id);
        }
    }

    private void read() {
        try (BufferedReader replies = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = replies.readLine(); line != null; line = replies.readLine()) {
                JsonNode reply = Serialization.jsonMapper().readTree(line);
                CompletableFuture<JsonNode> asked =
                        waiting.remove(reply.path("id").asLong());
                if (asked != null) {
                    asked.complete(reply);
                }
            }
        } catch (IOException e) {
            // The end of the process; waiting callers get the error below.
        }
        waiting.values().forEach(asked -> asked.completeExceptionally(new IOException("netbed has ended")));
    }

    private static String text(JsonNode reply, String field) {
        JsonNode value = reply.path(field);
        if (!value.isTextual()) {
            throw new TestbedException("netbed answered without " + field + ": " + reply);
        }
        return value.asText();
    }

    /** Ends it; the network is gone when this returns. */
    @Override
    public void close() {
        try {
            requests.close();
        } catch (IOException e) {
            // It has ended already.
        }
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
