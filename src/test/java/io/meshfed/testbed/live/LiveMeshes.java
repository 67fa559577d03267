package io.meshfed.testbed.live;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshfed.testbed.ChartTools;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.ClusterOptions;
import io.meshfed.testbed.Folders;
import io.meshfed.testbed.TestbedException;
import io.meshfed.testbed.live.ServiceNetwork.PublicNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
     * Starts meshes; every MeshFederation and RemoteMesh is Ready when this returns. Close them at the end, or ask for
     * shared ones with {@link WithMeshes}.
     */
    public static LiveMeshes start(Federation federation) {
        Timeline timeline = new Timeline();
        IstioBinaries istio = IstioBinaries.ensure();
        Images images = Images.of(istio, NetBed.program());
        CompletableFuture<ChartTools> tools = CompletableFuture.supplyAsync(ChartTools::ensure);
        List<MeshAddresses> places = IntStream.range(0, federation.names().size())
                .mapToObj(number -> new MeshAddresses(federation.names().get(number), number))
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
                                    place,
                                    clusters.get(place.number()),
                                    meshes.netBed,
                                    images,
                                    meshes.publicNames,
                                    federation.operatorValues(place.name()))));
            federation.names().forEach(name -> meshes.byName.put(name, made.get(name)));
            timeline.reached("operators launched");
            new FederationSetup(federation, meshes, new IstioChart(tools.join(), istio), timeline).install();
            System.err.println("testbed: " + federation + " are up: " + timeline);
            return meshes;
        } catch (RuntimeException e) {
            Diagnosis.of(meshes).print(System.err);
            meshes.close();
            clusters.forEach(Cluster::close);
            throw e;
        }
    }

    /** The same for meshes with a common root; each federates with all others. */
    public static LiveMeshes start(String... names) {
        return start(Federation.of(names));
    }

    private static LiveMeshes open() {
        try {
            Path folder = Files.createTempDirectory("meshfed-live-");
            return new LiveMeshes(folder, NetBed.start(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    /**
     * Takes away what a test class deployed. Each proxy holds inotify instances, of which the kernel gives a user 128: with
     * all pods of all classes the later ones would not start.
     */
    void clear() {
        all().forEach(LiveMesh::clear);
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
        try {
            inParallel(all(), LiveMesh::close);
        } finally {
            netBed.close();
            if (System.getenv("MESHFED_TESTBED_KEEP") == null) {
                Folders.delete(folder);
            }
        }
    }
}
