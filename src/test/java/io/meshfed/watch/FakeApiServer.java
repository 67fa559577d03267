package io.meshfed.watch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/** An API server of one kind of object on loopback that does what a test tells it, good or bad. It knows no WebSockets. */
public final class FakeApiServer implements AutoCloseable {
    private static final String END = "end";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, String> objects = new LinkedHashMap<>();
    private final List<BlockingQueue<String>> watches = new CopyOnWriteArrayList<>();
    private final List<BlockingQueue<String>> catalogueWatches = new CopyOnWriteArrayList<>();
    private volatile String catalogue = "";
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private int version = 100;

    public final AtomicInteger lists = new AtomicInteger();
    public final AtomicInteger watchRequests = new AtomicInteger();
    final List<String> queries = new CopyOnWriteArrayList<>();
    /** Status to answer everything with; 0 is well. */
    public volatile int failWith;
    /** Status to answer watches with; 0 is well. */
    volatile int failWatchesWith;

    public volatile String location = "";
    public volatile String errorBody = "{}";
    /** Answers lists as they are given here, page by page; empty: from the objects. */
    volatile List<String> pages = List.of();
    /** Accepts watches and says nothing, not even the header of an answer. */
    volatile boolean frozen;

    private FakeApiServer(HttpServer server) {
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    public static FakeApiServer tls(SSLContext context) {
        return tls(context, 0);
    }

    public static FakeApiServer tls(SSLContext context, int port) {
        try {
            HttpsServer server = HttpsServer.create(loopback(port), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(context));
            return new FakeApiServer(server);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public static FakeApiServer withoutTls() {
        try {
            return new FakeApiServer(HttpServer.create(loopback(0), 0));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** Values of the Authorization header of all requests. */
    public List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    public int openWatches() {
        return watches.size();
    }

    /** Adds or replaces a Service and tells the watches. */
    public void putService(String namespace, String name, String statusJson) {
        String metadata = "{\"name\":\"%s\",\"namespace\":\"%s\",\"resourceVersion\":\"%%d\",\"managedFields\":[{}]}"
                .formatted(name, namespace);
        put(
                namespace,
                name,
                "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":" + metadata + ",\"status\":" + statusJson
                        + "}");
    }

    /** Adds or replaces an object; {@code %d} in the JSON stands for its resource version. */
    synchronized void put(String namespace, String name, String template) {
        version++;
        String json = template.formatted(version);
        String type = objects.put(namespace + "/" + name, json) == null ? "ADDED" : "MODIFIED";
        send(event(type, json));
    }

    public synchronized void delete(String namespace, String name) {
        version++;
        String json = objects.remove(namespace + "/" + name);
        send(event("DELETED", json));
    }

    /** Forgets objects without telling: as if events were lost, or the server lied. */
    synchronized void loseQuietly() {
        version++;
        objects.clear();
    }

    void send(String event) {
        watches.forEach(watch -> watch.add(event));
    }

    public void endWatches() {
        send(END);
    }

    static String event(String type, String object) {
        return "{\"type\":\"" + type + "\",\"object\":" + object + "}";
    }

    /** Shows this ExportedMesh; before the first, its kind is not installed. Counts neither as list nor as watch. */
    public synchronized void putCatalogue(String spec) {
        version++;
        catalogue =
                "{\"apiVersion\":\"meshfed.io/v1alpha1\",\"kind\":\"ExportedMesh\",\"metadata\":{\"name\":\"mesh\",\"resourceVersion\":\""
                        + version + "\"},\"spec\":" + spec + "}";
        catalogueWatches.forEach(watch -> watch.add(event("MODIFIED", catalogue)));
    }

    /** Ends the watches of the catalogue; {@code failWith} then says whether it can be read again. */
    public void endCatalogueWatches() {
        catalogueWatches.forEach(watch -> watch.add(END));
    }

    private void answerCatalogue(HttpExchange exchange, String query) throws IOException {
        boolean watch = query.contains("watch=true");
        if (watch && exchange.getRequestHeaders().containsKey("Upgrade")) {
            reply(exchange, 400, "{}");
        } else if (failWith != 0) {
            reply(exchange, failWith, "{}");
        } else if (catalogue.isEmpty()) {
            reply(exchange, 404, "{}");
        } else if (watch) {
            stream(exchange, catalogueWatches, events -> missed(events, query));
        } else {
            reply(
                    exchange,
                    200,
                    "{\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"" + version + "\"},\"items\":[" + catalogue
                            + "]}");
        }
    }

    /** What was put between the list and the watch comes first, as from a real server. */
    private void missed(BlockingQueue<String> events, String query) {
        if (version > Long.parseLong(query.replaceAll(".*resourceVersion=(\\d+).*", "$1"))) {
            events.add(event("MODIFIED", catalogue));
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (exchange.getRequestURI().getPath().contains("/exportedmeshes") && !frozen) {
            answerCatalogue(exchange, String.valueOf(exchange.getRequestURI().getRawQuery()));
            return;
        }
        String query = String.valueOf(exchange.getRequestURI().getRawQuery());
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization != null) {
            authorizations.add(authorization);
        }
        boolean upgrade = exchange.getRequestHeaders().containsKey("Upgrade");
        boolean watch = query.contains("watch=true");
        if (watch && upgrade && failWith == 0 && failWatchesWith == 0 && !frozen) {
            reply(exchange, 400, "{}");
            return;
        }
        queries.add(query);
        (watch ? watchRequests : lists).incrementAndGet();
        if (frozen) {
            return;
        }
        int code = failWith != 0 ? failWith : watch ? failWatchesWith : 0;
        if (code != 0) {
            if (!location.isEmpty()) {
                exchange.getResponseHeaders().add("Location", location);
            }
            reply(exchange, code, errorBody);
        } else if (watch) {
            stream(exchange, watches, events -> {});
        } else {
            reply(exchange, 200, page(query));
        }
    }

    private synchronized String page(String query) {
        if (!pages.isEmpty()) {
            int number =
                    query.contains("continue=") ? Integer.parseInt(query.replaceAll(".*continue=(\\d+).*", "$1")) : 0;
            return pages.get(number);
        }
        return "{\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"" + version + "\"},\"items\":["
                + String.join(",", new ArrayList<>(objects.values())) + "]}";
    }

    private void stream(HttpExchange exchange, List<BlockingQueue<String>> open, Consumer<BlockingQueue<String>> opened)
            throws IOException {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream body = exchange.getResponseBody()) {
            body.flush();
            synchronized (this) {
                open.add(events);
                opened.accept(events);
            }
            for (String event = events.take(); !event.equals(END); event = events.take()) {
                body.write((event + "\n").getBytes(StandardCharsets.UTF_8));
                body.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(events);
        }
    }

    private static void reply(HttpExchange exchange, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(code, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        server.stop(0);
    }
}
