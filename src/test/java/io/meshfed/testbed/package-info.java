/**
 * Real Kubernetes control planes for tests and for the demo, as processes on loopback.
 *
 * <p><b>What it does.</b> A {@link io.meshfed.testbed.Cluster} is etcd, kube-apiserver and kube-controller-manager with audit log and
 * RBAC. {@link io.meshfed.testbed.Mesh} adds the objects of Istio's chart, simulated load balancers and Deployments, and the shipped
 * operator with the permissions of the Helm chart. Start with {@link io.meshfed.testbed.WithClusters} in a JUnit test.
 *
 * <p><b>How.</b> All programs are built once per machine from pinned Go modules and cached ({@code BuildCache}). A child process ends with
 * the JVM, even if that is killed. A new cluster starts from a copy of etcd's data, which already holds the CRDs. Test classes run in
 * parallel; {@link io.meshfed.testbed.StaggeredStart} and {@code StartSlots} limit how many start at a time. Each cluster checks when it
 * closes that its operators disclosed no private key ({@link io.meshfed.testbed.secrecy}).
 *
 * <p><b>Trade-offs.</b> No Docker and no network access at run time, and an outage, a pause or a crash is one method call; in return the
 * project builds Kubernetes itself, which takes minutes once. There are no nodes: pods do not run here, but in
 * {@link io.meshfed.testbed.live}.
 */
@NullMarked
package io.meshfed.testbed;

import org.jspecify.annotations.NullMarked;
