/**
 * Certificate revocation: which lists the operator knows, which are needed, and what {@code ca-crl.pem} holds.
 *
 * <p>How: {@link io.meshfed.trust.crl.Revocation} is the entry. Each {@code CrlSource} (keys of {@code cacerts}, the ConfigMap
 * of the spec, catalogues of other meshes) is split into blocks, from which {@code CrlInventoryBuilder} makes the immutable
 * {@code CrlInventory}. {@code OwnCrls} signs the lists of this mesh's CAs, with the serial numbers of
 * {@code RevokedCertificates}. {@code CaCrlBundle} chooses the newest list of every other CA within its {@code CrlQuota}, and
 * returns a {@link io.meshfed.trust.crl.CrlPlan}: the keys to write, and what is missing.
 *
 * <p>Trade-offs:
 * <ul>
 *   <li>All or nothing: as soon as Envoy has one list, it refuses every certificate of a CA without a valid one. So
 *       {@code ca-crl.pem} is first written when each CA has a list, and its absence is reported until then.
 *   <li>Once it is in use, the list that one remote lacks does not stop the others: that remote's certificates are refused.
 *   <li>Each mesh has a quota, because istiod copies the file into a ConfigMap of at most one MiB.
 *   <li>While revocation is checked, intermediates keep their key: no mesh would have a list of a new CA.
 * </ul>
 *
 * @see <a href="../../../../../../docs/adr/0008-revocation-lists.md">ADR 8</a>
 */
@NullMarked
package io.meshfed.trust.crl;

import org.jspecify.annotations.NullMarked;
