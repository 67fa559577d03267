/**
 * The Secret {@code cacerts}: its parts, its trust bundle, and the intermediate in it.
 *
 * <p>How: {@link io.meshfed.trust.cacerts.Cacerts} verifies a Secret as a whole, as istiod reads it.
 * {@link io.meshfed.trust.cacerts.TrustBundle} adds roots to {@code root-cert.pem} and removes them without changing any other
 * byte. An intermediate comes from an {@link io.meshfed.trust.cacerts.IntermediateSource}: an issuer whose key the operator
 * has, or cert-manager. {@link io.meshfed.trust.cacerts.Issuance} and {@code CrlIssuance} sign;
 * {@link io.meshfed.trust.cacerts.Renewal} says when the next intermediate is due.
 *
 * <p>Trade-offs:
 * <ul>
 *   <li>Nothing is decided here. The classes say what is there and can make the next one; when that happens is the matter of
 *       {@code rotation} and {@code issued}.
 *   <li>The bundle is bytes, not a list of certificates, because istiod up to 1.29 compares texts.
 *   <li>Certificates are backdated by ten minutes for workloads whose clocks are behind.
 *   <li>Private keys are passed as PEM bytes or key objects and appear in no {@code toString}.
 * </ul>
 */
@NullMarked
package io.meshfed.trust.cacerts;

import org.jspecify.annotations.NullMarked;
