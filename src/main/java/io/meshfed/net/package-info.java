/**
 * Addresses: to which the operator may connect, and to which a host name resolves.
 *
 * <p>{@link io.meshfed.net.AddressPolicy} refuses loopback, link-local, metadata, multicast and reserved addresses, because the author
 * of a kubeconfig Secret chooses the server to which the operator sends requests (SSRF). {@link io.meshfed.net.CheckedResolver}
 * applies the policy to DNS answers at each connection, so a name whose answer changes later is refused too (DNS rebinding).
 * {@link io.meshfed.net.HostResolver} keeps the addresses of gateways that have a host name.
 *
 * <p>Trade-offs: private addresses are allowed, because API servers and gateways of other clusters have them. A block that the
 * defaults refuse can be allowed in the operator's configuration. DNS is queried every 30 seconds, not by the record's TTL, which
 * the JDK does not give; the last usable answer is kept during a DNS outage.
 */
@NullMarked
package io.meshfed.net;

import org.jspecify.annotations.NullMarked;
