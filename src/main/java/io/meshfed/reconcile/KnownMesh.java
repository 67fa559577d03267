package io.meshfed.reconcile;

import io.meshfed.api.MeshFederation;
import io.meshfed.reconcile.FederationView.ActiveMesh;
import java.util.Optional;

/** The active mesh, as the reconcilers of remotes and imports need it. */
public final class KnownMesh {
    private final LocalCluster cluster;
    private final FederationView view;

    /** @param view where the MeshFederation's reconciler publishes the mesh */
    public KnownMesh(LocalCluster cluster, FederationView view) {
        this.cluster = cluster;
        this.view = view;
    }

    /** The active mesh; empty before its first reconciliation, and after the deletion of its MeshFederation. */
    public Optional<ActiveMesh> mesh() {
        return view.mesh().filter(m -> cluster.all(MeshFederation.class)
                .get("", m.federation())
                .isPresent());
    }

    /** Whether a MeshFederation exists that was not reconciled yet, so that waiting makes sense. */
    public boolean expected() {
        return mesh().isEmpty()
                && cluster.all(MeshFederation.class).list().stream()
                        .anyMatch(f -> f.getMetadata().getDeletionTimestamp() == null);
    }
}
