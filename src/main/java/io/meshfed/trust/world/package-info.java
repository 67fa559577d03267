/**
 * What a trust plan is made from: the inputs as they were read, and the same after verification.
 *
 * <p>How: {@link io.meshfed.trust.world.TrustWorld} and the records in it are the inputs: bytes and facts, not yet believed.
 * {@link io.meshfed.trust.world.VerifiedTrust} verifies all of them once, at one time, and adds the
 * {@link io.meshfed.trust.world.RootHistory}: since when each root is published and since when it is idle. Questions that
 * several plans ask are answered here: which roots other meshes ask for ({@code PeerRoots}), accept or use
 * ({@code PeerRootStatus}, {@code AcceptedRoots}), what istiod runs on ({@code IstiodRoots}), and how long a change takes to
 * arrive ({@code PropagationDelay}, {@code RotationMargin}).
 *
 * <p>Trade-offs:
 * <ul>
 *   <li>All or nothing: a reconciliation verifies every input, which costs milliseconds per certificate. In return each plan
 *       of it sees the same state.
 *   <li>An input that cannot be read is not the same as one that does not exist. Unknown facts make the plans wait; they never
 *       count as permission to remove something.
 *   <li>The history lives in the status. If the status is lost, waits start again, which is slow but safe.
 * </ul>
 */
@NullMarked
package io.meshfed.trust.world;

import org.jspecify.annotations.NullMarked;
