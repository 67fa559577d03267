/**
 * The process: start-up, configuration, leader election, health and metrics. The only package that knows Quarkus.
 *
 * <p>{@link io.meshfed.operator.Wiring} makes the objects of the other packages and connects them; they use no injection
 * themselves, so tests construct them directly. {@link io.meshfed.operator.OperatorConfig} is what the operator is started
 * with. {@link io.meshfed.operator.Leadership} decides which of several replicas acts, and ends the process of one that
 * lost the Lease.
 *
 * <p>Metrics have two sources. {@link io.meshfed.operator.StatusMetrics} turns the status of MeshFederations and
 * RemoteMeshes into gauges, with {@link io.meshfed.operator.ObjectGauges} and {@link io.meshfed.operator.TrustGauges}: a
 * status is complete, so every replica exports the same values, and a new leader has no gap.
 * {@link io.meshfed.operator.WriteMetrics} counts what this process writes. The page {@code docs/operations.md} lists all of
 * them; names and labels are a contract with dashboards and alerts.
 *
 * <p>{@link io.meshfed.operator.LocalClusterReadiness} is the readiness check. It does not ask any remote cluster.
 *
 * <p>Trade-offs: there are no gauges for ImportedServices, of which there may be ten thousand, and none by resource from
 * the SDK. A lost Lease ends the process instead of pausing it, because a reconciliation that is under way cannot be
 * stopped. A status has no ages and no remaining days, so that nothing is written at rest; gauges have timestamps, and
 * alerts compare them with the time.
 */
@NullMarked
package io.meshfed.operator;

import org.jspecify.annotations.NullMarked;
