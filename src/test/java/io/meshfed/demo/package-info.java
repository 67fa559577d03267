/**
 * The demo: {@code ./mvnw -Pdemo}.
 *
 * <p><b>What it does.</b> Starts two control planes, runs the shipped operator in each, and federates east and west with the files
 * of {@code docs/examples}: trust, gateways, an import, a local Service for the same host, a new gateway address, an outage and
 * the deletion. After each chapter it prints the kubectl commands that a user would type, with their output.
 *
 * <p><b>How.</b> {@link io.meshfed.demo.Demo} has one method per chapter, and {@link io.meshfed.demo.Console} formats the output. The
 * clusters are those of {@link io.meshfed.testbed}, so that the demo needs a JDK and Go only, and no Docker.
 *
 * <p><b>Trade-offs.</b> The control plane is real, the data plane is not: load balancers, kubelets and istiod's objects are
 * simulated, and no request is sent. Requests between real meshes are in {@link io.meshfed.live}. The demo checks what it prints:
 * a check that fails ends it with exit code 1, so that CI can run it with {@code -Ddemo.once=true}.
 */
@NullMarked
package io.meshfed.demo;

import org.jspecify.annotations.NullMarked;
