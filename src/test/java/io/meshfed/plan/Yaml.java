package io.meshfed.plan;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;

/** Custom resources from the YAML of their specs. */
public final class Yaml {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private Yaml() {}

    public static MeshFederation mesh(String spec) {
        return YAML.unmarshal(
                "apiVersion: meshfed.io/v1alpha1\nkind: MeshFederation\nmetadata: {name: east}\nspec:\n"
                        + spec.indent(2),
                MeshFederation.class);
    }

    public static RemoteMesh remote(String name, String spec) {
        return YAML.unmarshal(
                "apiVersion: meshfed.io/v1alpha1\nkind: RemoteMesh\nmetadata: {name: " + name + "}\nspec:\n"
                        + spec.indent(2),
                RemoteMesh.class);
    }

    public static <T> T of(String yaml, Class<T> type) {
        return YAML.unmarshal(yaml, type);
    }
}
