package io.meshfed.testbed;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** An API server that sends everybody somewhere else, with a certificate that its kubeconfig trusts. */
public final class RedirectingServer implements AutoCloseable {
    private final LoopbackTls tls = LoopbackTls.named("redirecting");
    private final AtomicInteger requests = new AtomicInteger();
    private final HttpsServer server;

    private RedirectingServer(String target) {
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(tls.context()));
        } catch (IOException e) {
            throw new TestbedException("Cannot start a redirecting server", e);
        }
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            exchange.getResponseHeaders().set("Location", target + exchange.getRequestURI());
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.start();
    }

    /** @param target beginning of the URL to which requests are sent on, such as {@code https://127.0.0.1:6443} */
    public static RedirectingServer to(String target) {
        return new RedirectingServer(target);
    }

    /** A kubeconfig (YAML) for this server, with a token. */
    public String kubeconfig(String token) {
        return Kubeconfig.withToken(
                "redirecting",
                "https://127.0.0.1:" + server.getAddress().getPort(),
                Kubeconfig.base64(tls.authorityPem()),
                token);
    }

    /** How many requests were sent on. */
    public int requests() {
        return requests.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
