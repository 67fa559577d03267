package io.meshfed.reconcile;

/** Asks for another look at a custom resource; many requests for one resource become one look. */
public interface ReconcileTriggers {
    /** Looks at one MeshFederation again. */
    void federation(String name);

    /** Looks at one RemoteMesh again. */
    void remote(String name);

    /** Looks at one ImportedService again. */
    void imported(String namespace, String name);
}
