/**
 * The DestinationRules of imports.
 *
 * <p>{@code TrafficRule} decides on the rule of one host from {@code spec.loadBalancing}; {@code LocalityShares} computes the
 * fixed shares of locality mode Distribute. {@code ForeignDestinationRules} are rules of others for the same host: Istio uses
 * one rule per host and namespace, so a foreign rule may replace ours or be replaced by it, and the condition Conflict reports
 * which. {@code GatewayRulePlanner} is for the MeshFederation: an empty rule in the east-west gateway's namespace keeps the
 * policies of imports out of the gateway (docs/adr/0006).
 *
 * <p>Trade-offs: a rule of ours never has subsets, which would change the SNI, and no TLS settings. If the spec asks for
 * something that cannot be written, such as shares without localities, an existing rule is kept unchanged. A rule waits until
 * the gateway's rule exists, because it would otherwise cut connections of other meshes' clients.
 */
@NullMarked
package io.meshfed.plan.imports.traffic;

import org.jspecify.annotations.NullMarked;
