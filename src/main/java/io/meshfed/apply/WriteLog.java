package io.meshfed.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Is told of every write, for logs and metrics. */
@FunctionalInterface
public interface WriteLog {
    /** @param verb create, update, share or delete */
    void written(String verb, HasMetadata object);
}
