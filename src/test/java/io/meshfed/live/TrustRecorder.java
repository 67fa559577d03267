package io.meshfed.live;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.meshfed.testbed.TestbedException;
import io.meshfed.testbed.live.Identity;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.ProxyView;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sees every version of {@code cacerts} and of what istiod publishes, and four times a second what proxies have loaded,
 * and asks each time every pair, within a mesh and across: does the one accept what the other signs with, or shows?
 * A peer that was accepted once must always be accepted.
 */
final class TrustRecorder implements AutoCloseable {
    private static final String NAMESPACE = "istio-system";
    private static final long BETWEEN_MILLIS = 250;

    private final Consumer<LiveMesh> onWrite;
    private final List<Mesh> meshes;
    private final Map<String, ProxyView> proxies = new TreeMap<>();
    private final Map<String, Identity> identities = new TreeMap<>();
    private final Set<Pair> accepted = new HashSet<>();
    private final List<String> broken = new ArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "trust-watch");
        thread.setDaemon(true);
        return thread;
    });

    private record Pair(String accepts, String shows) {}

    /** @param onWrite called at once with the mesh whose {@code cacerts} was written */
    TrustRecorder(Collection<LiveMesh> meshes, Consumer<LiveMesh> onWrite) {
        this.onWrite = onWrite;
        this.meshes = meshes.stream().map(Mesh::new).toList();
        clock.scheduleWithFixedDelay(this::lookAtProxies, 0, BETWEEN_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Looks at this proxy, too. */
    void follow(ProxyView proxy) {
        synchronized (proxies) {
            proxies.put(proxy.name(), proxy);
        }
    }

    private void lookAtProxies() {
        Map<String, ProxyView> all;
        synchronized (proxies) {
            all = Map.copyOf(proxies);
        }
        all.forEach((name, proxy) -> {
            try {
                seen("proxy of " + name, proxy.identity());
            } catch (TestbedException | IllegalArgumentException e) {
                // It says nothing now; requests tell whether it works.
            }
        });
    }

    private synchronized void seen(String who, Identity identity) {
        identities.put(who, identity);
        for (String one : identities.keySet()) {
            // What istiod publishes says nothing of a proxy that did not ask it since.
            if (one.startsWith("proxy") == who.startsWith("proxy")) {
                ask(new Pair(who, one));
                ask(new Pair(one, who));
            }
        }
    }

    private void ask(Pair pair) {
        Identity shows = identities.get(pair.shows());
        Identity accepts = identities.get(pair.accepts());
        if (accepts.accepts(shows)) {
            accepted.add(pair);
        } else if (accepted.contains(pair)) {
            broken.add("%s: %s, which %s, no longer accepts %s, which %s"
                    .formatted(Instant.now(), pair.accepts(), accepts, pair.shows(), shows));
        }
    }

    /** The cases in which a proxy or istiod no longer accepted a peer. */
    synchronized List<String> broken() {
        return List.copyOf(broken);
    }

    /** The pairs, as {@code x accepts y}, of which that was never seen. */
    synchronized List<String> strangers() {
        return identities.keySet().stream()
                .flatMap(one -> identities.keySet().stream()
                        .filter(other -> one.startsWith("proxy") == other.startsWith("proxy"))
                        .filter(other -> !accepted.contains(new Pair(one, other)))
                        .map(other -> one + " accepts " + other))
                .toList();
    }

    /** How often a mesh's {@code cacerts} was changed. */
    int writes(LiveMesh mesh) {
        return of(mesh).writes;
    }

    private Mesh of(LiveMesh mesh) {
        return meshes.stream().filter(m -> m.mesh == mesh).findFirst().orElseThrow();
    }

    @Override
    public void close() {
        clock.shutdownNow();
        meshes.forEach(Mesh::close);
    }

    /** What istiod of one mesh signs with and tells workloads to accept. */
    private final class Mesh {
        private final LiveMesh mesh;
        private final SharedIndexInformer<ConfigMap> roots;
        private final SharedIndexInformer<Secret> secrets;
        private final Optional<Map<String, String>> before;
        private Optional<Map<String, String>> cacerts;
        private String published = "";
        private volatile int writes;

        private Mesh(LiveMesh mesh) {
            this.mesh = mesh;
            var client = mesh.cluster().adminClient();
            var secret = client.secrets().inNamespace(NAMESPACE).withName("cacerts");
            this.before = Optional.ofNullable(secret.get()).map(Secret::getData);
            this.cacerts = before;
            this.roots = client.configMaps()
                    .inNamespace(NAMESPACE)
                    .withName("istio-ca-root-cert")
                    .inform(each(this::published));
            this.secrets = secret.inform(each(this::written));
        }

        private void published(ConfigMap map) {
            published = map.getData().getOrDefault("root-cert.pem", "");
            seen();
        }

        private void written(Secret secret) {
            if (!cacerts.equals(Optional.of(secret.getData()))) {
                writes++;
                onWrite.accept(mesh);
            }
            cacerts = Optional.of(secret.getData());
            seen();
        }

        private synchronized void seen() {
            // A CA that istiod made for itself signs under the one root that it publishes.
            String chain = cacerts.map(data -> text(data, "ca-cert.pem") + text(data, "cert-chain.pem"))
                    .orElse(published);
            TrustRecorder.this.seen("istiod of " + mesh.name(), Identity.of(chain, published));
        }

        private static String text(Map<String, String> data, String key) {
            return new String(Base64.getDecoder().decode(data.getOrDefault(key, "")), StandardCharsets.US_ASCII);
        }

        private void close() {
            roots.close();
            secrets.close();
        }
    }

    private static <T extends HasMetadata> ResourceEventHandler<T> each(Consumer<T> look) {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(T object) {
                look.accept(object);
            }

            @Override
            public void onUpdate(T before, T object) {
                look.accept(object);
            }

            @Override
            public void onDelete(T object, boolean stale) {
                // These are never deleted; a test that sees no new version runs into its timeout.
            }
        };
    }
}
