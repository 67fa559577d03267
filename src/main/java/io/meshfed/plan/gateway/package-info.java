/**
 * The east-west gateway of this mesh, and the registration of the gateways of other meshes.
 *
 * <p>For this mesh, {@code EastWestGatewayPlanner} gives the objects of a managed gateway, and {@code GatewayCheck} decides
 * whether a gateway that you installed can serve instead. For a RemoteMesh, {@code NetworkClaims} checks that its network is
 * its own, {@code AddressRules} which gateway addresses can be used, {@code AddressingPlanner} whether the addresses are
 * written to a Gateway of class {@code istio-remote} or into each entry, and {@code RemoteGatewayPlanner} gives that Gateway.
 *
 * <p>Trade-offs: {@code Auto} addressing chooses once and stays with its choice, because a change replaces every entry; so it
 * waits until istiod had the time to accept its GatewayClasses. A Gateway is never planned without an address, because istiod
 * would then remove every endpoint of that network; the last known addresses are kept instead. Quantities are written in the
 * API server's canonical form ({@code CanonicalQuantity}), because the operator compares what it wants with what is stored.
 */
@NullMarked
package io.meshfed.plan.gateway;

import org.jspecify.annotations.NullMarked;
