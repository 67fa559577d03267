/**
 * Scenarios on real API servers: what a user does, what can fail, and what status then reports.
 *
 * <p><b>What belongs here.</b> Tests of the whole operator, that is of the shipped jar with the permissions of the chart, in which no
 * request has to cross meshes: addresses, outages, repairs, ownership, leader election, rotation. A rule of a planner belongs to a
 * unit test or a golden folder, which costs milliseconds; traffic belongs to {@link io.meshfed.live}.
 *
 * <p><b>How.</b> Start with a fixture, which holds the YAML of the resources:
 * <ul>
 * <li>{@code OneCluster}: one operator and its MeshFederation; remotes have their addresses in the spec.
 * <li>{@code OneClusterWithRemote}: the same, and a remote cluster whose gateway Services the operator watches.
 * <li>{@code TwoClusters}: east and west of {@code docs/examples} with an operator each.
 * <li>{@code TrustFixture}: meshes that sign with roots that the test makes with openssl.
 * </ul>
 * {@code ClusterObject} reads and changes any object, and the audit log shows every write of an operator.
 *
 * <p><b>Trade-offs.</b> A cluster with an operator takes seconds of processor time to start, so a class shares one among its
 * methods. Each method uses names of its own, or first establishes the state that it needs; none relies on another one. Where a
 * state takes minutes to reach, the class is one test in {@link io.meshfed.testbed.TestSteps}. istiod, kubelets and load
 * balancers are simulated, which makes a scenario fast and lets a test choose what they do.
 */
@NullMarked
package io.meshfed.scenario;

import org.jspecify.annotations.NullMarked;
