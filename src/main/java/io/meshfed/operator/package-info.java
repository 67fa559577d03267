/**
 * Start-up: configuration, wiring, leader election, health and metrics.
 * <p>
 * <b>What it does.</b> {@link io.meshfed.operator.Wiring} creates the objects of all packages and connects them; it is the only class
 * that knows all of them. {@link io.meshfed.operator.OperatorConfig} lists the settings of the process.
 * <p>
 * <b>How.</b> Watches start before the controllers. Every replica watches and reports metrics; only the leader reconciles. The
 * shutdown stops the controllers and then releases the Lease, so that another replica can take over at once.
 * <p>
 * <b>Trade-offs.</b> Leader election is not JOSDK's own, which does not release the Lease on stop and ends the process from within its
 * shutdown. Metrics of resources come from their status, so they are as old as the last status.
 */
@NullMarked
package io.meshfed.operator;

import org.jspecify.annotations.NullMarked;
