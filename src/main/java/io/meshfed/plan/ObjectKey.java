package io.meshfed.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Which object: its kind and where it is. */
public record ObjectKey(String kind, String namespace, String name) {

    /** The key of a namespaced object. */
    public static ObjectKey of(HasMetadata object) {
        return new ObjectKey(
                object.getKind(),
                object.getMetadata().getNamespace(),
                object.getMetadata().getName());
    }
}
