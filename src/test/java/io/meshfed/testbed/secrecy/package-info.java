/**
 * Checks in every test cluster that operators disclose no private key and no token.
 *
 * <p><b>What it does.</b> Every private key and token in a Secret is a canary. {@link io.meshfed.testbed.secrecy.SecrecyCheck} searches for
 * all of them, in many encodings, in the requests to the API server, in all objects, in logs, metrics and files of the operators. A
 * canary outside the Secret where it belongs fails the test.
 *
 * <p><b>How.</b> The audit log supplies the canaries and who wrote them first ({@code CanaryLocations}). {@code CanaryEncodings} lists how a
 * key can appear: base64 at any offset, hex, decimal, as Java prints arrays. {@code CanaryDetector} finds pieces of all of them in one pass
 * over a text. The check runs when a cluster closes, and after each class for shared clusters, so no test has to ask for it.
 *
 * <p><b>Trade-offs.</b> A piece must have 23 bytes to be found for certain; shorter ones would match by chance. The check costs 0.1
 * to 0.4 s for each cluster. A finding names the locations, but never prints the key.
 */
@NullMarked
package io.meshfed.testbed.secrecy;

import org.jspecify.annotations.NullMarked;
