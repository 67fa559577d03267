/**
 * Real meshes for tests of traffic: pods run in network namespaces, with istiod, pilot-agent and Envoy.
 *
 * <p><b>What it does.</b> Adds to the clusters of {@link io.meshfed.testbed} what pods need: a scheduler and kubelet ({@code Kubelet}), a network
 * within and between clusters with Services, DNS and load balancers ({@code ServiceNetwork}), Istio from its own chart
 * ({@code IstioControlPlane}), and clients that count answers ({@code Client}, {@code Load}). Start with
 * {@link io.meshfed.testbed.live.WithMeshes}.
 *
 * <p><b>How.</b> {@code netbed}, a Go program in {@code src/testbed/netbed}, creates the namespaces, starts the processes in them and
 * serves requests. {@code FederationSetup} installs meshes in the order of {@code docs/install.md}. When a test fails,
 * {@code Diagnosis} prints the ends of all logs and the endpoints of the proxies.
 *
 * <p><b>Trade-offs.</b> The tests need root on Linux, but no container runtime and no images: a container is a process that sees
 * the files of its image only. The kubelet implements what Istio and the test workloads use, and rejects anything else with an
 * error. One node per cluster is enough, because meshfed does not depend on nodes.
 */
@NullMarked
package io.meshfed.testbed.live;

import org.jspecify.annotations.NullMarked;
