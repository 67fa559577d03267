package io.meshfed.plan.imports.world;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.meshfed.api.ImportedService;
import io.meshfed.api.ImportedServiceSpec;
import io.meshfed.api.Names;
import io.meshfed.plan.hosts.ServiceHost;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The imported service: its host, its spec, and the mesh that imports it. */
public record ImportTarget(ServiceHost serviceHost, ImportedServiceSpec spec, LocalMesh mesh) {

    public static ImportTarget of(ImportedService service, LocalMesh mesh) {
        return new ImportTarget(ServiceHost.of(service, mesh.clusterDomain()), service.getSpec(), mesh);
    }

    /** The host in full. */
    public String host() {
        return serviceHost.toString();
    }

    /** Name of the ImportedService, and of the local Service if there is one. */
    public String name() {
        return serviceHost.name();
    }

    /** Namespace of both. */
    public String namespace() {
        return serviceHost.namespace();
    }

    /** Name of the ServiceEntry and of the DestinationRule, and the stem of WorkloadEntry names. */
    public String objectName() {
        return OutputNames.of(name());
    }

    /** Metadata of an object of this import, with labels that find it again. */
    public ObjectMeta metadata(String objectName, Map<String, String> moreLabels) {
        Map<String, String> labels = new TreeMap<>(moreLabels);
        labels.put(Names.MANAGED_BY, Names.MESHFED);
        labels.put(Names.IMPORTED_SERVICE_LABEL, name());
        return new ObjectMetaBuilder()
                .withName(objectName)
                .withNamespace(namespace())
                .withLabels(labels)
                .build();
    }

    /**
     * {@code spec.exportTo} in the form that Istio accepts: sorted, {@code *} without any other, {@code .} in place of the
     * import's own namespace, {@code ~} only if there is no other.
     */
    public List<String> exportTo() {
        if (spec.exportTo().contains("*")) {
            return List.of("*");
        }
        TreeSet<String> namespaces = new TreeSet<>(spec.exportTo());
        if (namespaces.remove(namespace())) {
            namespaces.add(".");
        }
        if (namespaces.size() > 1) {
            namespaces.remove("~");
        }
        return List.copyOf(namespaces);
    }
}
