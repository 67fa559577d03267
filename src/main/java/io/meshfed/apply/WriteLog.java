package io.meshfed.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Receives every write after it succeeded, for logs and metrics. */
@FunctionalInterface
public interface WriteLog {
    /**
     * @param verb create, update, share or delete; adopt and hand over for a write that changes only who owns fields
     * @param object the object as written
     */
    void written(String verb, HasMetadata object);
}
