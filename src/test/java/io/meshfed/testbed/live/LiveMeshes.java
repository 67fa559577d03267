package io.meshfed.testbed.live;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Secret;
import io.meshfed.testbed.ChartTools;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.ClusterOptions;
import io.meshfed.testbed.Folders;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.TestbedException;
import io.meshfed.testbed.live.ServiceNetwork.PublicNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** Several real meshes that trust and can reach each other's gateways; and the network between them. */
public final class LiveMeshes implements AutoCloseable {
    private static final int GATEWAY_PORT = 15443;

    private final Path folder;
    private final NetBed netBed;
    private final PublicNames publicNames = new PublicNames();
    private final Map<String, LiveMesh> byName = new LinkedHashMap<>();

    private LiveMeshes(Path folder, NetBed netBed) {
        this.folder = folder;
        this.netBed = netBed;
    }

    /**
     * Starts meshes: every MeshFederation and RemoteMesh is Ready when this returns.
     *
     * @param roots whether they share a root certificate
     * @param names of the meshes; each federates with all others
     */
    public static LiveMeshes start(Roots roots, String... names) {
        Timeline timeline = new Timeline();
        IstioBinaries istio = IstioBinaries.ensure();
        Images images = Images.of(istio, NetBed.program());
        CompletableFuture<ChartTools> tools = CompletableFuture.supplyAsync(ChartTools::ensure);
        List<Place> places = IntStream.range(0, names.length)
                .mapToObj(number -> new Place(names[number], number))
                .toList();
        List<Cluster> clusters = Cluster.startAll(places.stream()
                .map(place -> ClusterOptions.named(place.name())
                        .withServiceCidr(place.serviceCidr())
                        .withPods())
                .toArray(ClusterOptions[]::new));
        timeline.reached("clusters");
        LiveMeshes meshes = open();
        try {
            Map<String, LiveMesh> made = new ConcurrentHashMap<>();
            inParallel(
                    places,
                    place -> made.put(
                            place.name(),
                            new LiveMesh(
                                    place, clusters.get(place.number()), meshes.netBed, images, meshes.publicNames)));
            places.forEach(place -> meshes.byName.put(place.name(), made.get(place.name())));
            timeline.reached("operators launched");
            meshes.federate(roots, new IstioChart(tools.join(), istio), timeline);
            System.err.println("testbed: " + String.join(" and ", names) + " are federated: " + timeline);
            return meshes;
        } catch (RuntimeException e) {
            Diagnosis.of(meshes).print(System.err);
            meshes.close();
            clusters.forEach(Cluster::close);
            throw e;
        }
    }

    private static LiveMeshes open() {
        try {
            Path folder = Files.createTempDirectory("meshfed-live-");
            return new LiveMeshes(folder, NetBed.start(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void federate(Roots roots, IstioChart chart, Timeline timeline) {
        Collection<LiveMesh> all = all();
        LiveMesh first = all.iterator().next();
        inParallel(all, mesh -> mesh.operator().awaitReady());
        timeline.reached("operators ready");
        first.apply(Federations.mesh(first, all, true));
        Secret root = first.awaitSecret("meshfed-system", Federations.ROOT);
        inParallel(all, mesh -> {
            if (mesh != first) {
                if (roots == Roots.COMMON) {
                    mesh.operatorSecret(Federations.ROOT, root.getType(), root.getData());
                }
                mesh.apply(Federations.mesh(mesh, all, roots == Roots.DIFFERENT));
            }
            mesh.awaitSecret("istio-system", "cacerts");
            mesh.installIstio(chart, Federations.istioValueFiles(roots), Federations.istioValues(mesh, all));
        });
        timeline.reached("Istio installed");
        inParallel(all, LiveMesh::awaitIstio);
        timeline.reached("istiods ready");
        inParallel(all, mesh -> {
            mesh.applyExample("gateway-reader.yaml");
            all.stream()
                    .filter(peer -> peer != mesh)
                    .forEach(peer -> peer.credentialFor(mesh.name(), mesh.credentialOfPeer()));
        });
        inParallel(all, mesh -> {
            mesh.awaitAvailable(LiveMesh.GATEWAY_NAMESPACE, LiveMesh.GATEWAY, 1);
            mesh.until("MeshFederation", () -> Mesh.holds(mesh.federation(), "Ready"));
            all.stream()
                    .filter(peer -> peer != mesh)
                    .forEach(peer -> mesh.until(
                            "RemoteMesh " + peer.name(), () -> Mesh.holds(mesh.remote(peer.name()), "Ready")));
        });
        timeline.reached("gateways ready");
    }

    static <T> void inParallel(Collection<T> each, Consumer<T> work) {
        List<CompletableFuture<Void>> running = each.stream()
                .map(one -> CompletableFuture.runAsync(
                        () -> work.accept(one), task -> new Thread(task, "live-start").start()))
                .toList();
        Optional<CompletionException> failure = Optional.empty();
        for (CompletableFuture<Void> one : running) {
            try {
                one.join();
            } catch (CompletionException e) {
                failure = Optional.of(e);
            }
        }
        failure.ifPresent(e -> {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        });
    }

    /** How long the steps of a start took. */
    private static final class Timeline {
        private final Instant start = Instant.now();
        private final StringBuilder steps = new StringBuilder();

        synchronized void reached(String step) {
            steps.append(steps.isEmpty() ? "" : ", ")
                    .append(step)
                    .append(" at ")
                    .append(String.format(
                            "%.1f", Duration.between(start, Instant.now()).toMillis() / 1000.0))
                    .append(" s");
        }

        @Override
        public String toString() {
            return steps.toString();
        }
    }

    /** The mesh of that name. */
    public LiveMesh get(String name) {
        return Optional.ofNullable(byName.get(name))
                .orElseThrow(() -> new TestbedException("No mesh " + name + " here, only " + byName.keySet()));
    }

    /** Mesh {@code east}. */
    public LiveMesh east() {
        return get("east");
    }

    /** Mesh {@code west}. */
    public LiveMesh west() {
        return get("west");
    }

    /** All meshes. */
    public Collection<LiveMesh> all() {
        return List.copyOf(byName.values());
    }

    /** A name for a namespace that no other test has. */
    public String newName(String prefix) {
        return prefix + "-" + UUID.randomUUID().toString().substring(0, 6);
    }

    /** Gives a host name these addresses, in the DNS of every cluster. */
    public void publicName(String host, String... addresses) {
        publicNames.set(host, List.of(addresses));
    }

    /** Connections that the load balancers have taken. */
    public JsonNode connections() {
        return netBed.counters();
    }

    /** Connections of other meshes that the load balancers of a mesh's gateway have taken. */
    public long gatewayConnections(String mesh) {
        return StreamSupport.stream(connections().path("loadBalancers").spliterator(), false)
                .filter(balancer -> balancer.path("cluster").asText().equals(mesh))
                .filter(balancer -> balancer.path("port").asInt() == GATEWAY_PORT)
                .mapToLong(balancer -> balancer.path("taken").asLong())
                .sum();
    }

    @Override
    public void close() {
        inParallel(all(), LiveMesh::close);
        netBed.close();
        if (System.getenv("MESHFED_TESTBED_KEEP") == null) {
            Folders.delete(folder);
        }
    }
}
