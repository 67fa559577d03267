/**
 * Real Kubernetes control planes for tests and for the demo: etcd, kube-apiserver and four controllers per cluster, as
 * plain processes on loopback. Start at {@link io.meshfed.testbed.Cluster}, or at
 * {@link io.meshfed.testbed.WithClusters} in a JUnit test.
 */
@NullMarked
package io.meshfed.testbed;

import org.jspecify.annotations.NullMarked;
