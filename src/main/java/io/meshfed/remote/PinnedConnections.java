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
 * Puts itself between fabric8 and Vert.x, so that each connection goes to an address that was checked just before: the host is
 * resolved here, the policy asked, and Vert.x told to connect to that very address while TLS still expects the host's name. A check
 * followed by Vert.x's own look-up would leave a gap for a name that changes in between (DNS rebinding).
 *
 * <p>fabric8 makes its Vert.x client itself, and the types involved cannot be subclassed: hence the two dynamic proxies.
 */
public final class PinnedConnections {
    private final CheckedResolver resolver;
    private final RemoteCredential credential;
    private final Executor dns;
    /** Which of several addresses to use; moved on when one fails. */
    private final AtomicInteger preferred = new AtomicInteger();

    private PinnedConnections(CheckedResolver resolver, RemoteCredential credential, Executor dns) {
        this.resolver = resolver;
        this.credential = credential;
        this.dns = dns;
    }

    /** A view of {@code vertx} whose HTTP clients reach nothing but the credential's server. */
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
                    throw new RefusedAddressException(host, "another server than the kubeconfig's");
                }
                List<InetAddress> addresses = resolver.resolve(host);
                resolved.complete(addresses.get(Math.floorMod(preferred.get(), addresses.size())));
            } catch (Exception e) {
                // Whatever a resolver throws belongs to this one request; nothing may be lost on the executor's thread.
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
