package io.meshfed.remote;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshfed.api.ObjectMetas;
import io.meshfed.api.RemoteMeshSpec.ServiceRef;
import io.meshfed.common.Digests;
import io.meshfed.net.AddressPolicy;
import io.meshfed.remote.kubeconfig.KubeconfigReader;
import io.meshfed.remote.kubeconfig.RemoteCredential;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All other clusters, each with its own client, backoff and state, so that one cannot affect another. No method waits for the
 * network, and none throws because of a remote or its credential.
 */
public final class RemoteClusters implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteClusters.class);

    private final AddressPolicy policy;
    private final Consumer<String> onChange;
    private final Clock clock;
    private final Vertx vertx;
    private final ExecutorService dns;
    private final RemoteClientFactory clients;
    private final Map<String, RemoteCluster<RemoteLink, RemoteSnapshot>> remotes = new ConcurrentHashMap<>();
    private final Map<String, RemoteCluster<SecretLink, RemoteSecret>> secrets = new ConcurrentHashMap<>();

    /**
     * @param policy which server and gateway addresses are refused
     * @param onChange receives the name of a remote whose {@link #snapshot} or {@link #secret} changed; called on a thread of that remote; must return soon
     * @param clock for the times in failures
     */
    public RemoteClusters(AddressPolicy policy, Consumer<String> onChange, Clock clock) {
        this.policy = policy;
        this.onChange = onChange;
        this.clock = clock;
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(2)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setUseDaemonThread(true)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        // At most one thread for each remote whose DNS does not answer, so that no remote waits for another.
        this.dns = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "remote-dns");
            thread.setDaemon(true);
            return thread;
        });
        this.clients = new RemoteClientFactory(vertx, policy, dns);
    }

    /**
     * Connects to a remote. Idempotent: a call with the same arguments changes nothing. For a changed credential or Service a new
     * connection is built; the old one is used until the new one has synced. A refused kubeconfig closes the old connection; the last
     * seen state is kept.
     *
     * @param remote name of the RemoteMesh
     * @param kubeconfig bytes of the Secret's key; not kept
     * @param gatewayService the Service to watch
     */
    public void ensure(String remote, byte[] kubeconfig, ServiceRef gatewayService) {
        remotes.computeIfAbsent(
                        remote,
                        name -> new RemoteCluster<>(
                                () -> changed(name), RemoteSnapshot.notConfigured(), RemoteSnapshot::through))
                .ensure(fingerprint(kubeconfig, gatewayService.namespace(), gatewayService.name()), onLinkChange -> {
                    RemoteCredential credential = KubeconfigReader.read(kubeconfig, policy);
                    return new RemoteLink(clients, credential, gatewayService, policy, clock, onLinkChange);
                });
    }

    /**
     * Connects to the Secret that this operator writes in a remote, with a credential of its own. As with {@link #ensure}, a new
     * connection is built for a changed credential while the old one is used.
     *
     * @param remote name of the RemoteMesh
     * @param kubeconfig bytes of the Secret's key; not kept
     */
    public void ensureSecret(String remote, byte[] kubeconfig, String namespace, String name) {
        secrets.computeIfAbsent(
                        remote,
                        r -> new RemoteCluster<>(
                                () -> changed(r),
                                RemoteSecret.notConfigured(),
                                (before, connection, link, credential) ->
                                        RemoteSecret.through(connection, link, credential)))
                .ensure(fingerprint(kubeconfig, namespace, name), onLinkChange -> {
                    RemoteCredential credential = KubeconfigReader.read(kubeconfig, policy);
                    return new SecretLink(clients, credential, namespace, name, clock, onLinkChange);
                });
    }

    /** Closes the connection to the Secret. */
    public void forgetSecret(String remote) {
        RemoteCluster<SecretLink, RemoteSecret> secret = secrets.remove(remote);
        if (secret != null) {
            secret.close();
        }
    }

    /** The last seen state of the Secret that this operator writes in a remote. */
    public RemoteSecret secret(String remote) {
        RemoteCluster<SecretLink, RemoteSecret> secret = secrets.get(remote);
        return secret == null ? RemoteSecret.notConfigured() : secret.snapshot();
    }

    /** The client of that credential. This object owns it and may close it at any time. Each of its calls has a time limit. */
    public Optional<KubernetesClient> secretWriter(String remote) {
        return Optional.ofNullable(secrets.get(remote))
                .flatMap(RemoteCluster::link)
                .map(SecretLink::client);
    }

    /** Closes the connection and forgets the last seen state. */
    public void forget(String remote) {
        RemoteCluster<RemoteLink, RemoteSnapshot> cluster = remotes.remove(remote);
        if (cluster != null) {
            cluster.close();
        }
    }

    /** The last seen state of a remote. */
    public RemoteSnapshot snapshot(String remote) {
        RemoteCluster<RemoteLink, RemoteSnapshot> cluster = remotes.get(remote);
        return cluster == null ? RemoteSnapshot.notConfigured() : cluster.snapshot();
    }

    @Override
    public void close() {
        remotes.keySet().forEach(this::forget);
        secrets.keySet().forEach(this::forgetSecret);
        dns.shutdownNow();
        vertx.close();
    }

    private void changed(String remote) {
        try {
            onChange.accept(remote);
        } catch (RuntimeException e) {
            // A defect of the receiver must not end this remote's watch.
            LOG.error("a change of remote {} could not be processed", remote, e);
        }
    }

    /** Identifies a credential and an object without keeping the credential's bytes. */
    private static String fingerprint(byte[] kubeconfig, String namespace, String name) {
        return Digests.sha256(kubeconfig) + " " + ObjectMetas.path(namespace, name);
    }
}
