/** Hosts of Services, and the hosts that DestinationRules are for. */
@NullMarked
package io.meshfed.plan.hosts;

import org.jspecify.annotations.NullMarked;
