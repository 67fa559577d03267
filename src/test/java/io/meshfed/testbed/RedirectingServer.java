package io.meshfed.testbed;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.meshfed.testbed.CertificateAuthority.Certified;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An API server that sends everybody somewhere else, with a certificate that its kubeconfig trusts. */
public final class RedirectingServer implements AutoCloseable {
    private static final char[] NO_PASSWORD = new char[0];

    private final CertificateAuthority ca = CertificateAuthority.named("CN=redirecting");
    private final AtomicInteger requests = new AtomicInteger();
    private final HttpsServer server;

    private RedirectingServer(String target) {
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(tls()));
        } catch (IOException | GeneralSecurityException e) {
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

    private SSLContext tls() throws GeneralSecurityException, IOException {
        Certified own = ca.server("redirecting", List.of(), List.of("127.0.0.1"));
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, NO_PASSWORD);
        keys.setKeyEntry("server", own.key(), NO_PASSWORD, new Certificate[] {own.certificate()});
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, NO_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    /** A kubeconfig (YAML) for this server, with a token. */
    public String kubeconfig(String token) {
        return Kubeconfig.withToken(
                "redirecting",
                "https://127.0.0.1:" + server.getAddress().getPort(),
                Kubeconfig.base64(ca.root().certificatePem()),
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
