/**
 * The decision about this mesh's own {@code cacerts}: first issue, renewal, migration, and the steps of a root rotation.
 *
 * <p>How: the type of trust and the state of the Secret choose the class: {@code ExternalTrust}, or {@code ManagedTrust} with
 * {@code AbsentCacerts}, {@code InvalidCacerts} and {@code ValidCacerts}. A valid one is issued again by
 * {@link io.meshfed.trust.rotation.ReissuePolicy}, moved to another root by {@link io.meshfed.trust.rotation.Rotation} (which
 * {@code CaMigration} may start), and its bundle is kept by {@code BundleSteps}. {@code CacertsWrite} composes and verifies
 * what is written. Each returns a {@link io.meshfed.trust.rotation.TrustDecision}: one action and one finding.
 *
 * <p>Trade-offs:
 * <ul>
 *   <li>No state machine is stored. Each plan derives the phase from the Secret, istiod's roots and the history, so that a lost
 *       status or a restart does no harm.
 *   <li>A rotation waits for every workload of every mesh. That takes days by default, while all workloads keep running.
 *   <li>Roots are added before they are used and removed last. A change never both adds and removes, which istiod would refuse.
 *   <li>A changed issuer Secret starts no rotation; the user must name another Secret, because a new root is a decision.
 * </ul>
 *
 * @see <a href="../../../../../../docs/adr/0005-root-rotation.md">ADR 5</a>
 */
@NullMarked
package io.meshfed.trust.rotation;

import org.jspecify.annotations.NullMarked;
