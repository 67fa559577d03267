package io.meshfed.remote;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.TlsVersion;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.meshfed.net.AddressPolicy;
import io.meshfed.net.CheckedResolver;
import io.meshfed.remote.kubeconfig.ClientCertificate;
import io.meshfed.remote.kubeconfig.PemBlocks;
import io.meshfed.remote.kubeconfig.RemoteCredential;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Creates clients for other clusters from a credential alone. fabric8's usual setup is not used: it follows redirects with the
 * token, reads proxies from the environment, trusts the JDK's public CAs too, and retries a wrong certificate for many seconds.
 */
public final class RemoteClientFactory {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final CheckedResolver resolver;
    private final Executor dns;

    public RemoteClientFactory(Vertx vertx, AddressPolicy policy, Executor dns) {
        this(vertx, new CheckedResolver(policy, InetAddress::getAllByName), dns);
    }

    public RemoteClientFactory(Vertx vertx, CheckedResolver resolver, Executor dns) {
        this.vertx = vertx;
        this.resolver = resolver;
        this.dns = dns;
    }

    /** Creates a client that has not connected yet; the caller closes it. */
    public KubernetesClient open(RemoteCredential credential) {
        Config config = new ConfigBuilder(Config.empty())
                .withAutoConfigure(false)
                .withMasterUrl(credential.server().toString())
                .withRequestTimeout((int) REQUEST_TIMEOUT.toMillis())
                .withConnectionTimeout((int) CONNECT_TIMEOUT.toMillis())
                .withRequestRetryBackoffLimit(0)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new Transport(credential))
                .build();
    }

    private final class Transport extends VertxHttpClientFactory {
        private final RemoteCredential credential;

        Transport(RemoteCredential credential) {
            super(PinnedConnections.around(vertx, credential, resolver, dns));
            this.credential = credential;
        }

        @Override
        public HttpClient.Builder newBuilder(Config config) {
            HttpClient.Builder builder = newBuilder()
                    .connectTimeout(CONNECT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .proxyType(HttpClient.ProxyType.DIRECT)
                    .sslContext(keyManagers(credential), trustManagers(credential))
                    .tlsVersions(TlsVersion.TLS_1_3, TlsVersion.TLS_1_2)
                    .addOrReplaceInterceptor("meshfed", new Headers(credential.token()));
            builder.tag(config.getRequestConfig());
            return builder;
        }
    }

    private record Headers(Optional<String> token) implements Interceptor {
        @Override
        public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            builder.setHeader("User-Agent", "meshfed");
            token.ifPresent(value -> builder.setHeader("Authorization", "Bearer " + value));
        }

        @Override
        public String toString() {
            return "Headers";
        }
    }

    private static TrustManager[] trustManagers(RemoteCredential credential) {
        try {
            KeyStore store = emptyStore();
            for (X509Certificate authority : PemBlocks.certificates(credential.caPem())) {
                store.setCertificateEntry("ca-" + store.size(), authority);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("certificates that KubeconfigReader accepted cannot be used", e);
        }
    }

    private static KeyManager[] keyManagers(RemoteCredential credential) {
        if (credential.clientCertificate().isEmpty()) {
            return new KeyManager[0];
        }
        ClientCertificate certificate = credential.clientCertificate().get();
        try {
            KeyStore store = emptyStore();
            store.setKeyEntry(
                    "client",
                    certificate.key(),
                    new char[0],
                    certificate.chain().toArray(new X509Certificate[0]));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, new char[0]);
            return factory.getKeyManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("a client certificate that KubeconfigReader accepted cannot be used", e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
