package io.meshfed.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Is told of every write, for logs and metrics. */
@FunctionalInterface
public interface WriteLog {
    /** @param verb create, update, share, delete; adopt and hand over where only the claims to fields changed hands */
    void written(String verb, HasMetadata object);
}
