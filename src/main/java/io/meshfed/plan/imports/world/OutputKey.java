package io.meshfed.plan.imports.world;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Which object: its kind and where it is. */
public record OutputKey(String kind, String namespace, String name) {

    /** The key of a namespaced object. */
    public static OutputKey of(HasMetadata object) {
        return new OutputKey(
                object.getKind(),
                object.getMetadata().getNamespace(),
                object.getMetadata().getName());
    }
}
