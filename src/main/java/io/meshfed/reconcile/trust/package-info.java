/**
 * What the two trust plans are made from: the plan for this mesh's {@code cacerts}, and the plans for those that it issues for others.
 * <p>
 * <b>What it does.</b> {@link io.meshfed.reconcile.trust.TrustReader} gathers issuer, {@code cacerts}, istiod's settings and published
 * roots from the caches of this cluster, and the roots and catalogues of peers from the remote clusters.
 * {@link io.meshfed.reconcile.trust.PeerObservations} notices when that part of a remote cluster changes.
 * <p>
 * <b>How.</b> The MeshFederation's reconciler plans from istiod's configuration as it reads it, and publishes that as a TrustSnapshot. The RemoteMesh's
 * reconciler plans from the snapshot and the same caches. Neither calls the other.
 * {@link io.meshfed.reconcile.trust.TrustCaches} holds the caches of one reconciliation, because the name of one of them is read from another:
 * a plan reads exactly the caches whose readiness was checked.
 * <p>
 * <b>Trade-offs.</b> The snapshot is as old as the last reconciliation of the MeshFederation. Each issued {@code cacerts} is planned from a
 * world of its own, which is verified again for each remote.
 */
@NullMarked
package io.meshfed.reconcile.trust;

import org.jspecify.annotations.NullMarked;
