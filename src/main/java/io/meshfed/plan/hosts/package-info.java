/**
 * Hosts of Services, and the hosts that DestinationRules are for.
 *
 * <p>{@link io.meshfed.plan.hosts.ServiceHost} is the one place that builds {@code <name>.<namespace>.svc.<clusterDomain>}.
 * {@link io.meshfed.plan.hosts.DestinationRuleHosts} is the one place that reads {@code spec.host} of a DestinationRule as
 * Istio does: a full host, a wildcard, or a short name that Istio completes with the rule's namespace.
 *
 * <p>A cluster may have thousands of imports and thousands of rules. {@code DestinationRuleHosts.keys} gives the keys of an
 * index, so that an import looks at the rules of its own host and at all wildcards, and not at every rule. A rule that is
 * found by a key must still pass {@code isFor}.
 */
@NullMarked
package io.meshfed.plan.hosts;

import org.jspecify.annotations.NullMarked;
