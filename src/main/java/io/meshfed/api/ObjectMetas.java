package io.meshfed.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the metadata of Kubernetes objects, where an absent map is {@code null} and the namespace of a cluster-scoped object too. */
public final class ObjectMetas {
    private ObjectMetas() {}

    /** The object's labels; empty where it has none. */
    public static Map<String, String> labels(HasMetadata object) {
        return present(object.getMetadata().getLabels());
    }

    /** Value of a label; empty where the object does not have it. */
    public static Optional<String> label(HasMetadata object, String name) {
        return Optional.ofNullable(labels(object).get(name));
    }

    /** The object's annotations; empty where it has none. */
    public static Map<String, String> annotations(HasMetadata object) {
        return present(object.getMetadata().getAnnotations());
    }

    /** Value of an annotation; empty where the object does not have it. */
    public static Optional<String> annotation(HasMetadata object, String name) {
        return Optional.ofNullable(annotations(object).get(name));
    }

    /** Labels or annotations as a map that is never null. */
    public static Map<String, String> present(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }

    /** Whether the object has meshfed's label; the label alone does not tell for which custom resource it was written. */
    public static boolean hasOurLabel(HasMetadata object) {
        return Names.MESHFED.equals(labels(object).get(Names.MANAGED_BY));
    }

    /** Whether the user asks meshfed by annotation to take the object over. */
    public static boolean isHandedOver(HasMetadata object) {
        return "true".equals(annotations(object).get(Names.ADOPT));
    }

    /** The object's namespace; empty for a cluster-scoped object. */
    public static String namespace(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        return namespace == null ? "" : namespace;
    }

    /** {@code namespace/name}, or {@code name} for a cluster-scoped object, for messages and keys. */
    public static String path(HasMetadata object) {
        return path(namespace(object), object.getMetadata().getName());
    }

    /** {@code namespace/name}, or {@code name} where the namespace is empty. */
    public static String path(String namespace, String name) {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }

    /** {@code Kind namespace/name}, or {@code Kind name} for a cluster-scoped object, for messages. */
    public static String describe(HasMetadata object) {
        return describe(
                object.getKind(), namespace(object), object.getMetadata().getName());
    }

    /** {@code Kind namespace/name}, or {@code Kind name} where the namespace is empty. */
    public static String describe(String kind, String namespace, String name) {
        return kind + " " + path(namespace, name);
    }

    /** Adds a label, or replaces its value. */
    public static void setLabel(ObjectMeta metadata, String name, String value) {
        Map<String, String> labels = new HashMap<>(present(metadata.getLabels()));
        labels.put(name, value);
        metadata.setLabels(labels);
    }

    /** Adds an annotation, or replaces its value. */
    public static void setAnnotation(ObjectMeta metadata, String name, String value) {
        Map<String, String> annotations = new HashMap<>(present(metadata.getAnnotations()));
        annotations.put(name, value);
        metadata.setAnnotations(annotations);
    }
}
