/**
 * Decides about the Secret {@code cacerts}, from which istiod takes its CA: who signs workloads, and which roots they accept.
 *
 * <p>Usage: {@link io.meshfed.trust.TrustPlanner#verify} once per reconciliation, then {@code plan} for this mesh and
 * {@code issue} for each remote whose {@code cacerts} this mesh issues. The result is a plan with at most one write, the
 * conditions, and the facts for status and catalogue. The caller reads the cluster before and writes after.
 *
 * <p>How: bytes of Secrets become certificates in {@code x509}, and the parts of {@code cacerts} in {@code cacerts}. All
 * inputs are a {@code TrustWorld}, verified once as {@code VerifiedTrust} ({@code world}). {@code crl} adds the revocation
 * lists, {@code rotation} decides about this mesh, {@code issued} about remotes. Each package uses only those before it.
 *
 * <p>Trade-offs:
 * <ul>
 *   <li>Everything is a function of its arguments; clock and random source are arguments, so that tests need no cluster and
 *       no sleep. The price is that all inputs must be read before, even those that a plan turns out not to need.
 *   <li>One write per plan. A rotation takes many reconciliations, but each state in between is a state of the cluster that
 *       can be read, and an operator that restarts continues from it.
 *   <li>What cannot be verified is refused with a reason, and existing material is kept.
 *   <li>BouncyCastle is used in this package only, and never registered with the JVM: the rest of the operator keeps the
 *       JDK's providers.
 *   <li>The sub-packages need public classes. {@code TrustSurfaceTest} names those that other packages may use.
 * </ul>
 */
@NullMarked
package io.meshfed.trust;

import org.jspecify.annotations.NullMarked;
