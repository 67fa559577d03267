package io.meshfed.reconcile;

/** Requests the reconciliation of a custom resource; requests for one resource that is still queued become one. */
public interface ReconcileTriggers {
    /** Requests the reconciliation of one MeshFederation. */
    void federation(String name);

    /** Requests the reconciliation of one RemoteMesh. */
    void remote(String name);

    /** Requests the reconciliation of one ImportedService. */
    void imported(String namespace, String name);
}
