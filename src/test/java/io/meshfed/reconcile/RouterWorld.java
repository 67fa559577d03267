package io.meshfed.reconcile;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.api.ExportedMesh;
import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;

/** A cluster for the router: the custom resources that exist, what was woken, and objects that change. */
final class RouterWorld implements ResourceIndex {
    static final String OPERATOR = "meshfed-system";

    final Set<String> woken = new ConcurrentSkipListSet<>();
    final List<MeshFederation> federations = new ArrayList<>();
    final List<RemoteMesh> remotes = new ArrayList<>();
    final Map<String, ImportedService> imports = new TreeMap<>();
    final List<String> services = new ArrayList<>();
    boolean waiting;

    void add(ImportedService service) {
        imports.put(
                service.getMetadata().getNamespace() + "/"
                        + service.getMetadata().getName(),
                service);
    }

    @Override
    public List<MeshFederation> federations() {
        return federations;
    }

    @Override
    public List<RemoteMesh> remotes() {
        return remotes;
    }

    @Override
    public List<ImportedService> imports() {
        return List.copyOf(imports.values());
    }

    @Override
    public List<ImportedService> imports(String namespace) {
        Stream<ImportedService> all = imports.values().stream();
        return all.filter(i -> i.getMetadata().getNamespace().equals(namespace)).toList();
    }

    @Override
    public Optional<ImportedService> imported(String namespace, String name) {
        return Optional.ofNullable(imports.get(namespace + "/" + name));
    }

    @Override
    public boolean hasService(String namespace, String name) {
        return services.contains(namespace + "/" + name);
    }

    @Override
    public boolean importsWait() {
        return waiting;
    }

    /** Records what is woken. */
    ReconcileTriggers triggers() {
        return new ReconcileTriggers() {
            @Override
            public void federation(String name) {
                woken.add("federation " + name);
            }

            @Override
            public void remote(String name) {
                woken.add("remote " + name);
            }

            @Override
            public void imported(String namespace, String name) {
                woken.add("import " + namespace + "/" + name);
            }
        };
    }

    static MeshFederation federation(String trust) {
        return of(
                "MeshFederation",
                "east",
                "mesh: {network: east-network, controlPlaneNamespace: istio-system}, trust: {" + trust + "}",
                MeshFederation.class);
    }

    static <T extends HasMetadata> ClusterChange came(Class<T> kind, T object) {
        return new ClusterChange(kind, Optional.empty(), Optional.of(object));
    }

    static <T extends HasMetadata> ClusterChange gone(Class<T> kind, T object) {
        return new ClusterChange(kind, Optional.of(object), Optional.empty());
    }

    static <T extends HasMetadata> ClusterChange changed(Class<T> kind, T before, T after) {
        return new ClusterChange(kind, Optional.of(before), Optional.of(after));
    }

    static PeerObservation catalogue() {
        ExportedMesh mesh = Serialization.unmarshal(
                "---\n{metadata: {name: mesh}, spec: {network: west-network, trustDomain: west.local}}",
                ExportedMesh.class);
        return new PeerObservation(Optional.of(mesh.getSpec()), false, Optional.empty());
    }

    static RemoteMesh remote(String name) {
        return of(
                "RemoteMesh",
                name,
                "network: " + name + "-network, cluster: {kubeconfigSecretRef: {name: " + name + "-kubeconfig}}",
                RemoteMesh.class);
    }

    static <T> T of(String kind, String name, String spec, Class<T> type) {
        return Serialization.unmarshal(
                "---\n{apiVersion: meshfed.io/v1alpha1, kind: %s, metadata: {name: %s, generation: 1}, spec: {%s}}"
                        .formatted(kind, name, spec),
                type);
    }

    static ImportedService imported(String namespace, String name, String spec) {
        ImportedService service = of("ImportedService", name, spec, ImportedService.class);
        service.getMetadata().setNamespace(namespace);
        return service;
    }

    static ServiceEntry entry(String name, String more) {
        return metadata("shop", name, more, ServiceEntry.class);
    }

    static DestinationRule rule(String namespace, String host) {
        return Serialization.unmarshal(
                "---\n{metadata: {name: r, namespace: %s, generation: 1}, spec: {host: '%s'}}"
                        .formatted(namespace, host),
                DestinationRule.class);
    }

    static Service service(String name, String selector, String more) {
        return Serialization.unmarshal(
                "---\n{metadata: {name: %s, namespace: shop, %s}, spec: {selector: {%s}}}"
                        .formatted(name, more, selector),
                Service.class);
    }

    static <T> T metadata(String namespace, String name, String more, Class<T> type) {
        String place = namespace.isEmpty() ? "" : ", namespace: " + namespace;
        return Serialization.unmarshal("---\n{metadata: {name: %s%s, %s}}".formatted(name, place, more), type);
    }
}
