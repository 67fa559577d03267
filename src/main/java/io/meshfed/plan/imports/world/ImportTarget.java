package io.meshfed.plan.imports.world;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.meshfed.api.ImportedService;
import io.meshfed.api.ImportedServiceSpec;
import io.meshfed.api.Names;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The service that an import is about: where its host lives and what the user says of it. */
public record ImportTarget(String name, String namespace, String host, ImportedServiceSpec spec, LocalMesh mesh) {

    public static ImportTarget of(ImportedService service, LocalMesh mesh) {
        String name = service.getMetadata().getName();
        String namespace = service.getMetadata().getNamespace();
        String host = name + "." + namespace + ".svc." + mesh.clusterDomain();
        return new ImportTarget(name, namespace, host, service.getSpec(), mesh);
    }

    /** Name of the ServiceEntry and of the DestinationRule, and the stem of WorkloadEntry names. */
    public String objectName() {
        return OutputNames.of(name);
    }

    /** Metadata of an object of this import, with labels that find it again. */
    public ObjectMeta metadata(String objectName, Map<String, String> moreLabels) {
        Map<String, String> labels = new TreeMap<>(moreLabels);
        labels.put(Names.MANAGED_BY, Names.MESHFED);
        labels.put(Names.IMPORTED_SERVICE_LABEL, name);
        return new ObjectMetaBuilder()
                .withName(objectName)
                .withNamespace(namespace)
                .withLabels(labels)
                .build();
    }

    /**
     * {@code exportTo} in the one form that Istio accepts: sorted, {@code *} alone, {@code .} instead of the own
     * namespace, {@code ~} only when it stands alone.
     */
    public List<String> exportTo() {
        if (spec.exportTo().contains("*")) {
            return List.of("*");
        }
        TreeSet<String> namespaces = new TreeSet<>(spec.exportTo());
        if (namespaces.remove(namespace)) {
            namespaces.add(".");
        }
        if (namespaces.size() > 1) {
            namespaces.remove("~");
        }
        return List.copyOf(namespaces);
    }
}
