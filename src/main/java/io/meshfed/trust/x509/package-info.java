/**
 * X.509 as istiod, Go and Envoy accept it: certificates, paths, keys, revocation lists, PEM and DER.
 *
 * <p>How: each reader takes the name of the field that it reads, and bytes with a limit. It returns a verified value or throws
 * {@link io.meshfed.trust.x509.RefusedMaterialException} with one {@code CaDefect} and a message with field and remedy.
 * {@link io.meshfed.trust.x509.Verified} turns that into a value: absent, invalid or valid.
 *
 * <p>Trade-offs:
 * <ul>
 *   <li>The checks are stricter than the JDK's. A certificate that the JDK accepts and Go refuses would keep istiod from
 *       starting, or be left out of the trust bundle without a word. {@code CertificateForm} and {@code CaProfile} name the
 *       rules of Go and BoringSSL; the JDK's path validation runs after them as a second opinion.
 *   <li>Two ways to read: strict for what the operator writes and for what users give, lenient for what istiod reads
 *       leniently itself.
 *   <li>Messages never quote the input, and exceptions have no cause: texts of parsers may quote a key.
 *   <li>Parsers of BouncyCastle may throw any RuntimeException on hostile input; each call is wrapped where it is made.
 * </ul>
 */
@NullMarked
package io.meshfed.trust.x509;

import org.jspecify.annotations.NullMarked;
