/**
 * The reconciler of RemoteMesh.
 * <p>
 * <b>What it does.</b> {@link io.meshfed.reconcile.remotemesh.RemoteSteps} connects to the other cluster (Connected), locates its gateway
 * (GatewayKnown), registers the gateway with the local istiod, and, with {@code spec.trust.issueCacerts}, issues the other mesh's
 * {@code cacerts} (CacertsIssued). It publishes the remote in effective values, from which imports are planned.
 * <p>
 * <b>How.</b> RemoteConnector is the command that opens and closes connections; GatewayLocator is a pure function from spec, snapshot and
 * last known addresses to a condition and addresses; GatewayDiscovery combines the two and remembers the addresses. No call here waits
 * for another cluster, except the write of an issued {@code cacerts}, which has a time limit.
 * <p>
 * <b>Trade-offs.</b> Last known addresses are used without an end: a cluster that cannot be read has not moved. A deletion waits a minute
 * for imports to remove their entries, then leaves them behind and says so in an Event.
 */
@NullMarked
package io.meshfed.reconcile.remotemesh;

import org.jspecify.annotations.NullMarked;
