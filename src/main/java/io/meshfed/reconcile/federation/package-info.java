/**
 * The reconciler of MeshFederation.
 * <p>
 * <b>What it does.</b> {@link io.meshfed.reconcile.federation.FederationSteps} runs four steps: istiod's configuration, trust, the
 * east-west gateway, exports. Each sets one condition: MeshConfigured, TrustReady, GatewayReady; objects that are in the way are
 * reported in Conflict. {@link io.meshfed.reconcile.federation.FederationCleanup} deletes in order: entries, gateways of remotes, own
 * gateway. CA material is never deleted.
 * <p>
 * <b>How.</b> A step has caches(), which starts the watches that it needs, and run(), which decides with {@code plan} or {@code trust} and
 * writes with {@code apply}. Results are immutable records. A cache that cannot be read stops only the step that needs it.
 * <p>
 * <b>Trade-offs.</b> Only the oldest MeshFederation is active; others report a Conflict. Exports have no condition of their own: a cache
 * that they need is reported in MeshConfigured, because the kinds that can be missing are Istio's.
 */
@NullMarked
package io.meshfed.reconcile.federation;

import org.jspecify.annotations.NullMarked;
