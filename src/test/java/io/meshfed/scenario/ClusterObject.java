package io.meshfed.scenario;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.meshfed.api.Names;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.TestbedException;
import java.util.Optional;

/** One object of any kind in a cluster, by kind, namespace and name: tests read it, patch it and delete it. */
record ClusterObject(Mesh mesh, String apiVersion, String kind, String namespace, String name) {
    private static final PatchContext MERGE =
            new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build();

    static ClusterObject serviceEntry(Mesh mesh, String namespace, String name) {
        return new ClusterObject(mesh, "networking.istio.io/v1", "ServiceEntry", namespace, name);
    }

    static ClusterObject workloadEntry(Mesh mesh, String namespace, String name) {
        return new ClusterObject(mesh, "networking.istio.io/v1", "WorkloadEntry", namespace, name);
    }

    static ClusterObject destinationRule(Mesh mesh, String namespace, String name) {
        return new ClusterObject(mesh, "networking.istio.io/v1", "DestinationRule", namespace, name);
    }

    static ClusterObject istioGateway(Mesh mesh, String namespace, String name) {
        return new ClusterObject(mesh, "networking.istio.io/v1", "Gateway", namespace, name);
    }

    static ClusterObject remoteGateway(Mesh mesh, String namespace, String name) {
        return new ClusterObject(mesh, "gateway.networking.k8s.io/v1", "Gateway", namespace, name);
    }

    static ClusterObject deployment(Mesh mesh, String namespace, String name) {
        return new ClusterObject(mesh, "apps/v1", "Deployment", namespace, name);
    }

    static ClusterObject service(Mesh mesh, String namespace, String name) {
        return new ClusterObject(mesh, "v1", "Service", namespace, name);
    }

    /** The object as it appears in messages. */
    String words() {
        return kind + " " + namespace + "/" + name;
    }

    Optional<GenericKubernetesResource> find() {
        return Optional.ofNullable(resource().get());
    }

    GenericKubernetesResource get() {
        return find().orElseThrow(() -> new TestbedException(words() + " does not exist"));
    }

    String version() {
        return get().getMetadata().getResourceVersion();
    }

    /** Whether the object exists with meshfed's label and annotation, and meshfed is one of its field managers. */
    boolean isOurs() {
        return find().filter(o ->
                        o.getMetadata().getLabels() != null && o.getMetadata().getAnnotations() != null)
                .filter(o -> Names.MESHFED.equals(o.getMetadata().getLabels().get(Names.MANAGED_BY)))
                .filter(o -> o.getMetadata().getAnnotations().containsKey(Names.OWNER_UID))
                .filter(o -> o.getMetadata().getManagedFields().stream()
                        .map(ManagedFieldsEntry::getManager)
                        .anyMatch(Names.MESHFED::equals))
                .isPresent();
    }

    /** A JSON merge patch by a field manager other than meshfed. */
    void patch(String json) {
        resource().patch(MERGE, json);
    }

    void annotate(String key, String value) {
        patch("{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}".formatted(key, value));
    }

    void delete() {
        resource().delete();
    }

    private Resource<GenericKubernetesResource> resource() {
        return mesh.cluster()
                .adminClient()
                .genericKubernetesResources(apiVersion, kind)
                .inNamespace(namespace)
                .withName(name);
    }
}
