/**
 * Issues, bundles and verifies the Secret {@code cacerts}. Everything here is a function of its arguments; the clock and
 * the random source are arguments. BouncyCastle lives in this room only and is never registered with the JVM.
 *
 * <p>Start at {@link io.meshfed.trust.TrustPlanner}.
 */
@NullMarked
package io.meshfed.trust;

import org.jspecify.annotations.NullMarked;
