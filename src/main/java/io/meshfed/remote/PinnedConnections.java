package io.meshfed.remote;

import io.meshfed.net.CheckedResolver;
import io.meshfed.net.RefusedAddressException;
import io.meshfed.remote.kubeconfig.RemoteCredential;
import io.meshfed.watch.WatchSpec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.SocketAddress;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A layer between fabric8 and Vert.x, which makes each connection go to an address that was checked just before. It resolves the
 * host, applies the policy, and makes Vert.x connect to that address, while TLS still expects the host's name. A check followed by
 * Vert.x's own lookup would miss a DNS answer that changes in between (DNS rebinding).
 *
 * <p>fabric8 creates the Vert.x client, and the types involved cannot be subclassed, so there are two dynamic proxies.
 */
public final class PinnedConnections {
    private final CheckedResolver resolver;
    private final RemoteCredential credential;
    private final Executor dns;
    /** Which of several addresses to use; the next one after a failure. */
    private final AtomicInteger preferred = new AtomicInteger();

    private PinnedConnections(CheckedResolver resolver, RemoteCredential credential, Executor dns) {
        this.resolver = resolver;
        this.credential = credential;
        this.dns = dns;
    }

    /** A view of {@code vertx} whose HTTP clients reach only the credential's server. */
    static Vertx around(Vertx vertx, RemoteCredential credential, CheckedResolver resolver, Executor dns) {
        PinnedConnections pinned = new PinnedConnections(resolver, credential, dns);
        return proxy(Vertx.class, (method, arguments) -> {
            if (method.getName().equals("createHttpClient") && arguments[0] instanceof HttpClientOptions options) {
                return pinned.client(vertx, options);
            }
            return method.invoke(vertx, arguments);
        });
    }

    private HttpClient client(Vertx vertx, HttpClientOptions options) {
        HttpClient client = vertx.createHttpClient(options.setMaxWebSocketFrameSize(WatchSpec.MAX_MESSAGE_BYTES)
                .setMaxWebSocketMessageSize(WatchSpec.MAX_MESSAGE_BYTES)
                .setVerifyHost(true)
                .setTrustAll(false)
                .setForceSni(credential.tlsServerName().isPresent()));
        return proxy(HttpClient.class, (method, arguments) -> switch (method.getName()) {
            case "request" ->
                address((RequestOptions) arguments[0])
                        .compose(address -> client.request(pin((RequestOptions) arguments[0], address)))
                        .onFailure(this::tryAnotherNext);
            case "webSocket" ->
                address((WebSocketConnectOptions) arguments[0])
                        .compose(address -> client.webSocket(
                                (WebSocketConnectOptions) pin((WebSocketConnectOptions) arguments[0], address)))
                        .onFailure(this::tryAnotherNext);
            default -> method.invoke(client, arguments);
        });
    }

    private RequestOptions pin(RequestOptions options, InetAddress address) {
        return options.setServer(SocketAddress.inetSocketAddress(options.getPort(), address.getHostAddress()))
                .setHost(credential.expectedName())
                .setFollowRedirects(false);
    }

    private Future<InetAddress> address(RequestOptions options) {
        CompletableFuture<InetAddress> resolved = new CompletableFuture<>();
        dns.execute(() -> {
            try {
                String host = bare(options.getHost());
                if (!host.equals(bare(credential.server().getHost()))) {
                    throw new RefusedAddressException(host, "another server than that of the kubeconfig");
                }
                List<InetAddress> addresses = resolver.resolve(host);
                resolved.complete(addresses.get(Math.floorMod(preferred.get(), addresses.size())));
            } catch (Exception e) {
                // Any exception of the resolver must fail this request, not get lost on the executor's thread.
                resolved.completeExceptionally(e);
            }
        });
        return Future.fromCompletionStage(resolved);
    }

    private void tryAnotherNext(Throwable failure) {
        preferred.incrementAndGet();
    }

    static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private interface Call {
        Object invoke(Method method, Object[] arguments) throws ReflectiveOperationException;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        return call.invoke(method, arguments == null ? new Object[0] : arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
