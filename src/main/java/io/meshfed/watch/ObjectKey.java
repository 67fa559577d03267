package io.meshfed.watch;

import io.meshfed.api.ObjectMetas;

/** Namespace (empty for cluster-scoped objects) and name; ordered, so that a namespace is a range. */
record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {
    @Override
    public int compareTo(ObjectKey other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return ObjectMetas.path(namespace, name);
    }
}
