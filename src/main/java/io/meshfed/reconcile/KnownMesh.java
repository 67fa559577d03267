package io.meshfed.reconcile;

import io.meshfed.api.MeshFederation;
import io.meshfed.reconcile.FederationView.ActiveMesh;
import java.util.Optional;

/** What remotes and imports know of the mesh they belong to. */
public final class KnownMesh {
    private final LocalCluster cluster;
    private final FederationView view;

    /** @param view where the MeshFederation's reconciler tells of it */
    public KnownMesh(LocalCluster cluster, FederationView view) {
        this.cluster = cluster;
        this.view = view;
    }

    /** The active mesh; empty before its first reconciliation, and when its MeshFederation is gone. */
    public Optional<ActiveMesh> mesh() {
        return view.mesh().filter(m -> cluster.all(MeshFederation.class)
                .get("", m.federation())
                .isPresent());
    }

    /** Whether there is a MeshFederation that was only not reconciled yet, so that waiting makes sense. */
    public boolean comes() {
        return mesh().isEmpty()
                && cluster.all(MeshFederation.class).list().stream()
                        .anyMatch(f -> f.getMetadata().getDeletionTimestamp() == null);
    }
}
